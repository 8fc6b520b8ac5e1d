"""What is wrong with an invoice is found, whatever came first, and is gone by itself when it is no longer so."""

import json
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.cases import Case
from core.payables.commands import AcceptedLine, BilledLine, HoldInvoice, PostInvoice, ReleaseInvoice
from core.payables.document_checks import same_account
from core.purchasing.commands import AmendPrice, AmendQuantity, CancelRest
from tests.core.kestrel import D, bill, billed, company, do, freight, open_cases, order, receive, standing

BOLTS = billed("KF-M8X40", "100", "1.00")


def received_order(session: Session, quantity: str = "100", **company_: Any) -> str:
    company(session, **company_)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    if quantity != "0":
        receive(session, placed, quantity, final=False)
    return placed


def found(session: Session, invoice: str) -> dict[str, list[str]]:
    return {code: [row.says for row in rows] for code, rows in standing(session, f"invoice:{invoice}").items()}


def jobs(session: Session, task: str) -> list[dict[str, str]]:
    session.flush()
    rows = session.execute(
        text("select args from procrastinate_jobs where task_name = :task order by id"), {"task": task}
    )
    return [args if isinstance(args, dict) else json.loads(args) for (args,) in rows]


def test_a_clean_invoice_raises_no_case_and_walks_the_staircase(session: Session) -> None:
    placed = received_order(session)

    invoice = bill(session, "A-1", BOLTS, order=placed)

    assert open_cases(session) == {}
    assert jobs(session, "post_matched") == [{"entity": "HP", "invoice": invoice}]


def test_billed_before_anything_came_waits_and_clears_when_goods_come(session: Session) -> None:
    placed = received_order(session, "0")
    invoice = bill(session, "A-1", BOLTS, order=placed)
    assert found(session, invoice) == {"invoice_before_receipt": ["Line 1 billed 100, nothing received"]}
    assert open_cases(session)[f"invoice:{invoice}"].says == (
        "Kestrel Fasteners billed 100 pieces before anything came"
    )

    receive(session, placed, "40", final=False)
    assert found(session, invoice) == {"invoice_quantity_variance": ["Line 1 billed 100, received 40"]}

    receive(session, placed, "60", final=False)
    assert open_cases(session) == {}
    assert [case.root_cause for case in session.scalars(select(Case))] == ["resolved_by_itself"]
    assert jobs(session, "post_matched") == [{"entity": "HP", "invoice": invoice}]


def test_what_was_cancelled_is_not_waited_for(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "5", "2.00"))
    do(session, CancelRest(entity="HP", order=placed, line=1))

    invoice = bill(session, "A-1", BOLTS, order=placed)

    assert found(session, invoice) == {
        "invoice_quantity_variance": ["Line 1 billed 100, received 0, nothing more is expected"]
    }


def test_a_held_invoice_is_looked_at_again_when_its_goods_come(session: Session) -> None:
    placed = received_order(session, "0")
    invoice = bill(session, "A-1", BOLTS, order=placed)
    do(session, HoldInvoice(entity="HP", invoice=invoice, reason="waits for the goods"))

    receive(session, placed, "100")

    assert jobs(session, "post_matched") == [{"entity": "HP", "invoice": invoice}]


def test_the_result_does_not_depend_on_the_order_of_arrival(session: Session) -> None:
    """SCENARIOS 14: an invoice and three deliveries in every order, with a tolerance of 5 percent."""
    results = set()
    for steps in permutations(("invoice", "30", "40", "34")):
        with session.begin_nested() as nested:
            company(session, over_pct="5")
            placed = order(session, ("KF-M8X40", "100", "1.00"))
            invoice = ""
            for step in steps:
                if step == "invoice":
                    invoice = bill(session, "A-1", billed("KF-M8X40", "104", "1.00"), order=placed)
                else:
                    receive(session, placed, step, final=False)
            results.add((frozenset(found(session, invoice)), tuple(sorted(open_cases(session)))))
            nested.rollback()
        session.expire_all()
    assert results == {(frozenset(), ())}


