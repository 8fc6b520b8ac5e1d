"""What `core.doctor` asks of pieces that go in two steps or to another entity, and come back, and of who paid."""

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
    (
        "no more goes back than was sold",
        "select l.entity || ' ' || l.document || ': ' || sum(r.quantity) || ' of ' || l.quantity from intercompany_layer l"
        " join intercompany_return r on r.entity = l.entity and r.entry = l.entry"
        " group by l.entity, l.entry, l.document, l.quantity, l.sold_for, l.price having sum(r.quantity) > l.quantity"
        " or sum(r.sold_for) > l.sold_for or sum(r.price) > l.price"
        " union all select r.entity || ' ' || r.number from (select entity, number, seller, document,"
        " sum(quantity) as q from intercompany_return group by 1, 2, 3, 4) r"
        " where r.q is distinct from (select -sum(m.quantity) from stock_move m where m.entity = r.entity"
        " and m.document = r.number) or r.q is distinct from (select sum(m.quantity) from stock_move m"
        " where m.entity = r.seller and m.document = r.document)",
        "what goes back was sold, left the one entity and came to the other",
    ),
    (
        "no more is settled than was sold",
        "select s.entity || ' to ' || s.seller || ': ' || s.amount || ' of ' || coalesce(l.v, 0) from (select entity,"
        " seller, sum(amount) as amount, sum(cleared) as cleared from intercompany_settlement group by 1, 2) s"
        " left join (select entity, seller, sum(sold_for) as v, sum(price) as w from intercompany_layer group by 1, 2) l"
        " using (entity, seller) where s.amount > coalesce(l.v, 0) or s.cleared > coalesce(l.w, 0)",
        "an entity never paid another of the group for more than it bought there",
    ),
)
