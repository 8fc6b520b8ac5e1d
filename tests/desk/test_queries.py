"""How often a page asks the database: a bounded number of times, however many cases, messages and entries there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, text

from desk.house import House

Comes = Callable[[str], TestClient]

MORE = 60
COPIED = {"exception_case": ("number", "cause"), "proposal": ('"case"',)}
"""The tables, each with its columns that must differ from copy to copy; the first is the case's number."""
PAGES = [
    ("mara", "/inbox", 33),
    ("mara", "/inbox?view=team", 32),
    ("mara", "/inbox?view=done", 32),
    ("mara", "/cases/CASE-1035", 60),
    ("tomas", "/ledger?span=all", 50),
    ("noah", "/intake", 24),
    ("ruth", "/audit", 24),
    ("tomas", "/policies?table=price-variance&case=CASE-1035", 12),
    ("mara", "/search?q=kestrel", 14),
    ("", "/signin", 24),
]


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """The questions that reach the database while the block runs. What is written is the audit entry of who looked, and
    an entry now and then closes a branch of its tree."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            said.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield said
    event.remove(house.engine, "before_cursor_execute", note)


def copy_cases(house: House) -> None:
    """Many more open cases, each with the proposals of the one it is a copy of."""
    with house.unit() as session:
        for table, own in COPIED.items():
            named = session.scalars(
                text(
                    "select quote_ident(column_name) from information_schema.columns where table_name = :table"
                    " and is_generated = 'NEVER' order by ordinal_position"
                ),
                {"table": table},
            ).all()
            columns = ", ".join(named)
            values = ", ".join(f"{name} || '-' || n" if name in own else name for name in named)
            session.execute(
                text(
                    f"insert into {table} ({columns}) select {values} from {table}"
                    f" cross join generate_series(1, {MORE}) n where {own[0]} in ('CASE-1034', 'CASE-1035')"
                )
            )


@pytest.mark.parametrize(("person", "address", "most"), PAGES)
def test_a_page_asks_as_often_for_many_cases_as_for_few(
    house: House, client: TestClient, sign_in: Comes, person: str, address: str, most: int
) -> None:
    browser = sign_in(person) if person else client
    browser.get(address)
    with counted(house) as few:
        assert browser.get(address).status_code == 200
    copy_cases(house)
    with counted(house) as many:
        assert browser.get(address).status_code == 200

    assert len(few) <= most, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
