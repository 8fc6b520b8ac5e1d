"""Whether books hold, asked in one statement: the doctor's own queries, each only for whether there is any row at all.

The doctor asks them one by one, and tells what is wrong; between the steps of a history that is seventy round trips and as
many plans for a yes. This statement is planned once for a connection.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from core.doctor import CHECKS, ELSEWHERE, QUERIES, VALUES, examine

_EACH = ", ".join(f"exists ({query})" for _, query, _ in (*QUERIES, *ELSEWHERE))
_ANY_FLAW = text(f"select true = any (array[{_EACH}])").bindparams(
    *(bindparam(name, value, literal_execute=True) for name, value in VALUES.items() if f":{name}" in _EACH)
)
"""Values stand in it as they are: a statement without parameters keeps its plan."""


def flaws(session: Session) -> list[str]:
    """What the doctor finds; nothing in books that hold."""
    session.flush()
    if session.scalar(_ANY_FLAW):
        return [f"{checked.name}: {checked.says}" for checked in examine(session) if not checked.holds]
    found = [check(session) for check in CHECKS]
    return [f"{checked.name}: {checked.says}" for checked in found if not checked.holds]
