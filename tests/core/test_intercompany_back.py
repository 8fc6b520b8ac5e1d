"""What one entity of the group sold another goes back, and is paid: in both books or in neither, never too much."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import door
from core.books.accounts import CHART
from core.books.periods import ClosePeriod
from core.books.queries import balance, journal
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.refusals import Refusal
from core.stock.commands import IssueStock, OpenStock, TransferStock
from core.stock.intercompany import unrealised_profit
from core.stock.intercompany_commands import ReturnToEntity, SettleWithEntity
from core.stock.intercompany_settling import Owed, owed_to_entity
from core.stock.making_commands import SellToEntity
from core.stock.queries import available, layers
from tests.builders import BOLT, HP, LONG_AGO, PDX, PRIYA, D, broken, do, refused, stocked

SELLER, BUYER, ABROAD = HP, "AA", "EU"  # the buyer's name comes first: turns are taken in the order of names


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in a group of three, one of which keeps its books in euros."""
    for entity, currency in ((BUYER, "USD"), (ABROAD, "EUR")):
        do(session, AddEntity(entity=entity, name=entity, currency=currency))
        for code, name, kind in CHART:
            do(session, AddAccount(entity=entity, code=code, name=name, kind=kind))
        for site in ("BOI", "SLC"):
            do(session, AddSite(entity=entity, code=site, name=site))
        do(session, AddItem(entity=entity, sku=BOLT, name="Flange bolt M8"))


def sold(session: Session, quantity: str = "15", price: str = "1", **more: Any) -> str:
    """A sale out of a layer of ten at 0.40 and one of ten at 0.60."""
    stocked(session, "10", "0.40", happened_at=LONG_AGO)
    stocked(session, "10", "0.60")
    sale = SellToEntity(
        entity=SELLER,
        item=BOLT,
        site=PDX,
        quantity=D(quantity),
        to_entity=BUYER,
        to_site="BOI",
        transfer_price=D(price),
    )
    return str(do(session, replace(sale, **more)).result["sale"])


def back(sale: str, quantity: str, **more: Any) -> ReturnToEntity:
    command = ReturnToEntity(
        entity=BUYER, seller=SELLER, sale=sale, site="BOI", quantity=D(quantity), to_site=PDX, reason="too many"
    )
    return replace(command, **more)


def pay(amount: str | None = None, **more: Any) -> SettleWithEntity:
    command = SettleWithEntity(entity=BUYER, seller=SELLER, amount=None if amount is None else D(amount))
    return replace(command, **more)


def test_pieces_go_back_in_both_books_at_the_price_they_were_sold_at(session: Session) -> None:
    sale = sold(session, "10")
    done = do(session, back(sale, "4"))

    assert done.result == {"return": "ICR-1", "price": "4", "price_here": "4", "cost": "1.6"}
    sides = [("2180", D(4)), ("1400", D(-4))]
    assert [list(one.sides) for one in journal(session, BUYER, document="ICR-1")] == [sides]
    sides = [("4000", D(4)), ("1250", D(-4)), ("1400", D("1.6")), ("5000", D("-1.6"))]
    assert [list(one.sides) for one in journal(session, SELLER, document="AA ICR-1")] == [sides]
    assert [available(session, entity, BOLT, site) for entity, site in ((SELLER, PDX), (BUYER, "BOI"))] == [14, 6]
    assert [(x.quantity, x.value) for x in layers(session, BUYER, BOLT)] == [(D(6), D(6))]
    assert unrealised_profit(session, BUYER).profit == D("3.6"), "six of ten, each with 0.60"


def test_each_layer_goes_back_at_what_it_cost_and_bears_its_own_late_cost(session: Session) -> None:
    sale = sold(session, "15")  # ten at 0.40, five at 0.60
    do(session, IssueStock(entity=BUYER, item=BOLT, site="BOI", quantity=D(9), document="SO-1"))
    done = do(session, back(sale, "3"))

    assert done.result["cost"] == "1.6", "one at 0.40 and two at 0.60"
    assert unrealised_profit(session, BUYER).profit == D("1.2"), "three of the younger layer"


