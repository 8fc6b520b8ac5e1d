"""Order points of bolts, runs of replenishment and the suggestions that stand, for tests."""

from typing import Any

from sqlalchemy.orm import Session

from core.replenishment.commands import RunReplenishment, SetOrderPoint
from core.replenishment.queries import suggestions
from tests.builders import BOLT, HP, PDX, D, do


def point(session: Session, site: str = PDX, **said: Any) -> None:
    levels: dict[str, Any] = {
        name: D(said.pop(name)) for name in ("minimum", "target", "maximum", "safety") if name in said
    }
    do(session, SetOrderPoint(entity=HP, item=BOLT, site=site, **levels, **said))


def run(session: Session, **more: Any) -> dict[str, Any]:
    return do(session, RunReplenishment(entity=HP, **more)).result


def standing(session: Session) -> list[tuple[str, str, str, Any]]:
    return [(one.kind, one.from_site, one.site, one.quantity) for one in suggestions(session, HP)]
