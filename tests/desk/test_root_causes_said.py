"""Where two sign, each one's root cause is kept; the first one's stands unless the second says another."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.audit_reads import entries
from core.availability.commands import ReserveStock, WantedClaim
from core.cases import CaseState
from core.deciding.commands import Approve, TakeBack
from core.deciding.proposals import Decision, Signature
from core.erp import Actor
from core.refusals import Refusal, Refused
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import HP, D, approve, case_of, do, opened, wanted, ways

SHIM = "PS-SHM"
Comes = Callable[[str], TestClient]
CAUSE = f"stock:{SHIM}:TAC"


@pytest.fixture
def contested(house: House) -> tuple[str, str]:
    """A case that two have to sign, and the hash of the way: pieces kept for later go to whoever leaves first."""
    opened(house, SHIM, "TAC", "100", "0.55")
    late, soon = date(2026, 12, 18), date(2026, 11, 23)
    wanted(house, "SO-LATE", "80", late, item=SHIM, site="TAC")
    claim = WantedClaim(item=SHIM, quantity=D(80), document="SO-LATE", day=late)
    do(house, ReserveStock(entity=HP, site="TAC", claims=(claim,)))
    wanted(house, "SO-SOON", "50", soon, item=SHIM, site="TAC")
    friday.drain(house)
    case = case_of(house, CAUSE).number
    return case, ways(house, case)["reallocate"]


def sign(house: House, contested: tuple[str, str], person: str, root_cause: str = "") -> None:
    case, digest = contested
    command = Approve(entity=HP, case=case, digest=digest, person=person, root_cause=root_cause)
    do(house, command, Actor(kind="person", id=person))


def kept(house: House, digest: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """What the decision was given as its root cause, what each signer said, and how the history tells it."""
    with house.unit() as session:
        stands = session.scalar(select(Decision.reason_code).where(Decision.digest == digest)) or ""
        said = select(Signature.person, Signature.root_cause).where(Signature.digest == digest)
        said = said.where(Signature.voided_at.is_(None)).order_by(Signature.signed_at, Signature.seq)
        told = [one.says for one in entries(session) if one.kind in ("signature", "decision")]
        pairs: list[Any] = list(session.execute(said).all())
        return stands, [(person, cause) for person, cause in pairs], told[1::-1]


def test_the_second_signer_sees_what_the_first_said_and_may_say_another(
    house: House, sign_in: Comes, contested: tuple[str, str]
) -> None:
    case, digest = contested
    assert approve(sign_in("nadia"), case, digest, "claimed_by_others").status_code == 200

    dana = sign_in("dana")
    page = dana.get(f"/cases/{case}?way={list(ways(house, case)).index('reallocate') + 1}").text
    assert '<option value="claimed_by_others" selected>' in page
    assert "As Nadia" in page
    assert "root cause: pieces were kept for others" in page
    assert approve(dana, case, digest, "planned_too_low").status_code == 200
    friday.drain(house)

    stands, said, told = kept(house, digest)
    assert (stands, case_of(house, CAUSE).root_cause) == ("planned_too_low", "planned_too_low")
    assert said == [("nadia", "claimed_by_others"), ("dana", "planned_too_low")]
    assert told[0].endswith(", root cause: pieces were kept for others")
    assert told[1].endswith(", root cause: too little was planned instead of pieces were kept for others")


def test_who_says_no_other_agrees_with_the_first(house: House, contested: tuple[str, str]) -> None:
    sign(house, contested, "nadia", "supply_late")
    sign(house, contested, "dana")
    friday.drain(house)
    stands, said, _ = kept(house, contested[1])
    assert (stands, case_of(house, CAUSE).root_cause) == ("supply_late", "supply_late")
    assert said == [("nadia", "supply_late"), ("dana", "")]


def test_a_word_taken_back_stands_no_more(house: House, contested: tuple[str, str]) -> None:
    case, digest = contested
    with pytest.raises(Refused) as nothing_said:
        sign(house, contested, "nadia")
    assert nothing_said.value.code is Refusal.REASON_REQUIRED
    sign(house, contested, "nadia", "supply_late")
    do(house, TakeBack(entity=HP, case=case, digest=digest, person="nadia"), Actor(kind="person", id="nadia"))
    with pytest.raises(Refused):
        sign(house, contested, "dana")
    sign(house, contested, "dana", "demand_rose")
    assert case_of(house, CAUSE).state == CaseState.HALF_SIGNED
    sign(house, contested, "nadia", "demand_rose")
    assert kept(house, digest)[0] == "demand_rose"