def test_all_of_an_item_that_leaves_by_named_layers_alone_goes_and_comes_back_by_layer(session: Session) -> None:
    for entity in (SELLER, BUYER):
        do(session, AddItem(entity=entity, sku="NAMED", name="Engine", cost_method="strict"))
    for cost in ("100", "150"):
        stocked(session, "1", cost, item="NAMED")
    sell = SellToEntity(
        entity=SELLER,
        item="NAMED",
        site=PDX,
        quantity=D(2),
        to_entity=BUYER,
        to_site="BOI",
        transfer_price=D(200),
    )
    assert refused(session, replace(sell, quantity=D(1))).code is Refusal.LAYER_NOT_NAMED
    sale = do(session, sell).result
    assert (sale["cost"], sale["margin"]) == ("250", "150")
    assert do(session, back(str(sale["sale"]), "1")).result["cost"] == "100"
    assert unrealised_profit(session, BUYER).profit == 50


def test_all_that_went_back_leaves_nothing(session: Session) -> None:
    sale = sold(session, "15", "0.333333")
    for quantity in ("7", "4", "4"):
        do(session, back(sale, quantity))

    assert unrealised_profit(session, BUYER).profit == 0
    for entity, account in ((SELLER, "1250"), (SELLER, "4000"), (SELLER, "5000"), (BUYER, "2180"), (BUYER, "1400")):
        assert balance(session, entity, account) == 0
    assert balance(session, SELLER, "1400") == 10
    assert refused(session, back(sale, "1")).code is Refusal.MORE_THAN_ON_HAND


def test_only_what_is_still_there_of_the_sale_goes_back(session: Session) -> None:
    sale = sold(session, "10")
    stocked_there = OpenStock(entity=BUYER, item=BOLT, site="BOI", quantity=D(20), unit_cost=D(3))
    do(session, stocked_there)
    do(session, TransferStock(entity=BUYER, item=BOLT, site="BOI", to_site="SLC", quantity=D(6)))
    do(session, IssueStock(entity=BUYER, item=BOLT, site="SLC", quantity=D(2), document="SO-1"))

    assert refused(session, back(sale, "5")).code is Refusal.MORE_THAN_ON_HAND
    do(session, back(sale, "4"))
    assert refused(session, back(sale, "5", site="SLC")).code is Refusal.MORE_THAN_ON_HAND
    do(session, back(sale, "4", site="SLC"))
    assert unrealised_profit(session, BUYER).profit == 0
    assert balance(session, BUYER, "2180") == -2


def test_an_average_of_the_buyer_is_made_up_for_by_a_price_variance(session: Session) -> None:
    for entity in (SELLER, BUYER):
        do(session, AddItem(entity=entity, sku="AVG", name="Nut", cost_method="average"))
    stocked(session, "10", "1", item="AVG")
    do(session, OpenStock(entity=BUYER, item="AVG", site="BOI", quantity=D(10), unit_cost=D(5)))
    sale = sold(session, "10", "3", item="AVG")

    do(session, back(sale, "5"))

    sides = [("2180", D(15)), ("5320", D(5)), ("1400", D(-20))]
    assert [list(one.sides) for one in journal(session, BUYER, document="ICR-1")] == [sides]


def test_either_side_can_refuse_a_return_and_then_neither_is_changed(session: Session) -> None:
    sale = sold(session)
    for command, code in (
        (back(sale, "16"), Refusal.MORE_THAN_ON_HAND),
        (back(sale, "0"), Refusal.QUANTITY_NOT_POSITIVE),
        (back(sale, "0.5"), Refusal.PRECISION),
        (back(sale, "1", reason=" "), Refusal.REASON_REQUIRED),
        (back("IC-9", "1"), Refusal.NO_SUCH_MOVE),
        (back(sale, "1", entity=ABROAD), Refusal.NO_SUCH_MOVE),
        (back(sale, "1", seller="XX"), Refusal.ENTITY_UNKNOWN),
        (back(sale, "1", seller=BUYER), Refusal.NOTHING_TO_DO),
        (back(sale, "1", site="XX"), Refusal.SITE_UNKNOWN),
        (back(sale, "1", to_site="BOI"), Refusal.SITE_UNKNOWN),
        (back(sale, "1", happened_at=LONG_AGO), Refusal.MORE_THAN_ON_HAND),
    ):
        assert refused(session, command).code is code, command
    earlier = sold(session, "5", happened_at=LONG_AGO)
    do(session, ClosePeriod(entity=SELLER, through=LONG_AGO.date()))
    assert refused(session, back(earlier, "1", happened_at=LONG_AGO)).code is Refusal.PERIOD_CLOSED
    assert available(session, BUYER, BOLT, "BOI") == 20


