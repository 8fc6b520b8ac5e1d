"""What the two entities of the group do with each other at random: sell, send back, pay."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule

from core.stock.intercompany_commands import ReturnToEntity, SettleWithEntity
from core.stock.making_commands import SellToEntity
from tests.builders import HP, D
from tests.properties.drawn import days_ago, items, prices, quantities, sites
from tests.properties.proven_history import ProvenHistory
from tests.properties.stock_company import SISTER, THERE

sales: Bundle[tuple[str, str]] = Bundle("sales")


class SisterHistory(ProvenHistory):
    """Rules for what is done between the entities."""

    @rule(target=sales, item=items, site=sites, quantity=quantities, price=prices, days=days_ago, home=st.booleans())
    def sell_to_the_sister(
        self, item: str, site: str, quantity: Decimal, price: Decimal, days: int | None, home: bool
    ) -> Any:
        """Or back: what the sister has may come home."""
        entity, here, to_entity, there = (SISTER, THERE, HP, site) if home else (HP, site, SISTER, THERE)
        command = SellToEntity(
            entity=entity,
            item=item,
            site=here,
            quantity=quantity,
            to_entity=to_entity,
            to_site=there,
            transfer_price=price,
            lot=self.lot(item, False),
            happened_at=self.moment(days),
        )
        return entity, self.made("sale", self.attempt(command))

    @rule(sale=sales, site=sites, quantity=quantities, days=days_ago)
    def send_back_to_the_sister(self, sale: tuple[str, str], site: str, quantity: Decimal, days: int | None) -> None:
        seller, number = sale
        entity, here, there = (HP, site, THERE) if seller == SISTER else (SISTER, THERE, site)
        command = ReturnToEntity(
            entity=entity,
            seller=seller,
            sale=number,
            site=here,
            quantity=quantity,
            to_site=there,
            reason="too many",
            happened_at=self.moment(days),
        )
        self.attempt(command)

    @rule(home=st.booleans(), amount=st.sampled_from([None, None, D("0.05"), D(3)]), days=days_ago)
    def pay_the_sister(self, home: bool, amount: Decimal | None, days: int | None) -> None:
        buyer, seller = (HP, SISTER) if home else (SISTER, HP)
        self.attempt(SettleWithEntity(entity=buyer, seller=seller, amount=amount, happened_at=self.moment(days)))
