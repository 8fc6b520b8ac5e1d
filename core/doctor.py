"""Every promise that can be checked on live data, checked: `desk doctor` runs this, and so do the property tests.

Each check is one query over the whole database and answers in a sentence. Nothing here mends anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from core import (
    audit,
    doctor_currency,
    doctor_expiry,
    doctor_inspection,
    doctor_mail,
    doctor_sales,
    doctor_transit,
    doctor_warehouse,
)
from core.books import accounts
from core.canonical import digest
from core.deciding.proposals import Proposal
from core.schema import APPEND_ONLY


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """One promise: its name, whether it holds, and a sentence with the first counter-example."""

    name: str
    holds: bool
    says: str


ACCOUNTS = {
    "inventory": accounts.INVENTORY,
    "payables": accounts.PAYABLES,
    "goods_received": accounts.GOODS_RECEIVED,
    "in_transit": accounts.IN_TRANSIT,
    "exchange": accounts.EXCHANGE,
    "owed_by_group": accounts.INTERCOMPANY_RECEIVABLE,
    "owed_to_group": accounts.INTERCOMPANY_PAYABLE,
}

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "entries balance",
        "select entity || ' ' || entry || ': ' || (sum(debit) - sum(credit)) from journal_line"
        " group by entity, entry having sum(debit) <> sum(credit)",
        "every journal entry balances",
    ),
    (
        "entries have lines",
        "select e.entity || ' ' || e.number from journal_entry e left join journal_line l"
        " on l.entity = e.entity and l.entry = e.number where l.entry is null",
        "no journal entry is empty",
    ),
    (
        "trial balance",
        "select entity || ': ' || (sum(debit) - sum(credit)) from journal_line group by entity"
        " having sum(debit) <> sum(credit)",
        "the trial balance of every entity is zero",
    ),
    (
        "balances are moves",
        "select coalesce(m.entity, b.entity) || ' ' || coalesce(m.item, b.item) || ' at ' || coalesce(m.site, b.site)"
        " || ': moves ' || coalesce(m.total, 0) || ', balance ' || coalesce(b.quantity, 0)"
        " from (select entity, item, site, location, lot, status, sum(quantity) as total from stock_move"
        " group by 1, 2, 3, 4, 5, 6) m full join stock_balance b using (entity, item, site, location, lot, status)"
        " where coalesce(m.total, 0) <> coalesce(b.quantity, 0)",
        "stock on hand is the sum of its moves",
    ),
    (
        "nothing negative",
        "select b.entity || ' ' || b.item || ' at ' || b.site || ': ' || b.quantity from stock_balance b"
        " left join stock_policy p on p.entity = b.entity and p.item = b.item and p.site = b.site"
        " where b.quantity < 0 and not coalesce(p.negative_allowed, false)",
        "no stock is negative without a policy that says so",
    ),
    (
        "entries are worth their pools",
        "select coalesce(m.entity, l.entity) || ' ' || coalesce(m.item, l.item) || ' at ' || coalesce(m.site, l.site)"
        " || ': entries ' || coalesce(m.v, 0) || ', pool ' || coalesce(l.v, 0)"
        " from (select entity, item, site, lot, sum(value) as v from (select entity, item, site, lot, value from cost_entry"
        " union all select e.entity, e.item, e.site, e.lot, c.value from cost_change c"
        " join cost_entry e on e.entity = c.entity and e.number = c.entry) a group by 1, 2, 3, 4) m"
        " full join (select entity, item, site, lot, value as v from cost_pool) l"
        " using (entity, item, site, lot) where coalesce(m.v, 0) <> coalesce(l.v, 0)",
        "what entries brought and took is what the pools are worth",
    ),
    (
        "layers are pools",
        "select p.entity || ' ' || p.item || ' at ' || p.site || ': pool ' || p.quantity || ' worth ' || p.value"
        " || ', layers ' || coalesce(l.q, 0) || ' worth ' || coalesce(l.v, 0) from cost_pool p"
        " left join (select entity, item, site, lot, sum(quantity) as q, sum(value) as v from valuation_layer"
        " group by 1, 2, 3, 4) l using (entity, item, site, lot)"
        " left join lateral (select sum((d->>1)::numeric) as q, sum((d->>2)::numeric) as v"
        " from jsonb_array_elements(p.debts) d) owed on true"
        " where p.quantity <> coalesce(l.q, 0) - coalesce(owed.q, 0)"
        " or p.value <> coalesce(l.v, 0) - coalesce(owed.v, 0) or (p.quantity = 0 and p.value <> 0)",
        "a pool is its layers less what it owes, and worth nothing when it holds nothing",
    ),
    (
        "pools are stock",
        "select coalesce(b.entity, l.entity) || ' ' || coalesce(b.item, l.item) || ' at ' || coalesce(b.site, l.site)"
        " from (select entity, item, site, sum(quantity) as q from stock_balance group by 1, 2, 3) b"
        " full join (select entity, item, site, sum(quantity) as q from cost_pool group by 1, 2, 3) l"
        " using (entity, item, site) where coalesce(b.q, 0) <> coalesce(l.q, 0)",
        "every piece on hand is in a pool",
    ),
    (
        "reservations are available",
        "with claim as (select entity, item, site, location, lot, quantity from reservation"
        " where state = 'held' and strength = 'hard'),"
        " place as (select distinct entity, item, site, l.location, t.lot from claim c"
        " cross join lateral (values (c.location), ('')) l (location) cross join lateral (values (c.lot), ('')) t (lot))"
        " select p.entity || ' ' || trim(concat_ws(' ', p.item, 'at', p.site, p.location, p.lot))"
        " || ': reserved ' || r.q || ', available ' || coalesce(b.q, 0) from place p"
        " cross join lateral (select sum(c.quantity) as q from claim c where c.entity = p.entity and c.item = p.item"
        " and c.site = p.site and p.location in ('', c.location) and p.lot in ('', c.lot)) r"
        " cross join lateral (select sum(s.quantity) as q from stock_balance s where s.entity = p.entity"
        " and s.item = p.item and s.site = p.site and s.status = 'available'"
        " and p.location in ('', s.location) and p.lot in ('', s.lot)) b where r.q > coalesce(b.q, 0)",
        "no more is reserved than is available, at any site, location or lot",
    ),
    (
        "in transit is open transfers",
        "select coalesce(b.entity, l.entity) || ' ' || coalesce(b.item, l.item) || ' to ' || coalesce(b.site, l.site)"
        " || ': on the way ' || coalesce(b.q, 0) || ', transfers ' || coalesce(l.q, 0)"
        " from (select entity, item, site, lot, sum(quantity) as q from stock_balance where status = 'in_transit'"
        " group by 1, 2, 3, 4) b full join (select l.entity, l.item, t.to_site as site, l.lot,"
        " sum(l.quantity - l.received - l.lost - l.recalled) as q from stock_transfer_line l join stock_transfer t"
        " on t.entity = l.entity and t.number = l.transfer group by 1, 2, 3, 4) l using (entity, item, site, lot)"
        " where coalesce(b.q, 0) <> coalesce(l.q, 0)"
        " union all select l.entity || ' ' || l.transfer || ' line ' || l.line || ': pool ' || coalesce(p.quantity, 0)"
        " from stock_transfer_line l join stock_transfer t on t.entity = l.entity and t.number = l.transfer"
        " left join cost_pool p on p.entity = l.entity and p.item = l.item and p.site = t.to_site"
        " and p.lot = '>' || l.transfer || '#' || l.line"
        " where coalesce(p.quantity, 0) <> l.quantity - l.received - l.lost - l.recalled"
        " or t.closed and l.quantity <> l.received + l.lost + l.recalled",
        "what is in transit is what open transfers still wait for",
    ),
    (
        "intercompany accounts",
        "select coalesce(a.entity, s.entity) || ' ' || coalesce(a.account, s.account) || ': account ' || coalesce(a.v, 0)"
        " || ', sales between entities ' || coalesce(s.v, 0) from (select entity, account, sum(debit - credit) as v"
        " from journal_line where account in (:owed_by_group, :owed_to_group) group by 1, 2) a"
        " full join (select entity, account, sum(v) as v from (select seller as entity, cast(:owed_by_group as text)"
        " as account, sold_for as v from intercompany_layer union all select entity, cast(:owed_to_group as text), -price"
        " from intercompany_layer union all select seller, :owed_by_group, -sold_for from intercompany_return"
        " union all select entity, :owed_to_group, price from intercompany_return"
        " union all select seller, :owed_by_group, -amount from intercompany_settlement"
        " union all select entity, :owed_to_group, cleared from intercompany_settlement"
        ") o group by 1, 2) s using (entity, account) where coalesce(a.v, 0) <> coalesce(s.v, 0)",
        "what entities of the group owe each other is the same in both their books",
    ),
    (
        "inventory account",
        "select coalesce(a.entity, l.entity) || ': account ' || coalesce(a.v, 0) || ', layers ' || coalesce(l.v, 0)"
        " from (select entity, sum(debit - credit) as v from journal_line where account = :inventory"
        " group by 1) a full join (select entity, sum(value) as v from cost_pool group by 1) l using (entity)"
        " where coalesce(a.v, 0) <> coalesce(l.v, 0)",
        "what pools are worth equals the inventory account",
    ),
    (
        "payables account",
        "select coalesce(a.entity, l.entity) || ': account ' || coalesce(a.v, 0) || ', items ' || coalesce(l.v, 0)"
        " from (select entity, sum(credit - debit) as v from journal_line where account = :payables"
        " group by 1) a full join (select entity, sum(open) as v from payable_item group by 1) l using (entity)"
        " where coalesce(a.v, 0) <> coalesce(l.v, 0)",
        "open supplier items equal the payables account",
    ),
    (
        "goods received account",
        "select coalesce(a.entity, l.entity) || ': account ' || coalesce(a.v, 0) || ', receipts ' || coalesce(l.v, 0)"
        " from (select entity, sum(credit - debit) as v from journal_line where account = :goods_received"
        " group by 1) a full join (select entity, sum(unbilled_value) as v from (select entity, unbilled_value"
        " from goods_receipt_line union all select entity, unbilled_value from drop_shipment) u group by 1) l"
        " using (entity) where coalesce(a.v, 0) <> coalesce(l.v, 0)",
        "what came and is not billed equals the goods received account",
    ),
    (
        "billed pieces have no value waiting",
        "select entity || ' ' || receipt || ' line ' || line from goods_receipt_line"
        " where quantity + damaged - returned - billed < 0"
        " or (quantity + damaged - returned - billed = 0 and unbilled_value <> 0)",
        "no receipt line is billed beyond what came, and none keeps a cent of what is billed",
    ),
    (
        "prepaid goods account",
        "select coalesce(a.entity, l.entity) || ': account ' || coalesce(a.v, 0) || ', prepaid ' || coalesce(l.v, 0)"
        " from (select j.entity, sum(j.debit - j.credit) as v from journal_line j join journal_entry e"
        " on e.entity = j.entity and e.number = j.entry and e.document <> 'opening'"
        " where j.account = :in_transit group by 1) a"
        " full join (select entity, sum(cost) as v from billed_receipt where receipt = '' group by 1) l"
        " using (entity) where coalesce(a.v, 0) <> coalesce(l.v, 0)",
        "what was paid before it came, and the opening, are all there is on the goods in transit account",
    ),
    (
        "order lines are invoices",
        "select o.entity || ' ' || o.\"order\" || ' line ' || o.line from purchase_order_line o"
        ' left join (select entity, "order", order_line, sum(posted_quantity) as q from supplier_invoice_line'
        ' group by 1, 2, 3) i on i.entity = o.entity and i."order" = o."order" and i.order_line = o.line'
        " where o.billed <> coalesce(i.q, 0)",
        "order lines are billed what posted invoices bill",
    ),
    (
        "order lines are receipts",
        "select o.entity || ' ' || o.\"order\" || ' line ' || o.line from purchase_order_line o"
        ' left join (select entity, "order", order_line, sum(quantity) as good, sum(damaged) as bad,'
        " sum(returned) as back from goods_receipt_line group by 1, 2, 3) r"
        ' on r.entity = o.entity and r."order" = o."order" and r.order_line = o.line'
        " where o.received <> coalesce(r.good, 0) or o.damaged <> coalesce(r.bad, 0) or o.returned <> coalesce(r.back, 0)",
        "order lines have received what receipts counted",
    ),
    (
        "pieces that wait are on receipts",
        "select coalesce(b.entity, r.entity) || ' ' || coalesce(b.item, r.item) || ' at ' || coalesce(b.site, r.site)"
        " || ', ' || coalesce(b.status, r.status) || ': on hand ' || coalesce(b.q, 0) || ', receipts ' || coalesce(r.q, 0)"
        " from (select entity, item, site, status, sum(quantity) as q from stock_balance"
        " where status in ('inspection', 'damaged') group by 1, 2, 3, 4) b"
        " full join (select entity, item, site, status, sum(q) as q from (select l.entity, l.item, g.site, w.status,"
        ' round(w."left" * o.unit_factor, i.unit_decimals) as q from goods_receipt_line l'
        " join goods_receipt g on g.entity = l.entity and g.number = l.receipt"
        ' join purchase_order_line o on o.entity = l.entity and o."order" = l."order" and o.line = l.order_line'
        " join item i on i.entity = l.entity and i.sku = l.item cross join lateral"
        " (values ('inspection', l.in_inspection), ('damaged', l.damaged_left)) as w (status, \"left\")"
        " union all select entity, item, site, 'damaged', damaged_left from customer_return_line) w group by 1, 2, 3, 4) r"
        " using (entity, item, site, status) where coalesce(b.q, 0) <> coalesce(r.q, 0)",
        "every piece in inspection or damaged is on a receipt or return that can decide on it",
    ),
    (
        "orders are settled",
        "select p.entity || ' ' || p.number || ' is ' || p.state from purchase_order p join"
        ' (select entity, "order", bool_or(not closed_short and ordered - cancelled - received - damaged + returned'
        " >= 0.00001) as open, bool_and(cancelled = ordered) as gone from purchase_order_line group by 1, 2) l"
        " on l.entity = p.entity and l.\"order\" = p.number where p.state in ('open', 'closed', 'cancelled')"
        " and p.state <> case when l.gone then 'cancelled' when l.open then 'open' else 'closed' end",
        "an order is open as long as something of it may come, and no longer",
    ),
    (
        "cases are owned",
        "select entity || ' ' || number from exception_case where closed_at is null and (owner_role = '' or due_at is null)",
        "every open case has an owner and a time",
    ),
    (
        "messages are kept",
        "select m.entity || ' ' || m.name from message m left join stored_bytes b on b.sha256 = m.sha256"
        " where b.sha256 is null or encode(sha256(b.content), 'hex') <> b.sha256",
        "the bytes of every message are there and are what their hash says",
    ),
    (
        "messages are owned",
        "select m.entity || ' ' || m.name from message m where m.state = 'stored'"
        " and m.arrived_at < now() - interval '1 hour' and not exists (select 1 from procrastinate_jobs j"
        " where j.task_name = 'read_message' and j.args ->> 'message' = m.sha256 and j.status in ('todo', 'doing'))",
        "no message waits unread without a job that will read it",
    ),
    (
        "decisions are carried out",
        "select d.entity || ' ' || d.number from decision d where d.verb = 'approve' and d.carried_out_at is null"
        " and d.stopped_says is null and d.decided_at < now() - interval '1 hour' and not exists (select 1 from"
        " procrastinate_jobs j where j.task_name = 'carry_out' and j.args ->> 'decision' = d.number"
        " and j.status in ('todo', 'doing'))",
        "every approval was carried out, stopped with a reason, or is queued",
    ),
    (
        "signatures are distinct",
        "select entity || ' ' || \"case\" || ' ' || person from signature where voided_at is null"
        ' group by entity, "case", digest, person having count(*) > 1',
        "nobody's signature counts twice",
    ),
)


ELSEWHERE = (
    *doctor_currency.QUERIES,
    *doctor_expiry.QUERIES,
    *doctor_inspection.QUERIES,
    *doctor_mail.QUERIES,
    *doctor_sales.QUERIES,
    *doctor_transit.QUERIES,
    *doctor_warehouse.QUERIES,
)
VALUES = {**ACCOUNTS, **doctor_currency.VALUES, **doctor_sales.VALUES}


def examine(session: Session, *, anchors: Path | None = None, keys: Path | None = None) -> list[Checked]:
    """Check every promise. Takes where the audit log's anchors and keys are, to check it too; gives one row a promise."""
    found = [_query(session, name, query, promise) for name, query, promise in (*QUERIES, *ELSEWHERE)]
    found.extend(check(session) for check in CHECKS)
    if anchors is not None and keys is not None:
        verification = audit.verify_log(session, anchors, audit.public_keys(keys))
        found.append(Checked(name="audit log", holds=verification.whole, says=verification.says))
    return found