def test_beyond_the_tolerance_every_order_of_arrival_finds_the_same(session: Session) -> None:
    results = set()
    for steps in permutations(("invoice", "30", "40", "36")):
        with session.begin_nested() as nested:
            company(session, over_pct="5")
            placed = order(session, ("KF-M8X40", "100", "1.00"))
            invoice = ""
            for step in steps:
                if step == "invoice":
                    invoice = bill(session, "A-1", billed("KF-M8X40", "106", "1.00"), order=placed)
                else:
                    receive(session, placed, step, final=False)
            findings = standing(session, f"invoice:{invoice}")
            results.add(tuple((code, row.says, row.stake) for code, rows in findings.items() for row in rows))
            nested.rollback()
        session.expire_all()
    assert results == {(("invoice_quantity_variance", "Line 1 billed 106, received 106, ordered 100", D(1)),)}


def test_an_amended_price_settles_the_variance(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "200", "1.00"))
    receive(session, placed, "100", final=False)
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.05"), order=placed)
    assert found(session, invoice) == {"invoice_price_variance": ["Line 1 ordered at 1.00, billed 1.05"]}

    do(session, AmendPrice(entity="HP", order=placed, line=1, price=D("1.05")))

    assert open_cases(session) == {}


def test_an_amended_quantity_settles_an_over_receipts_bill(session: Session) -> None:
    placed = received_order(session, "110")
    invoice = bill(session, "A-1", billed("KF-M8X40", "110", "1.00"), order=placed)
    assert set(found(session, invoice)) == {"invoice_quantity_variance"}

    do(session, AmendQuantity(entity="HP", order=placed, line=1, quantity=D(110)))

    assert f"invoice:{invoice}" not in open_cases(session)


def test_two_bills_over_the_same_pieces_are_found_whichever_is_posted(session: Session) -> None:
    placed = received_order(session)
    first = bill(session, "A-1", billed("KF-M8X40", "70", "1.00"), order=placed)
    second = bill(session, "B-22", billed("KF-M8X40", "60", "1.00"), order=placed)
    assert (found(session, first), found(session, second)) == ({}, {})

    do(session, PostInvoice(entity="HP", invoice=first, lines=(AcceptedLine(line=1, quantity=D(70), price=D(1)),)))

    assert found(session, second) == {
        "invoice_quantity_variance": ["Line 1 billed 60, received 100, 70 of them billed before"]
    }


def test_a_lower_price_is_nobodys_exception(session: Session) -> None:
    placed = received_order(session)
    assert found(session, bill(session, "A-1", billed("KF-M8X40", "100", "0.90"), order=placed)) == {}


def test_no_order_and_no_order_of_ours(session: Session) -> None:
    company(session)
    bare = bill(session, "TV-0093", BilledLine(description="Express run", amount=D(1480)))
    strange = bill(session, "TV-0105", BilledLine(description="Express run", amount=D(1500)), their_order="4711")

    assert found(session, bare) == {"invoice_without_order": ["TV-0093 over $1,480.00 names no purchase order"]}
    assert found(session, strange) == {
        "invoice_without_order": ["TV-0105 over $1,500.00 names 4711, which is no order of ours to them"]
    }


def test_a_line_that_is_not_on_the_order_is_not_paid_silently(session: Session) -> None:
    placed = received_order(session)
    invoice = bill(session, "A-1", BOLTS, billed("KF-W8", "10", "2.00"), order=placed)
    assert found(session, invoice) == {"invoice_without_order": [f"Line 2, KF-W8, is not on {placed}"]}


def test_another_currency_is_a_conflict(session: Session) -> None:
    placed = received_order(session)
    invoice = bill(session, "A-1", BOLTS, order=placed, currency="EUR")
    assert found(session, invoice) == {"fact_conflict": ["Billed in EUR, ordered in USD"]}


