"""What the recorded cases cover. The runner says whether they hold; this says that none of the field is left out."""

from pathlib import Path
from typing import Any

import yaml

from core.claims import Intent
from evals.run import CASES, EXPECTED

CODES = {
    "supplier_delay", "supplier_short_confirmation", "supplier_price_change", "short_receipt", "over_receipt",
    "damaged_receipt", "inspection_failed", "invoice_price_variance", "invoice_quantity_variance", "invoice_before_receipt",
    "invoice_without_order", "invoice_duplicate", "invoice_arithmetic", "invoice_tax_mismatch", "charge_unplanned",
    "bank_details_changed", "document_unreadable", "sender_unknown", "unconfirmed_order",
}  # fmt: skip
SITUATIONS = (9, 12, 13, 14, 15, 25, 30)


def labels() -> dict[Path, dict[str, Any]]:
    return {file.parent: yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(CASES.glob("*/case.yaml"))}


def test_every_exception_code_is_expected_by_some_case() -> None:
    expected = {code for label in labels().values() for code in label["expect"].get("findings", [])}

    assert expected >= CODES


def test_every_intent_is_expected_by_some_case() -> None:
    expected = {intent for label in labels().values() for intent in label["expect"].get("intents", [])}

    assert expected == {intent.value for intent in Intent}


def test_many_cases_expect_that_nothing_is_wrong() -> None:
    quiet = [folder for folder, label in labels().items() if label["expect"].get("findings") == []]

    assert len(quiet) >= 15


def test_each_case_says_what_it_is_about_and_speaks_only_of_what_is_held() -> None:
    for folder, label in labels().items():
        assert label["says"].strip(), folder
        assert set(label["expect"]) <= EXPECTED, folder


def test_the_situations_of_procure_to_pay_are_named_where_they_are_played() -> None:
    said = " ".join(label["says"] for label in labels().values())

    assert [number for number in SITUATIONS if f"Situation {number}." not in said] == []


def test_there_are_cases_for_both_readers() -> None:
    folders = list(labels())
    replayed = [folder for folder in folders if (folder / "replies.jsonl").exists()]

    assert len(folders) - len(replayed) >= 45
    assert len(replayed) >= 8


def test_no_label_holds_a_float() -> None:
    """Amounts are quoted, so that none is read as a float on its way."""

    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(floats(one) for one in value.values())
        if isinstance(value, list):
            return any(floats(one) for one in value)
        return isinstance(value, float)

    assert [folder.name for folder, label in labels().items() if floats(label)] == []
