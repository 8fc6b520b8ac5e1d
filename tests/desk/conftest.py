"""The desk's tests: a Friday at Harbor & Pine in a database, copied for each test, and a browser without a screen."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core import clock
from desk.app import create_app
from desk.house import House, open_house
from tests.databases import copied, create
from tests.desk import friday


@pytest.fixture(scope="session")
def friday_template(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the Friday in it, made once for this folder of tests."""
    folder = tmp_path_factory.mktemp("friday")
    name = f"desk_{folder.name}"
    house = open_house(friday.settings(folder), url=create(server, name))
    friday.play(house)
    house.close()
    return name


@pytest.fixture
def house(server: str, friday_template: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The house on Friday afternoon, on a database of this test's own."""
    name = f"f_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**10}"
    with copied(server, name, friday_template) as url:
        opened = open_house(friday.settings(tmp_path), url=url)
        yield replace(opened, clock=clock.fixed(friday.AFTERNOON))
        opened.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    """A browser without a screen, nobody signed in."""
    with TestClient(create_app(house), base_url="http://desk.example", follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(client: TestClient) -> Callable[[str], TestClient]:
    """Signs a person in by her demo face, and gives the browser."""

    def come_in(person: str) -> TestClient:
        client.get("/signin")
        token = client.cookies["desk_signin"]
        assert client.post("/signin", data={"token": token, "person": person}).status_code == 303
        return client

    return come_in
