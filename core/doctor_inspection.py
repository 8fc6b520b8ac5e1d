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
