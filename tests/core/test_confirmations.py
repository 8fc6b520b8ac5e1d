"""What suppliers say of an order is kept as their word, measured against ours, and answered."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.command import Command
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    CancelRest,
    CheckConfirmations,
    CloseShort,
    ConfirmedLine,
    RecordConfirmation,
)
from core.refusals import Refusal
from tests.builders import (
    BOLT,
    GAUGE,
    HP,
    NEED_BY,
    D,
    case_of,
    do,
    findings,
    order,
    order_line,
    order_row,
    receipt,
    refused,
)
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")
LATE, SHORT, DEARER = "supplier_delay", "supplier_short_confirmation", "supplier_price_change"


def confirm(session: Session, placed: str, **said: Any) -> None:
    """The supplier says something of line 1."""
    lines = (ConfirmedLine(line=1, **said),) if said else ()
    do(session, RecordConfirmation(entity=HP, order=placed, confirmation="OC-1", lines=lines))


def test_a_confirmation_is_kept_as_the_suppliers_word_and_changes_nothing_of_ours(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    before = order_row(session, placed).version

    confirm(session, placed, quantity=D(80), price=D("0.45"), promised=date(2026, 12, 9))

    line, row = order_line(session, placed), order_row(session, placed)
    assert (line.ordered, line.price, line.need_by) == (D(100), D("0.42"), NEED_BY)
    assert (line.confirmed, line.confirmed_price, line.promised) == (D(80), D("0.45"), date(2026, 12, 9))
    assert (row.confirmation_number, row.confirmed_at) == ("OC-1", FRIDAY)
    assert row.version > before


def test_what_a_confirmation_makes_wrong_is_one_case(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))

    confirm(session, placed, quantity=D(80), price=D("0.45"), promised=date(2026, 12, 9))

    assert findings(session) == {
        "supplier_delay": ["8 days late"],
        "supplier_short_confirmation": ["20 pieces not confirmed"],
        "supplier_price_change": ["Price up 7.1%"],
    }
    assert case_of(session, f"order:{placed}:confirmation").order == placed


def test_a_confirmation_that_says_what_we_ordered_raises_nothing(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    confirm(session, placed, quantity=D(100), price=D("0.42"), promised=NEED_BY)
    assert findings(session) == {}


def test_a_rest_that_comes_later_is_a_delay(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    confirm(session, placed, quantity=D(40), promised=date(2026, 11, 30), rest_promised=date(2026, 12, 21))
    assert order_line(session, placed).promised == date(2026, 12, 21)
    assert findings(session)["supplier_delay"] == ["20 days late"]


def test_a_confirmation_shows_its_effects_in_words(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    confirm(session, placed, promised=NEED_BY)
    said = RecordConfirmation(
        entity=HP,
        order=placed,
        lines=(ConfirmedLine(line=1, quantity=D(80), price=D("0.45"), promised=date(2026, 12, 9)),),
    )

    done = do(session, said)

    name = f"{placed} line 1, Flange bolt M8"
    assert [(effect.what, effect.was, effect.now) for effect in done.effects] == [
        (f"{name}, confirmed", "", "80"),
        (f"{name}, confirmed price", "", "0.45"),
        (f"{name}, promised", "2026-12-01", "2026-12-09"),
    ]


def test_a_second_confirmation_clears_what_the_first_made_wrong_and_leaves_what_it_does_not_mention(
    session: Session,
) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    confirm(session, placed, quantity=D(80), promised=date(2026, 12, 9))

    confirm(session, placed, promised=date(2026, 11, 30))

    assert findings(session) == {"supplier_short_confirmation": ["20 pieces not confirmed"]}
    assert order_line(session, placed).confirmed == D(80)


@pytest.mark.parametrize(
    ("way_out", "left"),
    [
        (lambda po: AcceptPromise(entity=HP, order=po, line=1, need_by=date(2026, 12, 9)), {SHORT, DEARER}),
        (lambda po: AmendPrice(entity=HP, order=po, line=1, price=D("0.45")), {LATE, SHORT}),
        (lambda po: AmendQuantity(entity=HP, order=po, line=1, quantity=D(80)), {LATE, DEARER}),
        (lambda po: CancelRest(entity=HP, order=po, line=1), set()),
        (lambda po: CloseShort(entity=HP, order=po, line=1), set()),
    ],
)
def test_each_way_out_clears_what_it_answers(
    session: Session, way_out: Callable[[str], Command], left: set[str]
) -> None:
    placed = order(session, (BOLT, "100", "0.42"), (GAUGE, "5", "12.00"))
    confirm(session, placed, quantity=D(80), price=D("0.45"), promised=date(2026, 12, 9))
    before = order_row(session, placed).version

    do(session, way_out(placed))

    assert set(findings(session)) == left
    assert order_row(session, placed).version > before


def test_goods_that_came_in_full_clear_what_was_promised_wrong(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    confirm(session, placed, quantity=D(80), promised=date(2026, 12, 9))

    receipt(session, placed, "100")

    assert findings(session) == {}


@pytest.mark.parametrize("said", [{"quantity": D(-1)}, {"price": D("-0.01")}])
def test_a_confirmation_below_nothing_is_refused(session: Session, said: dict[str, Decimal]) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    command = RecordConfirmation(entity=HP, order=placed, lines=(ConfirmedLine(line=1, **said),))
    assert refused(session, command).code is Refusal.QUANTITY_NOT_POSITIVE


def test_a_confirmation_of_what_is_not_there_or_over_is_refused(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    cases = (("PO-9", 1, Refusal.ORDER_UNKNOWN), (placed, 2, Refusal.ORDER_LINE_UNKNOWN))
    for number, line, code in cases:
        command = RecordConfirmation(entity=HP, order=number, lines=(ConfirmedLine(line=line),))
        assert refused(session, command).code is code
    receipt(session, placed, "100")
    assert refused(session, RecordConfirmation(entity=HP, order=placed)).code is Refusal.ORDER_NOT_OPEN


def test_an_order_nobody_confirms_within_the_suppliers_norm_is_named_by_the_clock(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    assert do(session, CheckConfirmations(entity=HP)).result == {"overdue": []}

    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=4)))
    do(session, CheckConfirmations(entity=HP))
    do(session, CheckConfirmations(entity=HP))

    assert findings(session) == {"unconfirmed_order": ["Not confirmed after 4 days"]}
    assert case_of(session, f"order:{placed}:confirmation").stake == D(42)
    confirm(session, placed)
    assert findings(session) == {}


def test_goods_are_a_word_too(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=4)))
    do(session, CheckConfirmations(entity=HP))

    receipt(session, placed, "10", final=False)

    assert findings(session) == {}
    assert do(session, CheckConfirmations(entity=HP)).result == {"overdue": []}
