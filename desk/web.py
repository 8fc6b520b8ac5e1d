"""What every route stands on: who is signed in, the checked form, pages and fragments. Knows no business.

A route opens its own unit of work and nothing else commits. Templates escape everything; nothing from a document is
ever markup (DESIGN.md, promise 11).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from core import audit, clock, wording
from core.people.tables import Person, RoleGrant, SignInSession
from desk.house import House
from desk.settings import PROJECT
from desk.visible import visible
from policies.roles import in_order, title

COOKIE = "desk_session"
IDLE = timedelta(minutes=60)

PAGES = {
    "Intake": ("/intake", {"intake_clerk", "controller"}),
    "Inbox": (
        "/inbox",
        {
            "ap_lead", "buyer", "buyers_manager", "receiving_lead", "inventory_planner", "inventory_controller",
            "controller", "intake_clerk",
        },
    ),
    "Stock": (
        "/stock",
        {
            "buyer", "buyers_manager", "receiving_lead", "inventory_planner", "inventory_controller", "controller",
            "auditor",
        },
    ),
    "Ledger": ("/ledger", {"ap_lead", "controller", "auditor", "buyers_manager"}),
    "Audit": ("/audit", {"auditor", "controller", "ap_lead", "intake_clerk"}),
    "Policies": ("/policies", {"policy_owner", "controller", "ap_lead", "buyers_manager", "auditor"}),
}  # fmt: skip
"""The bar: what each page is called, where it is, and which roles may open it."""

MAY_OPEN = {
    **{name: roles for name, (_, roles) in PAGES.items()},
    "Case": PAGES["Inbox"][1] | {"auditor", "policy_owner"},
}
"""Who may open what; a case is open to those who only read."""

START = {
    "controller": "/ledger",
    "auditor": "/audit",
    "intake_clerk": "/intake",
    "policy_owner": "/policies",
    "inventory_planner": "/stock",
    "inventory_controller": "/stock",
}
"""Where a role starts; everybody else in the inbox."""


class NotSignedIn(Exception):
    """Nobody is signed in; the page asks to."""


class NotYours(HTTPException):
    """A page that the role may not open. The asking is recorded."""

    def __init__(self, page: str) -> None:
        super().__init__(403, f"{page} is not for this role")
        self.page = page


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One line of what is known about something: a label, words, small words, a link."""

    label: str
    words: str
    small: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Who is looking, with roles and limits in the entity."""

    id: str
    name: str
    entity: str
    currency: str
    roles: tuple[str, ...]
    limits: dict[str, Decimal | None]
    csrf: str

    @property
    def initials(self) -> str:
        """Two letters for the face."""
        return initials(self.name)

    @property
    def standing(self) -> str:
        """The first role and how far it reaches: "AP lead · up to $5,000"."""
        if not self.roles:
            return "No role yet"
        limit = self.limits.get(self.roles[0])
        reach = f" · up to {wording.amount(limit, self.currency).removesuffix('.00')}" if limit is not None else ""
        return f"{title(self.roles[0])}{reach}"

    @property
    def pages(self) -> list[tuple[str, str]]:
        """What the bar shows."""
        return [(name, url) for name, (url, roles) in PAGES.items() if roles & set(self.roles)]

    @property
    def start(self) -> str:
        """The page this role opens on."""
        return next((START[role] for role in self.roles if role in START), "/inbox")


def initials(name: str) -> str:
    """Two letters for a face; "" for nobody."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def house_of(request: Request) -> House:
    """The open house of this app."""
    house: House = request.app.state.house
    return house


def signed_in(request: Request) -> User:
    """Who is signed in, or the sign-in page. An idle session ends."""
    house = house_of(request)
    token = request.cookies.get(COOKIE, "")
    with house.unit() as session:
        request.state.at = audit.length(session)  # before anything of the page is read: what comes later is told to it
        known = select(SignInSession, Person).join(Person, Person.id == SignInSession.person)
        found = session.execute(known.where(SignInSession.token_sha256 == token_hash(token))).one_or_none()
        now = clock.now(session)
        if found is None:
            raise NotSignedIn
        row, person = found
        if row.ends_at is None or row.ends_at <= now or now - row.seen_at > IDLE or not person.active:
            raise NotSignedIn
        if now - row.seen_at > timedelta(minutes=1):
            row.seen_at = now
        entity = house.settings.entity
        grants = session.scalars(
            select(RoleGrant).where(RoleGrant.person == person.id, RoleGrant.entity == entity)
        ).all()
        user = User(
            id=person.id,
            name=person.name,
            entity=entity,
            currency=currency_of(request),
            roles=in_order({grant.role for grant in grants}),
            limits={grant.role: grant.limit for grant in grants},
            csrf=row.csrf,
        )
    request.state.user = user
    return user


SignedIn = Annotated[User, Depends(signed_in)]


async def checked_form(request: Request, user: SignedIn) -> FormData:
    """The form of an unsafe request, after its token was checked: from the form itself or from htmx's header."""
    form = await request.form()
    given = request.headers.get("X-CSRF") or form.get("csrf")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), user.csrf.encode()):
        raise HTTPException(403, "This form is not from your session. Nothing was done. Reload the page and try again.")
    return form


CheckedForm = Annotated[FormData, Depends(checked_form)]


def may_open(page: str) -> Any:
    """A dependency that lets only the roles of a page in."""

    def check(user: SignedIn) -> User:
        if not MAY_OPEN[page] & set(user.roles):
            raise NotYours(page)
        return user

    return Depends(check)


def text_in(form: FormData, name: str) -> str:
    """A text field, trimmed; "" when it is missing or a file. No text of the database holds a NUL."""
    value = form.get(name)
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def currency_of(request: Request) -> str:
    """The books' currency, read once."""
    currency: str = request.app.state.currency()
    return currency


def environment() -> Environment:
    """The templates: escaped, strict about names that are not there."""
    env = Environment(
        loader=FileSystemLoader(PROJECT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["visible"] = visible
    env.filters["quantity"] = wording.quantity
    env.filters["day"] = wording.day
    env.filters["hour"] = wording.hour
    env.globals["short"] = short_digest
    env.globals["role_title"] = title
    return env


def short_digest(digest: str) -> str:
    """A hash as people compare it: 7f3a·c21."""
    return f"{digest[:4]}·{digest[4:7]}"


TEMPLATES = environment()


def remember(session: Session) -> None:
    """Let a session keep every row it reads to its end: what a page's parts ask for again is not fetched again."""
    read: list[object] = []
    event.listen(session, "loaded_as_persistent", lambda _, row: read.append(row))


def show(request: Request, name: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A page or fragment. The user and the address come along, and `at`: how long the audit log was before it was made."""
    user, at = getattr(request.state, "user", None), getattr(request.state, "at", 0)
    body = TEMPLATES.get_template(name).render(
        user=user, at=at, path=request.url.path, entity=house_of(request).settings.entity, **values
    )
    return HTMLResponse(body, status)


def is_fragment(request: Request) -> bool:
    """Did htmx ask?"""
    return request.headers.get("HX-Request") == "true"
