"""Refusals as people read them: what happened, what was kept, what can be done."""

from core.refusals import Refusal, Refused

WORDS = {
    Refusal.BOOKS_MOVED: "Not approved. The books moved since you looked, and the card below is new. Look, then decide.",
    Refusal.POLICY_MOVED: "Not approved. The policy changed since you looked; the card below is judged by the new one.",
    Refusal.NOT_WHAT_YOU_SAW: "Not approved. What you saw was replaced meanwhile. The card below is the current one.",
    Refusal.ALREADY_DECIDED: "Nothing was done: {detail}.",
    Refusal.ALREADY_SIGNED: "Nothing was done: {detail}.",
    Refusal.DUTIES: "You may not sign this: {detail}. Somebody else with the role can.",
    Refusal.NO_AUTHORITY: "You may not sign this: {detail}.",
    Refusal.POLICY_REFUSES: "Policy refuses it: {detail}.",
    Refusal.REASON_REQUIRED: "A reason is needed: {detail}.",
    Refusal.KEY_REUSED: "This form was sent before with other content. Reload the page and try again.",
}


def refusal_in_words(refusal: Refused) -> str:
    """One or two sentences for the card."""
    pattern = WORDS.get(refusal.code, "Nothing was done: {detail}.")
    return pattern.format(detail=refusal.detail.rstrip(".") or str(refusal.code).replace("_", " "))