def _query(session: Session, name: str, query: str, promise: str) -> Checked:
    values = {name: value for name, value in VALUES.items() if f":{name}" in query}
    broken = session.execute(text(query), values).scalars().all()
    if not broken:
        return Checked(name=name, holds=True, says=promise)
    return Checked(name=name, holds=False, says=f"{len(broken)} times not so: {promise}. First: {broken[0]}")


def _hashes(session: Session) -> Checked:
    """Every proposal's hash is over its body as it stands."""
    wrong = [
        f"{row.case} version {row.version}"
        for row in session.query(Proposal).yield_per(500)
        if digest(row.body) != row.digest
    ]
    if not wrong:
        return Checked(name="proposal hashes", holds=True, says="every proposal is what its hash says")
    return Checked(name="proposal hashes", holds=False, says=f"{len(wrong)} changed after hashing. First: {wrong[0]}")


def _guards(session: Session) -> Checked:
    """The database itself refuses to change what is written once."""
    query = text(
        "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " where t.tgname = 'append_only' and t.tgenabled in ('O', 'A')"
    )
    missing = sorted({*APPEND_ONLY} - {*session.execute(query).scalars()})
    if not missing:
        return Checked(name="append-only", holds=True, says="the database refuses to change what is written once")
    return Checked(name="append-only", holds=False, says=f"rows of {', '.join(missing)} could be changed by hand")


CHECKS: tuple[Callable[[Session], Checked], ...] = (_hashes, _guards)