def test_what_is_shown_before_names_whose_books_it_changes_and_changes_nothing(session: Session) -> None:
    sale = sold(session, "10")
    shown = door.simulate(session, [back(sale, "10")], actor=PRIYA)
    changed = {effect.what: effect.change for effect in shown.effects}
    assert (changed["1400 Inventory"], changed[f"{SELLER}: 1400 Inventory"]) == (D(-10), D(4))
    assert available(session, BUYER, BOLT, "BOI") == 10


def test_what_is_owed_is_cleared_in_both_books_and_never_more_than_is_open(session: Session) -> None:
    sale = sold(session)
    do(session, back(sale, "5"))
    assert owed_to_entity(session, BUYER, SELLER) == Owed(amount=D(10), booked=D(10))

    assert refused(session, pay("10.01")).code is Refusal.MORE_THAN_BILLED
    assert refused(session, pay("0")).code is Refusal.AMOUNT_NOT_POSITIVE
    assert refused(session, pay("0.001")).code is Refusal.PRECISION
    assert refused(session, pay(entity=SELLER, seller=BUYER)).code is Refusal.NOTHING_TO_DO
    part = do(session, pay("4")).result
    assert part == {"settlement": "ICS-1", "amount": "4", "cleared": "4", "paid": "4", "open": "6"}
    assert do(session, pay()).result["open"] == "0"

    assert refused(session, pay()).code is Refusal.NOTHING_TO_DO
    for entity, account, stands in (
        (BUYER, "2180", 0),
        (SELLER, "1250", 0),
        (BUYER, "1000", -10),
        (SELLER, "1000", 10),
    ):
        assert balance(session, entity, account) == stands


def test_pieces_that_go_back_after_they_were_paid_stand_against_the_next_sale(session: Session) -> None:
    sale = sold(session, "10")
    do(session, pay())
    do(session, back(sale, "4"))
    assert refused(session, pay("1")).code is Refusal.NOTHING_TO_DO
    do(
        session,
        SellToEntity(
            entity=SELLER, item=BOLT, site=PDX, quantity=D(6), to_entity=BUYER, to_site="BOI", transfer_price=D(1)
        ),
    )
    assert do(session, pay()).result["amount"] == "2"


def test_another_rate_on_the_day_of_payment_is_an_exchange_difference(session: Session) -> None:
    sale = sold(session, "15", to_entity=ABROAD, rate=D("0.9"))
    do(session, back(sale, "5", entity=ABROAD))
    assert owed_to_entity(session, ABROAD, SELLER) == Owed(amount=D(10), booked=D(9))

    assert refused(session, pay(entity=ABROAD)).code is Refusal.RATE_UNKNOWN
    done = do(session, pay(entity=ABROAD, rate=D("0.95"))).result

    assert (done["cleared"], done["paid"]) == ("9", "9.5")
    sides = [("2180", D(9)), ("5350", D("0.5")), ("1000", D("-9.5"))]
    assert [list(one.sides) for one in journal(session, ABROAD, document="ICS-1")] == [sides]
    sides = [("1000", D(10)), ("1250", D(-10))]
    assert [list(one.sides) for one in journal(session, SELLER, document="EU ICS-1")] == [sides]


@pytest.mark.parametrize(
    ("promise", "by_hand"),
    [
        ("no more goes back than was sold", "update intercompany_return set quantity = 11"),
        ("no more goes back than was sold", "delete from stock_move where document = 'AA ICR-1'"),
        ("no more is settled than was sold", "update intercompany_settlement set amount = 11"),
        ("intercompany accounts", "update intercompany_settlement set cleared = 1"),
        ("intercompany accounts", "update intercompany_return set sold_for = 1"),
    ],
)
def test_the_doctor_names_what_is_broken_by_hand(session: Session, promise: str, by_hand: str) -> None:
    do(session, back(sold(session, "10"), "4"))
    do(session, pay("6"))
    assert broken(session) == []
    with session.begin_nested() as tampered:
        session.execute(text("set local session_replication_role = replica"))
        session.execute(text(by_hand))
        assert promise in [said.split(":")[0] for said in broken(session)]
        tampered.rollback()
