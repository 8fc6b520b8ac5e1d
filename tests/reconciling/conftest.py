"""What tests of a stream stand on."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.reconciling.commands import ConnectWarehouse
from tests.builders import HP, PDX, do, stocked
from tests.reconciling.warehouse import MORNING, WMS


@pytest.fixture
def warehouse_connected(session: Session, sound_company: None) -> None:
    """A hundred bolts that both sides know, and a stream since three in the morning."""
    stocked(session, "100", "0.40", happened_at=MORNING - timedelta(days=1))
    do(session, ConnectWarehouse(entity=HP, source=WMS, sites=(PDX,), since=MORNING))
