"""What `core.doctor` asks of pieces that go in two steps, and come back."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "recalled pieces are back",
        "select l.entity || ' ' || l.transfer || ' ' || l.item || ': recalled ' || l.q || ', back ' || coalesce(m.q, 0)"
        " from (select l.entity, l.transfer, t.site, l.item, l.lot, sum(l.recalled) as q, sum(l.quantity) as sent"
        " from stock_transfer_line l join stock_transfer t on t.entity = l.entity and t.number = l.transfer"
        " group by 1, 2, 3, 4, 5) l left join (select entity, document, site, item, lot,"
        " sum(quantity) filter (where quantity > 0) as q, -sum(quantity) filter (where quantity < 0) as sent"
        " from stock_move where kind = 'transfer' and status = 'available' group by 1, 2, 3, 4, 5) m"
        " on m.entity = l.entity and m.document = l.transfer and m.site = l.site and m.item = l.item and m.lot = l.lot"
        " where l.q <> coalesce(m.q, 0) or l.sent <> coalesce(m.sent, 0)",
        "what was shipped left its site once, and what was recalled is back there",
    ),
)
