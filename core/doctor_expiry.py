"""What `core.doctor` asks of lots that expire, and of what entities sell each other in two currencies."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "expired pieces were told of",
        "select l.entity || ' ' || l.item || ' lot ' || l.lot || ' at ' || b.site || ': ' || b.quantity from lot l"
        " join stock_balance b on b.entity = l.entity and b.item = l.item and b.lot = l.lot"
        " where b.quantity > 0 and b.status in ('available', 'inspection', 'in_transit')"
        " and l.expires_on < (select max(c.at at time zone 'UTC')::date from command_log c"
        " where c.entity = l.entity and c.kind = 'CheckExpiry')"
        " and not exists (select 1 from case_finding f where f.entity = l.entity and f.code = 'lot_expiry'"
        " and f.facts ->> 'item' = l.item and f.facts ->> 'lot' = l.lot and f.facts ->> 'site' = b.site)",
        "usable pieces of a lot past its last day were somebody's case when the clock last looked",
    ),
    (
        "nothing expired was used",
        "select m.entity || ' move ' || m.number || ': ' || m.item || ' lot ' || m.lot || ' for ' || m.document"
        " from stock_move m join lot l on l.entity = m.entity and l.item = m.item and l.lot = m.lot"
        " where m.quantity < 0 and m.status = 'available' and m.kind in ('issue', 'repack', 'transfer', 'intercompany')"
        " and (m.happened_at at time zone 'UTC')::date > l.expires_on and m.recorded_at > l.said_at",
        "available pieces of a lot were sold, sent or made into something only up to its last day, as it was known then",
    ),
    (
        "two books at one rate",
        "select entity || ' ' || document || ': ' || sum(price) || ' for ' || sum(sold_for) || ' at ' || max(rate)"
        " from intercompany_layer group by entity, seller, document"
        " having min(rate) <> max(rate) or abs(sum(price) - sum(sold_for) * max(rate)) > 0.5",
        "what one entity sold another is worth in both books what the rate says",
    ),
)
