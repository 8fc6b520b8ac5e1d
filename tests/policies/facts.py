"""Facts for tests of policies: the Kestrel invoice of the main story, and any other facts hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.case_defaults import BY_WEIGHT
from core.judging import JudgedFacts, Person
from policies.options import STEPS

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROLES = ("ap_lead", "buyer", "buyers_manager", "receiving_lead", "intake_clerk", "controller", "auditor", "owner")
MONEY = (
    "pays", "disputes", "credit", "commits", "freight_unplanned", "price_variance_amount", "tax_difference",
    "rounding_difference", "writes_off",
)  # fmt: skip
FLAGS = (
    "supplier_known", "on_contract", "supplier_at_risk", "prepayment_terms", "sender_known", "new_payee",
    "touches_bank_details", "relies_on_claim", "hidden_text", "injection_suspected", "currency_differs", "readable",
    "duplicates_suspected", "edited", "sender_doubtful",
)  # fmt: skip
PEOPLE = ("mara", "tomas", "priya", "dana", "lena", "noah")

KESTREL = JudgedFacts(
    entity="HP",
    currency="USD",
    at=FRIDAY,
    codes=("charge_unplanned", "invoice_price_variance", "invoice_quantity_variance"),
    option="short_pay",
    actions=("PostInvoice", "OpenClaim", "SendMessage"),
    pays=Decimal("1751.60"),
    disputes=Decimal("125.40"),
    freight_unplanned=Decimal("48.00"),
    price_variance_pct=Decimal("7.8947"),
    price_variance_amount=Decimal("75.00"),
    quantity_over_pct=Decimal(10),
    supplier="KESTREL",
    supplier_known=True,
    sender_known=True,
    sender_authenticated=True,
    placed_by=("priya",),
    orders=("PO-40417",),
)
MATCHED = JudgedFacts(
    entity="HP",
    currency="USD",
    at=FRIDAY,
    codes=("invoice_matched",),
    option="post_matched",
    actions=("PostInvoice",),
    pays=Decimal("750.00"),
    supplier="KESTREL",
    supplier_known=True,
    on_contract=True,
    sender_known=True,
    placed_by=("priya",),
    orders=("PO-40417",),
)

MARA = Person(id="mara", name="Mara Lindqvist", roles=("ap_lead",), limits={"ap_lead": Decimal(5000)})
TOMAS = Person(id="tomas", name="Tomas Orr", roles=("controller",), limits={"controller": None})
PRIYA = Person(id="priya", name="Priya Kaur", roles=("buyer",), limits={"buyer": Decimal(2500)})
DANA = Person(id="dana", name="Dana Reyes", roles=("buyers_manager",), limits={"buyers_manager": Decimal(25000)})


def kestrel(**changes: Any) -> JudgedFacts:
    """The Kestrel invoice with some facts changed."""
    return replace(KESTREL, **changes)


def matched(**changes: Any) -> JudgedFacts:
    """An invoice that matches, with some facts changed."""
    return replace(MATCHED, **changes)


amounts = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "25", "50", "100", "100.01", "250", "500", "2500", "5000")]),
    st.decimals(min_value=0, max_value=200_000, places=2),
)
percents = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "0.5", "2", "8", "8.0001", "15", "100")]),
    st.decimals(min_value=0, max_value=120, places=4),
)
some_people = st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple)
maybe_person = st.one_of(st.just(""), st.sampled_from(PEOPLE))


def facts(**fixed: Any) -> st.SearchStrategy[JudgedFacts]:
    """Facts a core could hand over: any way out with its own steps, any figures, any flags, any people."""
    options = st.sampled_from(sorted(STEPS))
    return options.flatmap(lambda option: _facts_of(option, fixed))


def _facts_of(option: str, fixed: dict[str, Any]) -> st.SearchStrategy[JudgedFacts]:
    parts: dict[str, st.SearchStrategy[Any]] = {
        "entity": st.sampled_from(["HP", "HPC"]),
        "currency": st.sampled_from(["USD", "CAD", "JPY"]),
        "at": st.just(FRIDAY),
        "codes": st.lists(st.sampled_from(sorted(BY_WEIGHT)), min_size=1, max_size=3, unique=True).map(tuple),
        "option": st.just(option),
        "actions": st.lists(st.sampled_from(STEPS[option] or ("",)), max_size=3).map(
            lambda steps: tuple(step for step in steps if step)
        ),
        "severity": st.sampled_from(["low", "normal", "high", "critical"]),
        **dict.fromkeys(MONEY, amounts),
        "price_variance_pct": percents,
        "quantity_over_pct": percents,
        "need_by_slips_days": st.integers(min_value=0, max_value=60),
        **dict.fromkeys(FLAGS, st.booleans()),
        "sender_authenticated": st.sampled_from([True, False, None]),
        "placed_by": some_people,
        "requested_by": some_people,
        "drafted_by": some_people,
        "edited_by": maybe_person,
        "master_data_editors": some_people,
        "signed_by": some_people,
        "orders": st.just(("PO-40417",)),
    }
    parts.update({name: st.just(value) for name, value in fixed.items()})
    return st.builds(JudgedFacts, **parts)
