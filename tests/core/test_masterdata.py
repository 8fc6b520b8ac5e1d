"""Master data is added and never overwritten; bank details are set once and by nothing in this house changed."""

from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.catalogue import VERBS
from core.command import Command
from core.masterdata.commands import (
    AddAccount,
    AddConversion,
    AddEntity,
    AddItem,
    AddSite,
    AddSupplier,
    AddSupplierItem,
    LinkSender,
    StartNumbersAt,
)
from core.masterdata.tables import Item, Supplier
from core.numbers import next_number
from core.people.commands import AddPerson, Deactivate, Delegate, GrantRole, SetPassword
from core.people.tables import Delegation, Person, RoleGrant
from core.refusals import Refusal
from tests.builders import BOLT, HP, PDX, SUPPLIER, D, broken, company, do, order, refused
from tests.conftest import FRIDAY


def supplier(**changes: Any) -> AddSupplier:
    facts: dict[str, Any] = {"number": "S-2", "name": "Bluegate", "currency": "USD", **changes}
    return AddSupplier(entity=HP, **facts)


def item(**changes: Any) -> AddItem:
    facts: dict[str, Any] = {"sku": "X-1", "name": "Thing", **changes}
    return AddItem(entity=HP, **facts)


TWICE: tuple[Command, ...] = (
    AddEntity(entity=HP, name="Again", currency="USD"),
    AddAccount(entity=HP, code="1400", name="Inventory", kind="asset"),
    AddSite(entity=HP, code=PDX, name="Portland"),
    supplier(number=SUPPLIER),
    item(sku=BOLT),
    AddConversion(entity=HP, item=BOLT, unit="box", factor=D(10)),
    AddPerson(entity=HP, id="priya", name="Priya Kaur", email="other@harborpine.example"),
    AddPerson(entity=HP, id="other", name="Priya Kaur", email="PRIYA@harborpine.example"),
)
UNKNOWN: tuple[tuple[Command, Refusal], ...] = (
    (AddAccount(entity="XX", code="1", name="Bank", kind="asset"), Refusal.ENTITY_UNKNOWN),
    (AddSite(entity="XX", code="NYC", name="New York"), Refusal.ENTITY_UNKNOWN),
    (AddSupplierItem(entity=HP, supplier="S-9", code="A", item=BOLT), Refusal.SUPPLIER_UNKNOWN),
    (AddSupplierItem(entity=HP, supplier=SUPPLIER, code="A", item="XX"), Refusal.ITEM_UNKNOWN),
    (AddConversion(entity=HP, item="XX", unit="box", factor=D(12)), Refusal.ITEM_UNKNOWN),
    (LinkSender(entity=HP, supplier="S-9", domain="kestrel.example"), Refusal.SUPPLIER_UNKNOWN),
    (GrantRole(entity=HP, person="nobody", role="buyer"), Refusal.PERSON_UNKNOWN),
    (GrantRole(entity="XX", person="priya", role="buyer"), Refusal.ENTITY_UNKNOWN),
    (SetPassword(entity=HP, person="nobody", password_hash="x"), Refusal.PERSON_UNKNOWN),
    (Deactivate(entity=HP, person="nobody"), Refusal.PERSON_UNKNOWN),
)
SENSELESS: tuple[tuple[Command, Refusal], ...] = (
    (AddEntity(entity="CA", name="Sister", currency="dollars"), Refusal.COMMAND_MALFORMED),
    (AddAccount(entity=HP, code="1", name="Bank", kind="treasure"), Refusal.COMMAND_MALFORMED),
    (supplier(currency="usd"), Refusal.COMMAND_MALFORMED),
    (supplier(terms_days=-1), Refusal.AMOUNT_NOT_POSITIVE),
    (supplier(tax_rate=D(-1)), Refusal.AMOUNT_NOT_POSITIVE),
    (supplier(domains=("GMail.com",)), Refusal.NOTHING_TO_DO),
    (item(unit_decimals=7), Refusal.PRECISION),
    (item(unit_decimals=-1), Refusal.PRECISION),
    (item(over_receipt_pct=D(-1)), Refusal.AMOUNT_NOT_POSITIVE),
    (item(standard_cost=D(-1)), Refusal.AMOUNT_NOT_POSITIVE),
    (AddConversion(entity=HP, item=BOLT, unit="case", factor=D(0)), Refusal.QUANTITY_NOT_POSITIVE),
    (AddConversion(entity=HP, item=BOLT, unit="case", factor=D("0.0000001")), Refusal.PRECISION),
    (AddConversion(entity=HP, item=BOLT, unit="pcs", factor=D(2)), Refusal.NOTHING_TO_DO),
    (LinkSender(entity=HP, supplier=SUPPLIER, domain="kestrel"), Refusal.NOTHING_TO_DO),
    (LinkSender(entity=HP, supplier=SUPPLIER, domain="someone@kestrel.example"), Refusal.NOTHING_TO_DO),
    (LinkSender(entity=HP, supplier=SUPPLIER, domain=" Outlook.com "), Refusal.NOTHING_TO_DO),
)


def named(case: Any) -> str:
    return type(case).__name__ if isinstance(case, Command) else ""


def hire(session: Session) -> None:
    """Priya, who may decide nothing yet."""
    do(session, AddPerson(entity=HP, id="priya", name="Priya Kaur", email=" Priya@HarborPine.example "))


