"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.availability import commands, planning, reserving, substituting
from core.command import Command

VERBS: dict[type[Command], Any] = {
    commands.ReserveStock: reserving.reserve_stock,
    commands.ReleaseReservation: reserving.release_reservation,
    commands.ExpireReservations: reserving.expire_reservations,
    commands.PlanSupply: planning.plan_supply,
    commands.PlanDemand: planning.plan_demand,
    commands.ChangePlan: planning.change_plan,
    commands.UseSubstitute: substituting.use_substitute,
    commands.FulfilPlan: planning.fulfil_plan,
    commands.CancelPlan: planning.cancel_plan,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
