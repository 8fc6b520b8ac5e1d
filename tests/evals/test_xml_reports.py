"""Structured documents of others, measured: every leaf is claimed or named, every term of factur-x agrees, every published
rule case gets its verdict. Skipped, and saying so, where the folder of samples is not beside the project."""

import pytest

from agents.read import einvoice
from agents.read.structured import parse
from evals import xml_coverage, xml_rules
from tests.read.papers import cii, part

needs_samples = pytest.mark.skipif(
    not xml_coverage.FOLDER.is_dir(), reason="the samples of others are not beside the project"
)


@needs_samples
def test_every_leaf_of_every_structured_sample_is_claimed_or_named():
    found = xml_coverage.run(xml_coverage.FOLDER)

    assert {name: one.missed for name, one in found.items() if one.missed} == {}
    assert sum(one.documents for one in found.values()) >= 250
    terms, agreed = sum(one.terms for one in found.values()), sum(one.agreed for one in found.values())
    assert terms > 13_000
    assert terms - agreed <= 1  # a total of tax that one UBL bill gives twice, in a tax currency that is its own


@needs_samples
def test_the_rules_give_the_verdicts_their_publishers_gave(capsys):
    assert xml_rules.main([]) == 0
    assert "1133 of 1133 verdicts agree, 277 files" in capsys.readouterr().out


def test_a_leaf_that_no_claim_covers_is_reported():
    raw = cii().replace(b"<ram:ID>KF-88213</ram:ID>", b"<ram:ID>KF-88213</ram:ID><ram:Unheard>of</ram:Unheard>")
    _, (document,) = einvoice.read(raw, part(raw))
    covered = xml_coverage.Covered()

    xml_coverage.cover(parse(raw), document, covered)

    assert dict(covered.missed) == {"/CrossIndustryInvoice/ExchangedDocument/Unheard": 1}


def test_a_claim_with_another_value_than_the_leaf_does_not_cover_it():
    raw = cii()
    _, (document,) = einvoice.read(raw, part(raw))
    root = parse(raw)
    next(element for element in root.iter("{*}GrandTotalAmount")).text = "640.03"
    covered = xml_coverage.Covered()

    xml_coverage.cover(root, document, covered)

    assert list(covered.missed) == [
        "/CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
        "/SpecifiedTradeSettlementHeaderMonetarySummation/GrandTotalAmount"
    ]
