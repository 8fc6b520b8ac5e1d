"""Where the desk keeps its things and how it is reached. Read once, from the environment, with defaults that work."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All of it optional. `home` holds the embedded database, keys, anchors and the outbox; nothing else is written."""

    home: Path = PROJECT / ".desk"
    host: str = "127.0.0.1"
    port: int = 8000
    entity: str = "HP"
    demo: bool = False  # demo sign-in faces, one per role
    model: str = ""  # name of a model; "" means the rule readers alone
    model_url: str = ""  # an OpenAI-compatible server; "" means OpenAI itself
    anchor_copy: Path | None = None  # a second place for signed checkpoints

    @property
    def keys(self) -> Path:
        """Where the signing keys of the audit log lie, outside the database."""
        return self.home / "keys"

    @property
    def anchors(self) -> Path:
        """Where signed checkpoints are anchored, outside the database."""
        return self.home / "anchors"

    @property
    def outbox(self) -> Path:
        """Where approved mail is put while no mail server is configured."""
        return self.home / "outbox"


def from_environment() -> Settings:
    """DESK_HOME, DESK_HOST, DESK_PORT, DESK_ENTITY, DESK_DEMO, DESK_MODEL, DESK_MODEL_URL, DESK_ANCHOR_COPY.

    `DATABASE_URL` is read by `core.postgres`, `OPENAI_API_KEY` by the OpenAI client.
    """
    get = os.environ.get
    copy = get("DESK_ANCHOR_COPY", "")
    return Settings(
        home=Path(get("DESK_HOME", str(PROJECT / ".desk"))),
        host=get("DESK_HOST", "127.0.0.1"),
        port=int(get("DESK_PORT", "8000")),
        entity=get("DESK_ENTITY", "HP"),
        demo=get("DESK_DEMO", "") == "1",
        model=get("DESK_MODEL", ""),
        model_url=get("DESK_MODEL_URL", ""),
        anchor_copy=Path(copy) if copy else None,
    )
