"""The audit log: who did what, on which facts, by which policy, kept so that a later change shows.

Entries are appended in the transaction they tell of, as leaves of a Merkle tree (RFC 6962). Its root is signed and
anchored outside the database. We say tamper-evident, and `docs/audit.md` lists what it does not prove. This module is
the room's door; what it names lives in `core.audit_*`, `core.checkpoints` and `core.notes`.
"""

from core.audit_check import Verification, verify_log
from core.audit_keys import new_signing_key, public_keys, signing_key
from core.audit_log import KINDS, AuditEntry, flush_entries, install, mark, record, rewind
from core.audit_proofs import Proof, ProofStep, consistency, proof
from core.audit_reads import (
    Checkpoint,
    Entry,
    Filters,
    changed_since,
    checkpoints,
    count,
    covering_checkpoint,
    entries,
    entry,
    last_checkpoint,
    length,
)
from core.audit_receipts import export, receipt, receipt_name
from core.audit_tables import AUDIT_DDL
from core.audit_walk import Flaw
from core.checkpoints import HistoryChanged, checkpoint

__all__ = [
    "AUDIT_DDL",
    "KINDS",
    "AuditEntry",
    "Checkpoint",
    "Entry",
    "Filters",
    "Flaw",
    "HistoryChanged",
    "Proof",
    "ProofStep",
    "Verification",
    "changed_since",
    "checkpoint",
    "checkpoints",
    "consistency",
    "count",
    "covering_checkpoint",
    "entries",
    "entry",
    "export",
    "flush_entries",
    "install",
    "last_checkpoint",
    "length",
    "mark",
    "new_signing_key",
    "proof",
    "public_keys",
    "receipt",
    "receipt_name",
    "record",
    "rewind",
    "signing_key",
    "verify_log",
]
