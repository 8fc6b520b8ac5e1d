"""Roles: what people call them, and the amount up to which each decides alone.

A grant to a person may lower the amount of a role; it cannot raise it. A role without an amount here decides no money.
"""

from decimal import Decimal

TITLES = {
    "intake_clerk": "Intake clerk",
    "receiving_lead": "Receiving lead",
    "buyer": "Buyer",
    "ap_lead": "AP lead",
    "inventory_planner": "Inventory planner",
    "inventory_controller": "Inventory controller",
    "buyers_manager": "Buyer's manager",
    "controller": "Controller",
    "policy_owner": "Policy owner",
    "auditor": "Auditor",
}
"""Roles in the order in which they are named."""

LIMITS: dict[str, Decimal] = {
    "receiving_lead": Decimal(1000),
    "buyer": Decimal(2500),
    "inventory_planner": Decimal(2500),
    "ap_lead": Decimal(5000),
    "inventory_controller": Decimal(5000),
    "buyers_manager": Decimal(25000),
    "controller": Decimal(100000),
}
"""The most that a role decides alone, in the entity's currency."""

MOST = max(LIMITS.values())
"""Above this nobody decides alone, whatever a table says."""

LAST = "controller"
"""The role that decides what is above everybody's limit, two of them together."""


def title(role: str) -> str:
    """A role as people call it."""
    return TITLES.get(role, role.replace("_", " "))


def limit_of(role: str) -> Decimal:
    """How much a role decides alone."""
    return LIMITS.get(role, Decimal(0))


def in_order(roles: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Roles in the order in which they are named everywhere."""
    order = list(TITLES)
    return tuple(sorted(roles, key=lambda role: (order.index(role) if role in TITLES else len(order), role)))
