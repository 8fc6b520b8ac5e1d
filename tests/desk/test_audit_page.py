"""The audit page: who, what and on which facts, the card as it was seen, and proofs that can be checked elsewhere."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import select, text

from core import audit, clock
from core.audit import AuditEntry
from core.deciding.proposals import Proposal
from desk import verify
from desk.house import House

Comes = Callable[[str], TestClient]


def token(page: str) -> str:
    """The form token on a page."""
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def approve_as_mara(browser: TestClient, house: House) -> str:
    """Mara opens the short receipt, and approves what she sees. Gives the case."""
    with house.unit() as session:
        first = session.scalars(select(Proposal).where(Proposal.option == "short_pay")).one()
    page = browser.get(f"/cases/{first.case}").text
    form = {"csrf": token(page), "digest": first.digest}
    assert browser.post(f"/cases/{first.case}/approve", data=form).status_code == 303
    return first.case


def test_a_decision_is_explained_by_who_what_facts_policy_and_the_card_as_seen(house: House, sign_in: Comes) -> None:
    case = approve_as_mara(sign_in("mara"), house)
    page = sign_in("ruth").get(f"/audit?find={case}&kind=decision").text
    for words in (
        "Mara Lindqvist, AP lead",
        "Approved “Pay for what arrived, claim the rest”",
        "Known: ",
        "Claimed: message ",
        "price-variance v14, row 4",
        "As Mara saw it",
        "shown 14:06:00, decided 14:06:00",
        "Same hash as the card decided on",
        "What this does not prove",
    ):
        assert words in page, words


def test_a_stored_card_that_was_changed_shows_another_hash(house: House, sign_in: Comes) -> None:
    case = approve_as_mara(sign_in("mara"), house)
    with house.unit() as session:
        session.execute(
            text("update proposal set body = jsonb_set(body, '{amounts,pays}', '\"1.00\"') where \"case\" = :case"),
            {"case": case},
        )
    page = sign_in("ruth").get(f"/audit?find={case}&kind=decision").text
    assert "The stored card has another hash" in page


def test_verify_tells_a_whole_record_from_one_that_was_changed(house: House, sign_in: Comes) -> None:
    browser = sign_in("ruth")
    form = {"csrf": token(browser.get("/audit").text)}
    whole = browser.post("/audit/verify", data=form, headers={"HX-Request": "true"}).text
    assert "The record is whole" in whole
    assert "Chain intact" in whole
    with house.engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("update audit_entry set text = replace(text, 'Stored', 'Burned') where seq = 100"))
        connection.execute(text("update audit_entry set text = replace(text, 'import', 'nobody') where seq = 20"))
    broken = browser.post("/audit/verify", data=form, headers={"HX-Request": "true"}).text
    assert "Chain broken" in broken


def test_filters_find_by_person_kind_case_and_day(house: House, sign_in: Comes) -> None:
    case = approve_as_mara(sign_in("mara"), house)
    browser = sign_in("ruth")
    assert "Was shown card" in browser.get("/audit?kind=read&who=mara").text
    assert "No entry is like this" in browser.get("/audit?kind=decision&who=tomas").text
    assert f"<small>{case}</small>" in browser.get(f"/audit?find={case}&span=today").text


def test_older_entries_are_a_page_further(sign_in: Comes) -> None:
    browser = sign_in("ruth")
    page = browser.get("/audit").text
    older = re.search(r'<a href="(/audit\?before=[^"]+)">Older entries', page)[1].replace("&amp;", "&")
    seen = set(re.findall(r'class="id" href="/audit\?entry=(\d+)&', page))
    further = set(re.findall(r'class="id" href="/audit\?entry=(\d+)&', browser.get(older).text))
    assert len(seen) == len(further) == 14
    assert not seen & further


def test_a_receipt_is_checked_without_us(house: House, sign_in: Comes, tmp_path: Path) -> None:
    answer = sign_in("ruth").get("/audit/receipts/12.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="receipt-12.json"'
    (key,) = audit.public_keys(house.settings.keys).values()
    for name, text_, says in (("true", answer.text, 0), ("forged", answer.text.replace("import", "nobody"), 1)):
        file = tmp_path / f"{name}.json"
        file.write_text(text_, encoding="utf-8")
        run = [sys.executable, verify.__file__, str(file), "--key", str(key)]
        assert subprocess.run(run, capture_output=True, check=False).returncode == says, name


def test_the_whole_record_can_be_taken_away(house: House, sign_in: Comes) -> None:
    lines = [json.loads(line) for line in sign_in("ruth").get("/audit/export.jsonl").text.splitlines()]
    with house.unit() as session:
        assert sum(1 for line in lines if "entry" in line) == audit.count(session)
    assert "head" in lines[-1]


def test_another_entitys_entries_are_not_there(house: House, sign_in: Comes) -> None:
    with house.unit() as session:
        entry = AuditEntry(
            entity="HPC",
            at=clock.now(session),
            actor="somebody",
            actor_kind="person",
            kind="decision",
            subject="case CASE-2207",
            says="Approved in Canada",
        )
        audit.record(session, entry)
    with house.unit() as session:
        number = audit.count(session)
    browser = sign_in("ruth")
    assert "Approved in Canada" not in browser.get("/audit").text
    assert browser.get(f"/audit?entry={number}").status_code == 404
    assert browser.get(f"/audit/receipts/{number}.json").status_code == 404


def test_nobody_without_the_role_opens_the_record(sign_in: Comes) -> None:
    for address in ("/audit", "/audit/export.jsonl", "/audit/receipts/1.json"):
        assert sign_in("priya").get(address).status_code == 403
    page = sign_in("ruth").get("/audit?kind=refused").text
    assert "Asked for Audit" in page
