"""Whatever is done with stock, in whatever order, legal or not: every promise holds after every step."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.properties.depth import Progress, steps, times
from tests.properties.stock_history import StockHistory


def test_every_promise_holds_after_every_step(grouped: Session) -> None:
    progress = Progress(times(4), "histories of stock")

    def begun() -> StockHistory:
        progress.one_more()
        return StockHistory(grouped)

    run_state_machine_as_test(
        begun,
        settings=settings(
            max_examples=times(4),
            stateful_step_count=steps(14),
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )
