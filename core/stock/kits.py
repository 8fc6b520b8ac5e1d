"""Kits that are put together as they leave: their components go out, and come back, each at its own cost.

A kit has no stock and no cost of its own; one that is built ahead and kept is a repack (`core.stock.repacking`).
"""

from decimal import Decimal
from typing import Any

from core.erp import Erp
from core.masterdata.tables import Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.commands import IssueStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.making_commands import IssueKit, ReturnKit
from core.stock.repacking import must_be_components
from core.stock.selling_tables import KitIssue
from core.stock.units import lines_in_base
from core.wording import quantity as words


def issue_kit(erp: Erp, cmd: IssueKit) -> dict[str, Any]:
    """Issue every component of so many kits, or none. Refuses a document that has kits already, and parts of a kit."""
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    _must_be_whole(cmd.kits)
    components = lines_in_base(erp, cmd.components)  # of one kit: what does not come out even there is refused
    must_be_components(erp, components)
    if erp.session.get(KitIssue, (erp.entity, cmd.document)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, f"kits went out under {cmd.document}")
    value = ZERO
    for one in components:
        issue = IssueStock(
            entity=erp.entity,
            item=one.item,
            site=cmd.site,
            quantity=one.quantity * cmd.kits,
            document=cmd.document,
            location=one.location,
            lot=one.lot,
            happened_at=cmd.happened_at,
        )
        value += erp.perform(issue)["value"]
    kept = [[one.item, one.lot, str(one.quantity)] for one in components]
    erp.add(KitIssue(entity=erp.entity, document=cmd.document, kits=cmd.kits, components=kept))
    return {"document": cmd.document, "value": value}


def return_kit(erp: Erp, cmd: ReturnKit) -> dict[str, Any]:
    """Take every component of so many kits back. Refuses more kits than are out."""
    _must_be_whole(cmd.kits)
    sold = erp.need(KitIssue, erp.entity, cmd.document, refusal=Refusal.NO_SUCH_MOVE, lock=True)
    if cmd.kits > sold.kits - sold.returned:
        left = words(sold.kits - sold.returned)
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{cmd.document}: {left} kits are out, {words(cmd.kits)} named")
    value = ZERO
    for item, lot, each in sold.components:
        back = ReceiveReturn(
            entity=erp.entity,
            document=cmd.document,
            item=item,
            site=cmd.site,
            quantity=Decimal(each) * cmd.kits,
            location=cmd.location,
            lot=lot,
            happened_at=cmd.happened_at,
        )
        value += erp.perform(back)["value"]
    sold.returned += cmd.kits
    return {"document": cmd.document, "value": value}


def _must_be_whole(kits: Decimal) -> None:
    if kits <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, kits)
    if kits != kits.to_integral_value():
        raise Refused(Refusal.PRECISION, f"{words(kits)} kits")
