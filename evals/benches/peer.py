"""The same receipts in another open system, where its environment was made (`make peers`); else it says that it is not."""

from datetime import date
from typing import Any

from evals import tryton
from evals.benches.company import LINES, NOW, Server
from evals.benches.report import Peer, Say
from evals.benches.trials import Spread

TIMES, WARM_UP = 15, 3


def measure(server: Server, say: Say, times: int = TIMES) -> Peer | None:
    """A receipt of ten lines in Tryton on this server, received and put away, each one durable commit; the journal it
    posts with it is per move, as its perpetual accounting does."""
    if not tryton.installed():
        say("Tryton is not installed beside (make peers): left out")
        return None
    say("Tryton: making its company, which takes a minute")
    with tryton.tryton(server.url, "tryton_bench") as asked:
        names = [f"bolt-{place}" for place in range(LINES)]
        for name in names:
            asked.ask("item", name=name, method="fifo")
        wanted = receipt(names, NOW.date())
        say("Tryton: measuring")
        taken = asked.ask("timed", request=wanted, times=WARM_UP + times)["seconds"]
    return Peer(name="Tryton", receipt=Spread.of([seconds * 1000 for seconds in taken[WARM_UP:]]), times=times)


def receipt(names: list[str], day: date) -> dict[str, Any]:
    """A receipt of these items as the peer is asked for it."""
    return {"do": "receive", "lines": [[name, "100", "2.15"] for name in names], "day": day.isoformat()}
