"""The policies page: every table as it decides, the row that decided a case and the near miss, checks and guardrails."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from core import clock
from desk.policy_views import guardrails, ruling_on, table_view
from desk.web import User, house_of, may_open, show
from policies.verdict import Policies

router = APIRouter()

FIRST = "price-variance"


@router.get("/policies", response_class=HTMLResponse)
def page(
    request: Request,
    table: str = FIRST,
    case: str = "",
    version: int | None = None,
    entity: str = "",
    user: User = may_open("Policies"),
) -> HTMLResponse:
    """One table in force, or another version of it; with a case, how it was judged by the chosen rule."""
    house = house_of(request)
    policies = house.judge
    assert isinstance(policies, Policies), "the desk runs on its own policies"
    guarded = guardrails()
    with house.unit() as session:
        now = clock.now(session)
        ruling = ruling_on(session, user, case, table) if case else None
        tables = policies.in_force(now.date(), user.entity)
        in_force = next((one for one in tables if one.id == table), None)
        chosen = in_force
        if version is not None:
            wanted = (table, version, entity)
            chosen = next((one for one in policies.tables if (one.id, one.version, one.entity) == wanted), None)
        is_guardrail = (
            chosen is None and version is None and (ruling is not None or table in {one[0] for one in guarded})
        )
        if chosen is None and not is_guardrail:
            raise HTTPException(
                404, f"There is no rule called {table[:40]}{f' in version {version}' if version else ''}."
            )
        shown = chosen or next(one for one in tables if one.id == FIRST)
        view = table_view(
            session,
            user,
            shown,
            in_force if chosen else shown,
            policies.tables,
            ruling if chosen is not None and chosen is in_force else None,
            now,
        )
    return show(
        request,
        "policies.html",
        table=view,
        tables=tables,
        guardrails=guarded,
        version=policies.version(now, user.entity),
        ruling=ruling,
        is_guardrail=is_guardrail,
        asked=table,
        case=case,
    )
