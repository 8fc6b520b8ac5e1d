"""What `core.doctor` asks of streams of warehouses and of entries that were kept."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "streams see what happened",
        "select coalesce(t.entity, e.entity) || ' ' || coalesce(t.source, e.source) || ', ' || coalesce(t.side, e.side)"
        " || ' ' || coalesce(t.number, e.number) from (select w.entity, w.source, 'warehouse' as side,"
        " w.sequence as number, w.quantity, w.happened_at from warehouse_event w join warehouse_stream s"
        " on s.entity = w.entity and s.source = w.source and w.happened_at >= s.since"
        " union all select m.entity, p.source, 'ledger', m.number, m.quantity, m.happened_at from stock_move m"
        " join stream_site p on p.entity = m.entity and p.site = m.site join warehouse_stream s"
        " on s.entity = p.entity and s.source = p.source and m.happened_at >= s.since where m.status <> 'in_transit') t"
        " full join stream_entry e using (entity, source, side, number)"
        " where (t.quantity, t.happened_at) is distinct from (e.quantity, e.happened_at)",
        "every event and every move of its sites is beside the other side once, as it was told and booked",
    ),
    (
        "streams add up",
        "select k.entity || ' ' || k.source || ': ' || k.item || ' at ' || k.site from stream_key k left join"
        " (select entity, key, sum(quantity) as q from stream_entry where side = 'ledger' group by 1, 2) e"
        " on e.entity = k.entity and e.key = k.number where k.in_ledger <> coalesce(e.q, 0)"
        " union all select entity || ' ' || source || ': event ' || number from (select *, sum(quantity)"
        " over (partition by entity, key order by number) as q from stream_entry where side = 'warehouse') r"
        " where running is distinct from q or opening is distinct from stated - q",
        "what a stream has of a balance is the sum of its events, and of the ledger the sum of its moves",
    ),
    (
        "streams know what is missing",
        "select s.entity || ' ' || s.source from warehouse_stream s cross join lateral (select count(*) as n,"
        " max(sequence) as last from warehouse_event w where w.entity = s.entity and w.source = s.source) w"
        " cross join lateral (select coalesce(sum(last - first + 1), 0) as n from stream_gap g"
        " where g.entity = s.entity and g.source = s.source) g"
        " where s.last_sequence - s.first_sequence + 1 <> w.n + g.n + s.given_up or w.last > s.last_sequence"
        " or exists (select 1 from stream_gap o join warehouse_event i on i.entity = o.entity and i.source = o.source"
        " and i.sequence between o.first and o.last where o.entity = s.entity and o.source = s.source)",
        "every number of a stream was told, is missing, or was given up",
    ),
    (
        "what is matched cancels out",
        "select entity || ' key ' || key || ' ' || thread from stream_entry where matched = 'reference'"
        " group by entity, key, thread having sum(case side when 'warehouse' then quantity else -quantity end) <> 0"
        " union all select entity || ' key ' || key || ', ' || quantity from stream_entry where matched = 'time'"
        " group by entity, key, quantity having sum(case side when 'warehouse' then 1 else -1 end) <> 0",
        "events and moves that are matched make no difference between both sides",
    ),
    (
        "kept entries are cases",
        "select u.entity || ' ' || u.number from unbooked_entry u where not exists (select 1 from exception_case c"
        " where c.entity = u.entity and c.cause = 'unbooked:' || u.number)"
        " or (u.state <> 'open') <> (u.settled_at is not null)"
        " or (u.state = 'booked') <> (coalesce(jsonb_typeof(u.booked_as), 'null') <> 'null')",
        "every entry that was kept came before a person, and says what became of it",
    ),
    (
        "below zero is a case",
        "select b.entity || ' ' || b.item || ' at ' || b.site || ': ' || b.quantity from stock_balance b"
        " where b.quantity < 0 and not exists (select 1 from exception_case c where c.entity = b.entity"
        " and c.cause = 'below_zero:' || b.item || ':' || b.site)",
        "stock below zero came before a person",
    ),
)
