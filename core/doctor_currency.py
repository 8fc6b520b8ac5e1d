"""What `core.doctor` asks of documents in another currency than the books': rates, bills and exchange differences."""

import json

from core.money import DECIMALS

VALUES = {"decimals": json.dumps(DECIMALS)}
"""What the queries ask for beside accounts: how many decimals a currency has, where they are not two."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "exchange account",
        "select coalesce(a.entity, d.entity) || ': account ' || coalesce(a.v, 0) || ', differences ' || coalesce(d.v, 0)"
        " from (select entity, sum(credit - debit) as v from journal_line where account = :exchange group by 1) a"
        " full join (select entity, sum(amount) as v from exchange_difference group by 1) d using (entity)"
        " where coalesce(a.v, 0) <> coalesce(d.v, 0)",
        "exchange differences are all there is on their account",
    ),
    (
        "receipts are worth their rate",
        "select r.entity || ' ' || r.receipt || ' line ' || r.line || ': ' || r.unbilled_value || ', at its rate '"
        " || (r.quantity + r.damaged) * r.price * g.rate from goods_receipt_line r"
        " join goods_receipt g on g.entity = r.entity and g.number = r.receipt join entity e on e.code = r.entity"
        " where r.billed = 0 and r.returned = 0"
        " and r.unbilled_value <> round((r.quantity + r.damaged) * r.price * g.rate,"
        " coalesce(cast(cast(:decimals as jsonb) ->> e.currency as int), 2))",
        "what came and nothing was billed of is owed at the order's price and the receipt's rate",
    ),
    (
        "rates are of other currencies",
        "select p.entity || ' ' || p.number || ' in ' || p.currency || ' at ' || g.rate from goods_receipt g"
        ' join purchase_order p on p.entity = g.entity and p.number = g."order" join entity e on e.code = g.entity'
        " where p.currency = e.currency and g.rate <> 1"
        " union all select f.entity || ' ' || f.invoice from foreign_posting f join supplier_invoice i"
        " on i.entity = f.entity and i.number = f.invoice join entity e on e.code = f.entity"
        " where f.currency = e.currency or f.currency <> i.currency",
        "only what is in another currency than the books' has a rate",
    ),
    (
        "foreign bills are booked at their rate",
        "select i.entity || ' ' || i.number || ': ' || coalesce(i.posted_total, 0) || ' ' || i.currency || ' is '"
        " || coalesce(f.booked, 0) || ', owed ' || coalesce(p.amount, 0) from supplier_invoice i"
        " join entity e on e.code = i.entity left join foreign_posting f on f.entity = i.entity and f.invoice = i.number"
        " left join payable_item p on p.entity = i.entity and p.entry = i.entry"
        " where i.state = 'posted' and i.kind <> 'credit_note' and i.currency <> e.currency and (f.invoice is null"
        " or f.total <> i.posted_total or f.booked <> round(f.total * f.rate,"
        " coalesce(cast(cast(:decimals as jsonb) ->> e.currency as int), 2))"
        " or f.booked <> coalesce(p.amount, 0))"
        " union all select f.entity || ' ' || f.invoice from foreign_posting f join supplier_invoice i"
        " on i.entity = f.entity and i.number = f.invoice where i.state <> 'posted'",
        "a posted bill in another currency is owed at the rate it was booked at",
    ),
)
