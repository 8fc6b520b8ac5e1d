"""One reading run in a process of its own that dies at a chosen point: `killed_run.py URL LETTER LOG DIE_AFTER`.

The model notes each request in the log before it answers. The process ends without any clean-up (os._exit), right after
the checkpoint that follows the named node is in the database, or never for "".
"""

import os
import sys
from pathlib import Path
from typing import Any

from agents.models.port import Extraction, Letter, Metered, QuotedValue, Usage
from agents.read import graph
from tests.agents.desks import Bare, Counting

from langgraph.checkpoint.postgres import PostgresSaver  # isort: skip  # after agents, which makes it strict

VALUES = (
    QuotedValue(field="line.quantity", value="300", quote="300 rods", line=1),
    QuotedValue(field="line.price", value="0.14", quote="at 0.14 each", line=1),
)


class Logged(Counting):
    """The counting model, with its count in a file that outlives the process."""

    log: Path

    def read(self, letter: Letter) -> Extraction:
        with self.log.open("a", encoding="utf-8") as out:
            out.write(f"{len(letter.unsupported)}\n")
        return super().read(letter)


class Dying(PostgresSaver):
    """The real checkpointer; the power fails when the state after `node` is safe."""

    node = ""

    def put(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        stored = super().put(config, checkpoint, metadata, new_versions)
        ran = checkpoint["versions_seen"].get(self.node)
        if self.node and ran:
            os._exit(9)
        return stored


def main(url: str, letter: str, log: str, die_after: str) -> None:
    """Run, and print what was read."""
    model = Logged([Metered(values=VALUES, usage=Usage(tokens_in=800, tokens_out=60))])
    model.log = Path(log)
    with Dying.from_conn_string(url) as saver:
        saver.setup()
        saver.node = die_after
        read = graph.run(Path(letter).read_bytes(), "letter.eml", Bare(model), thread="read:HP:1", checkpointer=saver)
    found = {c.field: str(c.value) for d in read.reading.documents for c in d.claims if c.reader == model.name}
    use = read.reading.model_use
    sys.stdout.write(f"{found} {use.requests if use else None} {use.tokens_in if use else None}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
