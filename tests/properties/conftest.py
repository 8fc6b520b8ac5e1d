"""The group of `stock_company`, committed once for all histories of a test."""

import pytest
from sqlalchemy.orm import Session

from tests.properties.stock_company import group


@pytest.fixture
def grouped(session: Session) -> Session:
    """A session on books in which the group stands and nothing has happened yet."""
    group(session)
    session.commit()
    return session
