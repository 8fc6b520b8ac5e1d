"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.people import adding, commands

VERBS: dict[type[Command], Any] = {
    commands.AddPerson: adding.add_person,
    commands.GrantRole: adding.grant_role,
    commands.SetPassword: adding.set_password,
    commands.Deactivate: adding.deactivate,
    commands.Delegate: adding.delegate,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
