"""Why it came to this: which root causes a decision asks for, which one is suggested, and what those who signed said.

Each signer's word is kept with the signature. The first one stands until a later signer says another; who says nothing has
seen what was said before and agrees.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.case_defaults import root_causes
from core.cases import Case, Code
from core.deciding.proposals import Proposal, Signature
from core.refusals import Refusal, Refused

ADJUSTS_BY_A_WORD = "AdoptWarehouse"
"""The step by which the books follow somebody else's figure: whoever decides that says why they differ."""


def asked(code: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The root causes, with their words, of which whoever approves a proposal says one; none where none is asked for: the
    code has no list, or the way taken only waits."""
    if int(body["waits_days"]):
        return {}
    adopts = any(action["command"]["type"] == ADJUSTS_BY_A_WORD for action in body["actions"])
    return root_causes(code) or (root_causes(Code.STOCK_VARIANCE) if adopts else {})


def names(code: str, body: Mapping[str, Any]) -> dict[str, str]:
    """Every root cause that may be said of a proposal, with its words."""
    return {**root_causes(code), **asked(code, body)}


def suggested(code: str, body: Mapping[str, Any]) -> str:
    """The root cause that the step itself shows, where one does."""
    found = (action["command"].get("suggested") or "" for action in body["actions"])
    return next((one for one in found if one in asked(code, body)), "")


def said(signed: Sequence[Signature]) -> str:
    """The root cause that stands after these signatures, oldest first; empty where nobody said any."""
    return next((one.root_cause for one in reversed(signed) if one.root_cause), "")


def must_say_why(case: Case, proposal: Proposal, root_cause: str, signed: Sequence[Signature]) -> str:
    """The root cause that stands once this one is said, too. Refuses one that is not on the list, and none at all where
    one is asked for and no earlier signer said any."""
    if root_cause and root_cause not in names(case.code, proposal.body):
        raise Refused(Refusal.REASON_REQUIRED, f"{root_cause} is no root cause of {case.code}")
    stands = root_cause or said(signed)
    if asked(case.code, proposal.body) and not stands:
        raise Refused(Refusal.REASON_REQUIRED, "say why it came to this: a case closes with its root cause")
    return stands


def in_words(case: Case, proposal: Proposal, root_cause: str, before: str) -> str:
    """What a signer said of the root cause, as it stands in the history: nothing where nothing was said."""
    if not root_cause or root_cause == before:
        return ""
    words = names(case.code, proposal.body)
    instead = f" instead of {words.get(before, before).lower()}" if before else ""
    return f", root cause: {words.get(root_cause, root_cause).lower()}{instead}"
