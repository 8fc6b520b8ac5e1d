"""What `core.doctor` asks of sales: nothing shipped beyond orders, billed beyond shipments, or credited beyond bills; what
customers owe, and what they have and were not billed for, are the accounts that say so."""

from core.books import accounts

VALUES = {"receivables": accounts.RECEIVABLES, "shipped": accounts.SHIPPED_NOT_INVOICED}
"""What the queries ask for beside the accounts of all."""

SENT = (
    '(select l.entity, l.shipment, l.line, l."order", l.order_line, l.pieces, l.billed, l.credited, l.let_go, l.returned,'
    " l.cost_of_sales, -(o.value + coalesce((select sum(c.value) from cost_change c where c.entity = l.entity"
    " and c.entry = l.entry), 0)) as cost, coalesce((select sum(b.value + coalesce((select sum(c.value) from cost_change c"
    " where c.entity = b.entity and c.entry = b.number), 0)) from cost_entry b where b.entity = l.entity"
    " and b.source = l.entry), 0) as back from shipment_line l"
    " join cost_entry o on o.entity = l.entity and o.number = l.entry)"
)
"""Shipment lines with what their pieces cost and what came back of that, every correction included."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "shipped was ordered",
        "select o.entity || ' ' || o.\"order\" || ' line ' || o.line || ': ' || coalesce(s.q, 0) || ' of '"
        ' || o.pieces - o.cancelled from sales_order_line o left join (select entity, "order", order_line,'
        " sum(pieces) as q, sum(billed) as b, sum(returned) as r, sum(credited + let_go) as c from shipment_line"
        ' group by 1, 2, 3) s on s.entity = o.entity and s."order" = o."order" and s.order_line = o.line'
        " where coalesce(s.q, 0) > o.pieces - o.cancelled or o.shipped <> coalesce(s.q, 0)"
        " or o.billed <> coalesce(s.b, 0) or o.returned <> coalesce(s.r, 0) or o.credited <> coalesce(s.c, 0)",
        "no more of a sales line was shipped than ordered, and it says what its shipments say",
    ),
    (
        "shipments left stock",
        "select s.entity || ' ' || s.shipment || ' ' || s.item || ': ' || s.q || ' shipped, moves ' || coalesce(m.q, 0)"
        " from (select entity, shipment, item, sum(pieces) as q from shipment_line group by 1, 2, 3) s"
        " left join (select entity, document, item, -sum(quantity) as q from stock_move group by 1, 2, 3) m"
        " on m.entity = s.entity and m.document = s.shipment and m.item = s.item where coalesce(m.q, 0) <> s.q",
        "every shipped piece left stock",
    ),
    (
        "billed was shipped",
        "select s.entity || ' ' || s.shipment || ' line ' || s.line || ': ' || coalesce(b.q, 0) || ' of ' || s.pieces"
        " from shipment_line s left join (select entity, shipment, shipment_line, sum(pieces) as q"
        " from customer_invoice_line where pieces > 0 group by 1, 2, 3) b on b.entity = s.entity"
        " and b.shipment = s.shipment and b.shipment_line = s.line"
        " where coalesce(b.q, 0) > s.pieces or s.billed <> coalesce(b.q, 0)",
        "no more was billed than was shipped",
    ),
    (
        "credited was billed",
        "select s.entity || ' ' || s.shipment || ' line ' || s.line || ': ' || coalesce(c.q, 0) || ' of ' || s.billed"
        " from shipment_line s left join (select entity, shipment, shipment_line, -sum(pieces) as q"
        " from customer_invoice_line where pieces < 0 group by 1, 2, 3) c on c.entity = s.entity"
        " and c.shipment = s.shipment and c.shipment_line = s.line"
        " where coalesce(c.q, 0) > s.billed or s.credited + s.let_go <> coalesce(c.q, 0)"
        " union all select entity || ' ' || \"order\" || ' line ' || order_line || ': ' || sum(amount)"
        ' from customer_invoice_line group by entity, "order", order_line having sum(amount) < 0',
        "no more was credited than was billed, in pieces and in money",
    ),
    (
        "returned was shipped",
        "select s.entity || ' ' || s.shipment || ' line ' || s.line || ': ' || coalesce(r.q, 0) || ' of ' || s.pieces"
        " from shipment_line s left join (select entity, shipment, shipment_line, sum(pieces) as q"
        " from customer_return_line where shipment is not null group by 1, 2, 3) r on r.entity = s.entity"
        " and r.shipment = s.shipment and r.shipment_line = s.line"
        " where coalesce(r.q, 0) > s.pieces or s.returned <> coalesce(r.q, 0)",
        "no more came back from customers than was shipped to them",
    ),
    (
        "receivable accounts",
        "select coalesce(a.entity, i.entity) || ' ' || coalesce(a.account, i.account) || ': account ' || coalesce(a.v, 0)"
        " || ', items ' || coalesce(i.v, 0) from (select j.entity, j.account, sum(j.debit - j.credit) as v"
        " from journal_line j join journal_entry e on e.entity = j.entity and e.number = j.entry"
        " where e.document <> 'opening' and (j.account = :receivables or exists (select 1 from customer c"
        " where c.entity = j.entity and c.account = j.account)) group by 1, 2) a"
        " full join (select entity, account, sum(open) as v from customer_item group by 1, 2) i using (entity, account)"
        " where coalesce(a.v, 0) <> coalesce(i.v, 0)",
        "open customer items, and the opening of the books, are all there is on the receivable accounts",
    ),
    (
        "bills are owed",
        "select v.entity || ' ' || v.number || ': ' || v.total || ', lines ' || coalesce(l.v, 0) || ', item '"
        " || coalesce(i.amount, 0) from customer_invoice v left join (select entity, invoice, sum(amount) as v"
        " from customer_invoice_line group by 1, 2) l on l.entity = v.entity and l.invoice = v.number"
        " left join customer_item i on i.entity = v.entity and i.entry = v.entry"
        " where v.total <> coalesce(l.v, 0) or v.total <> coalesce(i.amount, 0)",
        "what a bill or credit note comes to is the sum of its lines, and what the customer owes for it",
    ),
    (
        "shipped account",
        "select coalesce(a.entity, s.entity) || ': account ' || coalesce(a.v, 0) || ', shipments ' || coalesce(s.v, 0)"
        " from (select entity, sum(debit - credit) as v from journal_line where account = :shipped group by 1) a"
        f" full join (select entity, sum(cost - back - cost_of_sales) as v from {SENT} s group by 1) s using (entity)"
        " where coalesce(a.v, 0) <> coalesce(s.v, 0)",
        "what customers have and were not billed for is all there is on the account of shipped goods",
    ),
    (
        "billed pieces are cost of sales",
        "select s.entity || ' ' || s.shipment || ' line ' || s.line || ': ' || s.cost_of_sales from"
        f" {SENT} s join entity e on e.code = s.entity where s.cost_of_sales <> case"
        " when s.billed - s.credited = s.pieces - s.returned then s.cost - s.back"
        " else round(s.cost * (s.billed - s.credited) / s.pieces,"
        " coalesce(cast(cast(:decimals as jsonb) ->> e.currency as int), 2)) end",
        "what billed pieces cost, by all that is known, is cost of sales, and no cent of it waits",
    ),
    (
        "sales orders are settled",
        "select o.entity || ' ' || o.number || ' is ' || o.state from sales_order o join (select l.entity, l.\"order\","
        " bool_or(l.pieces > l.cancelled + l.shipped) as to_ship, bool_or(l.shipped > 0) as sent, bool_or(exists"
        ' (select 1 from shipment_line s where s.entity = l.entity and s."order" = l."order" and s.order_line = l.line'
        " and s.pieces - s.returned - (s.billed - s.credited) - greatest(s.credited - s.returned, 0) > 0)) as to_bill"
        ' from sales_order_line l group by 1, 2) l on l.entity = o.entity and l."order" = o.number'
        " where o.state in ('confirmed', 'shipped', 'closed', 'cancelled') and o.state <> case when l.to_ship then"
        " 'confirmed' when l.to_bill then 'shipped' when l.sent then 'closed' else 'cancelled' end"
        " or o.state in ('entered', 'on_hold') and l.sent",
        "a sales order is open as long as something of it is to ship or to bill, and nothing leaves unconfirmed",
    ),
    (
        "promises are planned",
        "select l.entity || ' ' || l.\"order\" || ' line ' || l.line || ': promised ' || l.promised || ', planned ' || p.day"
        " from sales_order_line l join (select entity, document, line, max(day) as day from planned_move"
        " where direction = 'demand' and state = 'open' and until is null group by 1, 2, 3) p on p.entity = l.entity"
        " and p.document = l.\"order\" and p.line = l.line where l.plan <> '' and l.promised <> p.day",
        "a confirmed sales line promises the day on which its last pieces are planned to leave",
    ),
    (
        "what is held stays",
        "select o.entity || ' ' || o.number || ': ' || s.number || ' left on ' || s.recorded_at || ', held since '"
        ' || o.held_at from sales_order o join shipment s on s.entity = o.entity and s."order" = o.number'
        " where o.held_at is not null and s.recorded_at > o.held_at"
        " union all select entity || ' ' || number || ' is ' || state || ' and held' from sales_order"
        " where held_at is not null and state <> 'confirmed'",
        "nothing of an order leaves while it is held for its customer's credit",
    ),
    (
        "substitutes are named",
        "select s.entity || ' ' || s.substitute || ' for ' || s.item from substitute s where not exists"
        " (select 1 from item i where i.entity = s.entity and i.sku = s.item) or not exists (select 1 from item i"
        " where i.entity = s.entity and i.sku = s.substitute) or exists (select 1 from substitute o"
        " where o.entity = s.entity and o.item = s.substitute and o.substitute = s.item"
        " and o.valid_from <= coalesce(s.valid_until, 'infinity') and s.valid_from <= coalesce(o.valid_until, 'infinity'))",
        "what stands in for what is said once and of items that are there",
    ),
    (
        "substitutes keep the price",
        "select n.entity || ' ' || n.\"order\" || ' line ' || n.line || ' at ' || n.price || ' for line ' || n.instead_of"
        " || ' at ' || o.price from (select n.*, sum(n.quantity) over w as q, count(*) over w as c from sales_order_line n"
        ' where n.instead_of is not null window w as (partition by n.entity, n."order", n.instead_of)) n'
        ' left join sales_order_line o on o.entity = n.entity and o."order" = n."order" and o.line = n.instead_of'
        " where o.line is null or n.price <> o.price"
        " or n.q * o.unit_factor > o.cancelled + o.unit_factor * 0.000001 * n.c",  # six decimals of each line are kept
        "what a substitute stands in for was taken off the line that was ordered, and costs what that did",
    ),
)