def test_an_unknown_unit_a_negative_quantity_and_a_missing_one_are_conflicts(session: Session) -> None:
    placed = received_order(session)
    lines = (
        billed("KF-M8X40", "1", "50.00", unit="pallet"),
        billed("KF-M8X40", "-5", "1.00"),
        BilledLine(supplier_item="KF-M8X40", amount=D("3.00")),
    )
    invoice = bill(session, "A-1", *lines, order=placed)
    assert found(session, invoice)["fact_conflict"] == [
        "Line 1, KF-M8X40: no conversion from pallet to pcs",
        "Line 2 bills -5 pcs",
        "Line 3, KF-M8X40: no quantity or price",
    ]


def test_a_line_of_nothing_is_nobodys_exception(session: Session) -> None:
    placed = received_order(session)
    assert found(session, bill(session, "A-1", BOLTS, billed("KF-M8X40", "0", "1.00"), order=placed)) == {}


def test_an_invoice_of_which_no_line_could_be_read_is_somebodys(session: Session) -> None:
    placed = received_order(session)
    invoice = bill(session, "A-1", order=placed, total=D(100))
    assert found(session, invoice) == {"document_unreadable": ["A-1 over $100.00 cannot be matched line by line"]}


@pytest.mark.parametrize(
    ("facts", "line", "says"),
    [
        ({"total": D("101.00")}, BOLTS, "Net and tax come to $100.00, the total says $101.00"),
        ({"net_total": D("99.00"), "total": D("99.00")}, BOLTS, "The lines come to $100.00, the net total says $99.00"),
        (
            {"total": D("110.00")},
            billed("KF-M8X40", "100", "1.00", amount="110.00"),
            "Line 1: 100 at 1.00 is $100.00, billed $110.00",
        ),
    ],
)
def test_what_does_not_add_up_is_found_to_the_cent(
    session: Session, facts: dict[str, Any], line: BilledLine, says: str
) -> None:
    placed = received_order(session)
    assert says in found(session, bill(session, "A-1", line, order=placed, **facts))["invoice_arithmetic"]


def test_another_way_of_rounding_is_no_mistake(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "3", "0.335"))
    receive(session, placed, "3")
    for number, amount in (("A-1", "1.00"), ("B-22", "1.01")):
        with session.begin_nested() as nested:
            invoice = bill(session, number, billed("KF-M8X40", "3", "0.335", amount=amount), order=placed)
            assert found(session, invoice) == {}
            nested.rollback()
        session.expire_all()


def test_a_failed_check_of_the_reader_is_kept_where_our_own_sums_hold(session: Session) -> None:
    placed = received_order(session)
    invoice = bill(session, "A-1", BOLTS, order=placed, checks_failed=("BR-08: no address",))
    assert found(session, invoice) == {"invoice_arithmetic": ["BR-08: no address"]}


def test_papers_that_contradict_each_other_and_broken_tax_rules_have_codes_of_their_own(session: Session) -> None:
    placed = received_order(session)
    says = ("The data say 100.00, the picture shows 120.00",)
    invoice = bill(session, "A-1", BOLTS, order=placed, contradictions=says, tax_checks_failed=("BR-S-08: off",))
    assert found(session, invoice) == {"fact_conflict": [*says], "invoice_tax_mismatch": ["BR-S-08: off"]}


def test_tax_is_held_against_the_rate_on_record_and_not_against_the_invoices(session: Session) -> None:
    placed = received_order(session, tax_rate="10")
    facts = {"order": placed, "tax_rate": D(20), "tax_total": D("20.00"), "total": D("120.00")}
    invoice = bill(session, "A-1", BOLTS, **facts)
    assert found(session, invoice) == {"invoice_tax_mismatch": ["Billed $20.00 tax, 10% of $100.00 is $10.00"]}


def test_tax_on_a_short_payment_is_no_tax_mismatch(session: Session) -> None:
    placed = received_order(session, "90", tax_rate="10")
    invoice = bill(session, "A-1", BOLTS, order=placed, tax_total=D("10.00"), total=D("110.00"))
    assert set(found(session, invoice)) == {"invoice_quantity_variance"}


