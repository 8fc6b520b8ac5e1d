"""The same receipts in another open system, where its environment was made (`make peers`); else nothing, and it says so."""

from evals.benches.company import Server
from evals.benches.report import Peer, Say


def measure(server: Server, say: Say) -> Peer | None:
    """Documents a second of the peer on this server."""
    say("Tryton is not installed beside (make peers): left out")
    return None
