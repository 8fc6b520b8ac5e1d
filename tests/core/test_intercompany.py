"""Sales between entities of the group: both books or neither, and the margin stays visible until pieces leave the group."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import door
from core.books.accounts import CHART
from core.books.periods import ClosePeriod
from core.books.queries import balance, journal
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite
from core.refusals import Refusal
from core.stock.commands import IssueStock, TransferStock
from core.stock.cost_commands import AddLandedCost
from core.stock.intercompany import unrealised_profit
from core.stock.making_commands import SellToEntity
from core.stock.queries import available, layers
from tests.builders import BOLT, HP, LONG_AGO, PDX, PRIYA, D, do, order, receipt, refused, stocked

SELLER, BUYER = HP, "AA"  # the buyer's name comes first: turns are taken in the order of names


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in a group of two."""
    do(session, AddEntity(entity=BUYER, name="Alder & Ash", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity=BUYER, code=code, name=name, kind=kind))
    for site in ("BOI", "SLC"):
        do(session, AddSite(entity=BUYER, code=site, name=site))
    do(session, AddItem(entity=BUYER, sku=BOLT, name="Flange bolt M8"))


def sale(quantity: str, price: str = "1") -> SellToEntity:
    return SellToEntity(
        entity=SELLER,
        item=BOLT,
        site=PDX,
        quantity=D(quantity),
        to_entity=BUYER,
        to_site="BOI",
        transfer_price=D(price),
    )


def two_layers(session: Session) -> None:
    stocked(session, "10", "0.40", happened_at=LONG_AGO)
    stocked(session, "10", "0.60")


def test_a_sale_is_in_both_books_at_the_transfer_price(session: Session) -> None:
    two_layers(session)
    done = do(session, sale("15"))

    assert done.result == {"sale": "IC-1", "price": "15", "cost": "7", "margin": "8", "price_there": "15"}
    sides = [("1250", D(15)), ("4000", D(-15)), ("5000", D(7)), ("1400", D(-7))]
    assert [list(one.sides) for one in journal(session, SELLER, document="IC-1")] == [sides]
    sides = [("1400", D(15)), ("2180", D(-15))]
    assert [list(one.sides) for one in journal(session, BUYER, document="HP IC-1")] == [sides]
    assert [available(session, entity, BOLT, site) for entity, site in ((SELLER, PDX), (BUYER, "BOI"))] == [5, 15]


def test_events_and_audit_stand_under_both_entities(session: Session) -> None:
    two_layers(session)
    do(session, sale("1"))
    session.commit()
    kinds = session.execute(text("select entity, kind from event where kind like '%_entity'")).all()
    assert {tuple(row) for row in kinds} == {(SELLER, "sold_to_entity"), (BUYER, "bought_from_entity")}
    told = session.execute(text("select entity from audit_entry order by seq desc limit 2")).scalars().all()
    assert set(told) == {SELLER, BUYER}


def test_what_is_shown_before_names_whose_books_it_changes_and_changes_nothing(session: Session) -> None:
    two_layers(session)
    shown = door.simulate(session, [sale("10")], actor=PRIYA)
    changed = {effect.what: effect.change for effect in shown.effects}
    assert (changed["1400 Inventory"], changed["AA: 1400 Inventory"]) == (D(-4), D(10))
    assert available(session, BUYER, BOLT, "BOI") == 0


def test_profit_is_unrealised_until_pieces_leave_the_group(session: Session) -> None:
    two_layers(session)
    do(session, sale("15"))
    assert unrealised_profit(session, BUYER).profit == 8

    do(session, TransferStock(entity=BUYER, item=BOLT, site="BOI", to_site="SLC", quantity=D(12)))
    do(session, IssueStock(entity=BUYER, item=BOLT, site="SLC", quantity=D(10), document="SO-1"))
    assert unrealised_profit(session, BUYER).profit == 2  # five of the layer that cost 0.60

    assert [(x.quantity, x.value) for x in layers(session, BUYER, BOLT)] == [(D(3), D(3)), (D(2), D(2))]


def test_a_cost_of_the_seller_that_comes_late_makes_the_margin_smaller(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "10", "0.40")), "10")
    do(session, sale("10"))
    do(session, AddLandedCost(entity=SELLER, receipts=(arrived,), amount=D(2)))
    assert unrealised_profit(session, BUYER).profit == 4
    assert balance(session, BUYER, "1400") == 10


def test_an_average_says_that_it_cannot_say(session: Session) -> None:
    do(session, AddItem(entity=SELLER, sku="AVG", name="Nut", cost_method="average"))
    do(session, AddItem(entity=BUYER, sku="AVG", name="Nut", cost_method="average"))
    stocked(session, "10", "1", item="AVG")
    do(session, replace(sale("10", "3"), item="AVG"))
    told = unrealised_profit(session, BUYER)
    assert (told.profit, told.not_by_layer) == (D(0), (("AVG", "BOI"),))


def test_either_side_can_refuse_and_then_neither_is_changed(session: Session) -> None:
    two_layers(session)
    do(session, AddEntity(entity="EU", name="Esche", currency="EUR"))
    for command, code in (
        (sale("21"), Refusal.MORE_THAN_ON_HAND),
        (sale("0"), Refusal.QUANTITY_NOT_POSITIVE),
        (sale("1", "-1"), Refusal.AMOUNT_NOT_POSITIVE),
        (sale("0.5"), Refusal.PRECISION),
        (replace(sale("1"), to_entity="XX"), Refusal.ENTITY_UNKNOWN),
        (replace(sale("1"), to_entity=HP), Refusal.NOTHING_TO_DO),
        (replace(sale("1"), to_entity="EU"), Refusal.RATE_UNKNOWN),
        (replace(sale("1"), to_site="XX"), Refusal.SITE_UNKNOWN),
        (replace(sale("1"), item="WR-2"), Refusal.ITEM_UNKNOWN),
    ):
        assert refused(session, command).code is code
    do(session, ClosePeriod(entity=BUYER, through=LONG_AGO.date()))
    assert refused(session, replace(sale("1"), happened_at=LONG_AGO)).code is Refusal.PERIOD_CLOSED


def test_two_currencies_are_each_in_their_own_books_at_one_rate(session: Session) -> None:
    two_layers(session)
    do(session, AddEntity(entity="EU", name="Esche", currency="EUR"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity="EU", code=code, name=name, kind=kind))
    do(session, AddSite(entity="EU", code="BOI", name="Esche's"))
    do(session, AddItem(entity="EU", sku=BOLT, name="Flange bolt M8"))
    abroad = replace(sale("15"), to_entity="EU", rate=D("0.9"))

    done = do(session, abroad)

    assert (done.result["price"], done.result["price_there"]) == ("15", "13.5")
    sides = [("1400", D("13.5")), ("2180", D("-13.5"))]
    assert [list(one.sides) for one in journal(session, "EU", document="HP IC-1")] == [sides]
    assert unrealised_profit(session, "EU").profit == D("7.2"), "8 of margin at 0.9"
    assert refused(session, replace(abroad, rate=None)).code is Refusal.RATE_UNKNOWN