def test_a_cent_of_tax_a_line_is_rounding(session: Session) -> None:
    placed = received_order(session, tax_rate="10")
    assert found(session, bill(session, "A-1", BOLTS, order=placed, tax_total=D("10.01"), total=D("110.01"))) == {}


def test_freight_is_unplanned_and_a_discount_is_welcome(session: Session) -> None:
    placed = received_order(session)
    discount = BilledLine(kind="charge", description="Discount", quantity=D(1), price=D(-5), amount=D(-5))
    invoice = bill(session, "A-1", BOLTS, freight("48.00"), discount, order=placed)
    assert found(session, invoice) == {"charge_unplanned": [f"Freight of $48.00 is not on {placed}"]}


def test_another_account_to_pay_is_a_case_of_its_own_and_no_part_of_the_invoices(session: Session) -> None:
    placed = received_order(session, "90")
    invoice = bill(session, "A-1", BOLTS, order=placed, pays_to="DE89 3704 0044 0532 0130 00")

    cases = open_cases(session)
    assert set(cases) == {f"invoice:{invoice}", "bank:KESTREL"}
    bank = cases["bank:KESTREL"]
    assert (bank.code, bank.owner_role, bank.severity) == ("bank_details_changed", "controller", "high")
    assert bank.related == [cases[f"invoice:{invoice}"].number]
    do(session, PostInvoice(entity="HP", invoice=invoice, lines=(AcceptedLine(line=1, quantity=D(90), price=D(1)),)))
    assert set(open_cases(session)) == {"bank:KESTREL"}


def test_the_account_on_record_is_no_exception(session: Session) -> None:
    placed = received_order(session)
    bill(session, "A-1", BOLTS, order=placed, pays_to="US 0000 1111 2291")
    assert open_cases(session) == {}


@pytest.mark.parametrize(
    ("on_record", "written", "same"),
    [
        ("•••• 2291", "000 111 2291", True),
        ("DE** **** 4410", "DE89370400440532014410", True),
        ("•••• 2291", "ending 7714", False),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000", True),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013001", False),
        ("", "DE89370400440532013001", False),
        ("•• 9", "1239", False),
    ],
)
def test_accounts_are_compared_by_what_both_show(on_record: str, written: str, same: bool) -> None:
    assert same_account(on_record, written) is same


def test_a_correction_of_a_posted_or_unknown_invoice_is_a_conflict(session: Session) -> None:
    placed = received_order(session)
    first = bill(session, "A-1", BOLTS, order=placed)
    do(session, PostInvoice(entity="HP", invoice=first, lines=(AcceptedLine(line=1, quantity=D(100), price=D(1)),)))
    facts: dict[str, Any] = {"order": placed, "kind": "correction"}

    second = bill(session, "A-1-K", billed("KF-M8X40", "90", "1.00"), corrects="A-1", **facts)
    third = bill(session, "Z-9-K", billed("KF-M8X40", "80", "1.00"), corrects="Z-9", **facts)

    assert found(session, second) == {"fact_conflict": ["A-1-K corrects A-1, which is posted already"]}
    assert "Z-9-K corrects an invoice that we do not have" in found(session, third)["fact_conflict"]


def test_a_released_invoice_is_asked_about_again(session: Session) -> None:
    from core.deciding.commands import CloseCase

    placed = received_order(session, "90")
    invoice = bill(session, "A-1", BOLTS, order=placed)
    do(session, HoldInvoice(entity="HP", invoice=invoice, reason="credit note"))
    number = open_cases(session)[f"invoice:{invoice}"].number
    do(session, CloseCase(entity="HP", case=number, person="mara", root_cause="held"))
    assert open_cases(session).keys().isdisjoint({f"invoice:{invoice}"})

    do(session, ReleaseInvoice(entity="HP", invoice=invoice))

    assert f"invoice:{invoice}" in open_cases(session)
