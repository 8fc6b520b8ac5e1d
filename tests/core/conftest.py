"""What several tests of the core stand on."""

import pytest
from sqlalchemy.orm import Session

from tests.core.kestrel import company, order, receive
from tests.core.letters import keep


@pytest.fixture
def placed(session: Session) -> str:
    """An order of a hundred bolts, all received, and a stored message."""
    company(session)
    number = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, number, "100")
    keep(session)
    return number
