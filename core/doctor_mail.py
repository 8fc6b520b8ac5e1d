"""What `core.doctor` asks of mail: what stands in a mailbox's numbers is there, and nothing waits unnoticed."""

QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "arrivals are stored",
        "select a.entity || ' ' || a.mailbox || ' ' || a.uidvalidity || '/' || a.uid from mailbox_arrival a"
        " left join message m on m.entity = a.entity and m.sha256 = a.sha256"
        " where (a.sha256 is null) = (a.left_says = '') or (a.sha256 is not null and m.sha256 is null)",
        "what a mailbox handed out is stored, and what it did not says why",
    ),
    (
        "mail counts as often as it came",
        "select m.entity || ' ' || m.name || ': ' || m.copies || ' copies' from message m"
        " join (select entity, mailbox, sha256, max(n) as n from (select entity, mailbox, sha256, uidvalidity, count(*) as n"
        " from mailbox_arrival where sha256 is not null group by 1, 2, 3, 4) v group by 1, 2, 3) a"
        " on a.entity = m.entity and a.sha256 = m.sha256 group by m.entity, m.name, m.sha256, m.copies"
        " having m.copies < sum(a.n)",
        "no message counts for less than its mailboxes hold of it",
    ),
    (
        "mailboxes answer",
        "select entity || ' ' || name || ' since ' || to_char(failing_since, 'DD Mon HH24:MI') || ': ' || error"
        " from mailbox where state <> 'off' and failing_since < now() - interval '15 minutes'"
        " union all select entity || ' ' || name || ' was last seen ' || to_char(seen_at, 'DD Mon HH24:MI')"
        " from mailbox where state in ('watching', 'polling') and seen_at < now() - interval '1 hour'",
        "every configured mailbox answered within the last quarter of an hour",
    ),
    (
        "stored mail is put away",
        "select w.entity || ' ' || w.mailbox || ' ' || w.uidvalidity || '/' || w.uid from mailbox_waiting w"
        " join mailbox_arrival a using (entity, mailbox, uidvalidity, uid) join mailbox b on b.entity = w.entity"
        " and b.name = w.mailbox where a.at < now() - interval '1 hour' and b.state <> 'off' and b.failing_since is null",
        "what was stored is moved or flagged in its mailbox, unless that is not to be had",
    ),
    (
        "letters leave",
        "select entity || ' ' || number || ' to ' || recipient || ': ' || coalesce(nullif(why, ''), 'nothing sends it')"
        " from outgoing_message m where state = 'queued' and queued_at < now() - interval '4 hours'"
        " and not exists (select 1 from procrastinate_jobs j"
        " where j.task_name = 'send_message' and j.args ->> 'number' = m.number and j.status in ('todo', 'doing'))"
        " union all select entity || ' ' || number || ' to ' || recipient || ': on its way for too long'"
        " from outgoing_message m where state = 'sending' and not exists (select 1 from procrastinate_jobs j"
        " where j.task_name = 'send_message' and j.args ->> 'number' = m.number and j.status in ('todo', 'doing'))",
        "an approved letter is on its way within four hours, and none is with nobody waiting for the answer",
    ),
    (
        "undelivered letters are owned",
        "select m.entity || ' ' || m.number || ' is ' || m.state from outgoing_message m"
        " where m.state in ('failed', 'in_doubt', 'bounced') and not exists (select 1 from exception_case c"
        " where c.entity = m.entity and c.cause = 'letter:' || m.number and c.closed_at is null)",
        "a letter that did not get through is somebody's open case",
    ),
)
