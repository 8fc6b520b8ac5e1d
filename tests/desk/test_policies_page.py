"""The policies page: tables as they decide, the row that decided a case, and guardrails that no table loosens."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from core.cases import Case
from desk.house import House
from policies.verdict import Policies
from tests.desk import friday
from tests.desk.test_audit_page import approve_as_mara

Comes = Callable[[str], TestClient]


def case_of(house: House, code: str) -> str:
    """The first case of a code."""
    with house.unit() as session:
        return session.scalars(select(Case.number).where(Case.code == code)).first()


def test_a_case_shows_the_row_that_decided_it_and_the_near_miss(house: House, sign_in: Comes) -> None:
    case = case_of(house, "invoice_quantity_variance")
    page = sign_in("tomas").get(f"/policies?table=price-variance&case={case}").text
    row = re.search(r'<tr aria-current="true">.*?</tr>', page, re.DOTALL)[0]
    for words in ('<th scope="row">4</th>', "up to 8%", "Ask one", "8 h", f"Decides {case}"):
        assert words in row, words
    assert "7.9% is over the 2% tolerance. Near miss: 0.1 points more is row 5." in page


@pytest.mark.parametrize("table", [table.id for table in Policies.load().tables if not table.entity])
def test_every_table_is_shown_with_all_its_rows_and_no_open_slot(sign_in: Comes, table: str) -> None:
    page = sign_in("ines").get(f"/policies?table={table}").text
    policies = Policies.load()
    shown = next(one for one in policies.in_force(friday.AFTERNOON.date(), "HP") if one.id == table)
    body = page[page.index('aria-label="Decision table"') :]
    assert re.findall(r'<th scope="row">(\d+)</th>', body[: body.index("</tbody>")]) == [
        str(row.number) for row in shown.rows
    ]
    assert not re.search(r"\{\w+[:}]", page)


def test_how_often_a_row_decided_is_counted(house: House, sign_in: Comes) -> None:
    approve_as_mara(sign_in("mara"), house)
    page = sign_in("tomas").get("/policies?table=price-variance").text
    assert re.findall(r'data-label="90 days">(\d+)<', page) == ["0", "0", "0", "1", "0", "0"]


def test_another_version_shows_what_it_changes(sign_in: Comes) -> None:
    page = sign_in("tomas").get("/policies?table=price-variance&version=3&entity=HPC").text
    assert "Invoice price against the order&#39;s, Canada" in page
    assert "What version 3 changes" in page
    assert page.count('<tr class="minus">') > 0


def test_a_guardrail_says_that_no_table_loosens_it(house: House, sign_in: Comes) -> None:
    case = case_of(house, "bank_details_changed")
    page = sign_in("tomas").get(f"/policies?table=bank-details&case={case}").text
    assert "This is a guardrail: no table can loosen it." in page


@pytest.mark.parametrize("query", ["table=nonsense", "table=price-variance&version=99", "table=<script>"])
def test_a_rule_that_is_not_there_is_404(sign_in: Comes, query: str) -> None:
    answer = sign_in("tomas").get(f"/policies?{query}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_a_case_that_a_rule_did_not_judge_is_said(house: House, sign_in: Comes) -> None:
    page = sign_in("tomas").get("/policies?table=tax&case=CASE-1").text
    assert "was not judged by this rule" in page
