"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command

VERBS: dict[type[Command], Any] = {}
DETECTORS: dict[str, tuple[Any, ...]] = {}
