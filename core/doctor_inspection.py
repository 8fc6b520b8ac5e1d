"""What `core.doctor` asks of inspections: readings decide, and pieces that failed wait on the receipt they came with."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "readings decide inspections",
        "select i.entity || ' ' || i.number || ' is ' || i.state from inspection i left join lateral"
        " (select count(*) as n, bool_and(r.within) as within from inspection_reading r"
        " where r.entity = i.entity and r.inspection = i.number) r on true"
        " where r.n = 0 or r.within <> (i.state = 'passed') or (i.state = 'released'"
        " and (i.reason = '' or i.released_by is null or i.released_by = i.inspected_by))",
        "an inspection passed when every reading is within its limits; a deviation names somebody else and the reason",
    ),
    (
        "who measures again keeps the first",
        "select n.entity || ' ' || n.number || ' supersedes ' || n.supersedes from inspection n left join inspection o"
        " on o.entity = n.entity and o.number = n.supersedes where n.supersedes <> '' and (o.number is null"
        " or o.state <> 'superseded' or o.receipt <> n.receipt or o.line <> n.line or n.quantity > o.quantity"
        " or n.reason = '' or not exists (select from inspection_reading r where r.entity = o.entity"
        " and r.inspection = o.number))",
        "what was measured again names the readings it stands for, which are kept, and why",
    ),
    (
        "nothing is superseded by nothing",
        "select o.entity || ' ' || o.number from inspection o where o.state = 'superseded' and (select count(*)"
        " from inspection n where n.entity = o.entity and n.supersedes = o.number) <> 1",
        "each inspection that stands no more was measured again once",
    ),
    (
        "readings are within as they say",
        "select r.entity || ' ' || r.inspection || ' ' || r.characteristic from inspection_reading r where r.within <>"
        " (select bool_and((r.lower is null or v::numeric >= r.lower) and (r.upper is null or v::numeric <= r.upper))"
        " from jsonb_array_elements_text(r.measured) v)",
        "a reading is within its limits when every value is",
    ),
    (
        "failed pieces wait",
        "select l.entity || ' ' || l.receipt || ' line ' || l.line || ': ' || l.failed || ' failed, inspections '"
        " || coalesce(i.q, 0) from goods_receipt_line l left join (select entity, receipt, line, sum(quantity) as q"
        " from inspection where state = 'failed' group by 1, 2, 3) i using (entity, receipt, line)"
        " where l.failed > coalesce(i.q, 0) or l.failed > l.in_inspection",
        "no more pieces wait as failed than inspections failed",
    ),
)