@pytest.mark.parametrize("command", TWICE, ids=named)
def test_what_is_there_is_not_overwritten(session: Session, command: Command) -> None:
    company(session)
    hire(session)
    assert refused(session, command).code is Refusal.ALREADY_EXISTS


@pytest.mark.parametrize(("command", "code"), [*UNKNOWN, *SENSELESS], ids=named)
def test_what_is_unknown_or_makes_no_sense_is_refused(session: Session, command: Command, code: Refusal) -> None:
    company(session)
    hire(session)
    assert refused(session, command).code is code


def test_a_supplier_is_kept_with_who_entered_it_and_when(session: Session) -> None:
    company(session)
    do(session, supplier(bank_account="•••• 2291", domains=("Bluegate.example",)))

    row = session.get_one(Supplier, (HP, "S-2"), populate_existing=True)
    assert (row.bank_account, row.domains, row.edited_by, row.edited_at) == (
        "•••• 2291",
        ["bluegate.example"],
        "priya",
        FRIDAY,
    )


def test_no_other_command_can_name_a_bank_account(session: Session) -> None:
    """Promise 5. A document's own words about an account (`pays_to`) are a claim: compared, never used."""
    naming = {
        command.__name__
        for command in VERBS
        for field in fields(command)
        if "bank" in field.name or "iban" in field.name
    }
    assert naming == {"AddSupplier"}


def test_a_sender_is_linked_to_a_supplier_and_that_is_an_edit_of_its_record(session: Session) -> None:
    company(session)
    before = session.get_one(Supplier, (HP, SUPPLIER)).version

    done = do(session, LinkSender(entity=HP, supplier=SUPPLIER, domain=" Kestrel-Fasteners.example"))

    row = session.get_one(Supplier, (HP, SUPPLIER), populate_existing=True)
    assert row.domains == ["kestrel-fasteners.example"]
    assert row.version > before
    assert [(effect.kind, effect.now) for effect in done.effects] == [("record", "kestrel-fasteners.example")]
    again = LinkSender(entity=HP, supplier=SUPPLIER, domain="kestrel-fasteners.example")
    assert refused(session, again).code is Refusal.NOTHING_TO_DO


def test_numbers_go_on_from_where_an_older_system_stopped_and_never_back(session: Session) -> None:
    company(session)
    do(session, StartNumbersAt(entity=HP, kind="PO", first=40418))

    assert order(session, (BOLT, "1", "1.00")) == "PO-40418"
    assert order(session, (BOLT, "1", "1.00")) == "PO-40419"
    refusal = refused(session, StartNumbersAt(entity=HP, kind="PO", first=40419))
    assert (refusal.code, refusal.detail) == (Refusal.ALREADY_EXISTS, "PO-40419 was given out")


def test_a_number_that_was_rolled_back_is_given_again_so_that_there_are_no_gaps(session: Session) -> None:
    company(session)
    session.commit()
    first = next_number(session, HP, "GR")
    session.rollback()
    assert next_number(session, HP, "GR") == first


def test_a_role_is_granted_with_a_limit_and_granting_it_again_changes_the_limit(session: Session) -> None:
    company(session)
    hire(session)
    do(session, GrantRole(entity=HP, person="priya", role="buyer", limit=D(2500)))
    do(session, GrantRole(entity=HP, person="priya", role="buyer", limit=None))

    grant = session.get_one(RoleGrant, ("priya", HP, "buyer"), populate_existing=True)
    assert grant.limit is None


def test_a_person_keeps_a_hash_and_loses_access_but_not_her_name(session: Session) -> None:
    company(session)
    hire(session)
    do(session, SetPassword(entity=HP, person="priya", password_hash="$argon2id$..."))
    do(session, Deactivate(entity=HP, person="priya"))

    row = session.get_one(Person, "priya", populate_existing=True)
    assert (row.email, row.password_hash, row.active) == ("priya@harborpine.example", "$argon2id$...", False)


def test_somebody_stands_in_for_a_while_and_nobody_for_herself(session: Session) -> None:
    company(session)
    hire(session)
    do(session, AddPerson(entity=HP, id="dana", name="Dana Reyes", email="dana@harborpine.example"))
    week = {"starts_at": FRIDAY, "ends_at": FRIDAY + timedelta(days=7)}
    stands_in = Delegate(entity=HP, person="dana", delegate="priya", role="buyers_manager", **week)

    do(session, stands_in)

    assert session.get(Delegation, ("dana", "priya", "buyers_manager")) is not None
    assert refused(session, stands_in).code is Refusal.ALREADY_EXISTS
    herself = Delegate(entity=HP, person="dana", delegate="dana", role="buyers_manager", **week)
    backwards = Delegate(
        entity=HP, person="dana", delegate="priya", role="buyer", starts_at=FRIDAY, ends_at=FRIDAY - timedelta(days=1)
    )
    for command in (herself, backwards):
        assert refused(session, command).code is Refusal.NOTHING_TO_DO


def test_figures_of_an_item_come_back_as_they_were_entered(session: Session) -> None:
    company(session)
    do(session, item(unit="kg", unit_decimals=3, over_receipt_pct=D("2.5"), standard_cost=D("0.0375"), inspect=True))
    session.expire_all()
    row = session.get_one(Item, (HP, "X-1"))
    assert (row.over_receipt_pct, row.standard_cost) == (Decimal("2.5"), Decimal("0.0375"))
    assert broken(session) == []
