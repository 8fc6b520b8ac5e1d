"""The figures on a card before and after: each moves by exactly the effects that are on it, and no other."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deciding.commands import RecordProposals
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft, Proposal
from core.masterdata.commands import AddSupplier
from core.payables.commands import ClaimReason, OpenClaim
from policies.verdict import Policies
from tests.core.kestrel import D, do, mock_story, open_cases
from tests.policies.test_deciding import AGENT, short_pay


def claiming(invoice: str, amount: str) -> Action:
    reason = {"code": "invoice_price_variance", "says": "withheld", "amount": amount}
    wire = {"type": "OpenClaim", "entity": "HP", "supplier": "KESTREL", "invoice": invoice, "reasons": [reason]}
    return Action(command=wire, title=f"Claim {amount}")


def figures(session: Session, case: str, *drafts: Draft) -> list[dict[str, tuple[Decimal, Decimal]]]:
    """What the card of each draft says: label, was, now."""
    do(session, RecordProposals(entity="HP", case=case, drafts=drafts, author="propose/rules"), AGENT)
    rows = session.scalars(select(Proposal).where(Proposal.case == case).order_by(Proposal.version))
    return [{b["label"]: (D(b["was"]), D(b["now"])) for b in row.shown["balances"]} for row in rows]


def test_a_short_payment_moves_what_we_owe_what_waits_and_what_we_claim(session: Session):
    _, _, invoice = mock_story(session)
    set_judge(session, Policies.load())
    before = OpenClaim(
        entity="HP", supplier="KESTREL", reasons=(ClaimReason(code="damaged_receipt", says="x", amount=D("10.00")),)
    )
    do(session, before)
    pays = short_pay(invoice)
    draft = Draft(
        option=pays.option,
        title=pays.title,
        says=pays.says,
        amounts=pays.amounts,
        actions=(*pays.actions, claiming(invoice, "125.40")),
    )

    [card] = figures(session, open_cases(session)[f"invoice:{invoice}"].number, draft)

    assert card == {
        "We owe Kestrel Fasteners GmbH": (D(0), D("1751.60")),
        "Received, not yet billed": (D("1703.60"), D(0)),
        "Open claims, memo only": (D("10.00"), D("135.40")),
    }


def test_a_supplier_whose_name_begins_alike_moves_no_figure_of_the_other(session: Session):
    _, _, invoice = mock_story(session)
    set_judge(session, Policies.load())
    do(session, AddSupplier(entity="HP", number="OTHER", name="Kestrel Fasteners GmbH & Co. KG", currency="USD"))
    wire = {
        "type": "OpenClaim", "entity": "HP", "supplier": "OTHER",
        "reasons": [{"code": "damaged_receipt", "says": "x", "amount": "3.00"}],
    }  # fmt: skip
    draft = Draft(
        option="claim_credit", title="Claim", says="Claim.", actions=(Action(command=wire, title="Claim on another"),)
    )

    [card] = figures(session, open_cases(session)[f"invoice:{invoice}"].number, draft)

    assert card["Open claims, memo only"] == (D(0), D(0))
