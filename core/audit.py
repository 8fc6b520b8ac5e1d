"""The audit log: who did what, on which facts, by which policy, kept so that a later change shows.

Entries are appended in the transaction they tell of, as leaves of a Merkle tree (RFC 6962). Its root is signed and
anchored outside the database. We say tamper-evident, and `docs/audit.md` lists what it does not prove.
"""

from core.audit_log import AuditEntry, flush_entries, install, mark, record, rewind
from core.audit_tables import AUDIT_DDL

__all__ = [
    "AUDIT_DDL",
    "AuditEntry",
    "flush_entries",
    "install",
    "mark",
    "record",
    "rewind",
]
