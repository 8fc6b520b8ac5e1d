"""The group of `stock_company`, committed once for all histories of a test."""

import pytest
from sqlalchemy.orm import Session

from core.stock import pools
from tests.properties.stock_company import group


@pytest.fixture
def grouped(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session on books in which the group stands and nothing has happened yet. Pools are kept every third entry, so that
    histories of a dozen entries are folded from the middle as those of thousands are."""
    monkeypatch.setattr(pools, "CHECKPOINT_EVERY", 3)
    group(session)
    session.commit()
    return session
