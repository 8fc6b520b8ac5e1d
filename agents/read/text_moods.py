"""Sentences that assert nothing: questions, conditions, requests. And words of regret, which tell what a date means.

"Could you confirm whether ...", "if you pay today we can deliver on ...", "wann kommt ..." hold dates and numbers that
nobody has promised. Five languages.
"""

import re

_GREETING = r"(?:(?:dear|hi|hello|hey|hallo|guten (?:tag|morgen)|bonjour|hola|beste|moin)\b[^,.:]{0,40}[,:]?\s+)?"
_ASKS = re.compile(
    rf"\s*[\"'(\-\u2013>]*\s*{_GREETING}(?:(?:and|but|so|also|und|et|y|en)[, ]+)?"
    r"(?:could|can|would|will|do|does|did|is|are|was|were|shall|may|have|has|when|what|why|which|who|whether|how|where"
    r"|any (?:news|update)|at which|by when|kann|k\u00f6nnen|k\u00f6nnten|wann|ist|sind|haben|hat|w\u00fcrden"
    r"|d\u00fcrfen|wird"
    r"|werden|an welche[mrn]|wie|was|welche\w*|ab wann|pouvez|pourriez|est-ce|quand|quel(?:le)?s?|avez"
    r"|puede[ns]?|podr\u00eda[ns]?"
    r"|cu\u00e1ndo|qu\u00e9|kunt|kunnen|zou|wanneer|wat|is er|heeft)\b",
    re.I,
)
_INDIRECT = re.compile(
    r"\b(?:(?:please|kindly|could you|can you|would you)\b[^.?]{0,30}\b(?:confirm|check|advise|tell (?:us|me)"
    r"|let (?:us|me) know)"
    r"[^.?]{0,20}\b(?:whether|if|when|which|how)|(?:we|i) (?:would like|want|need) to know|wondering (?:if|whether)"
    r"|bitte (?:teilen Sie uns|best\u00e4tigen Sie|pr\u00fcfen Sie|geben Sie)[^.?]{0,40}\b(?:ob|wann|welche\w*)"
    r"|merci de (?:nous )?(?:confirmer|dire|indiquer) (?:si|quand)|(?:por favor )?conf\u00edrm\w+ si"
    r"|(?:graag|gelieve)[^.?]{0,40}\b(?:of|wanneer))\b",
    re.I,
)
_CONDITION = re.compile(
    r"(?:^|[,;]\s)\s*(?:but |and |aber |und )?(?:if|unless|should you|provided|in case|falls|wenn (?:Sie|wir"
    r"|die|der)|sofern"
    r"|vorausgesetzt|si (?:vous|nous|usted(?:es)?|la|el|le|nos)\b|\u00e0 condition|als (?:u|wij)|indien|mits)\b"
    r"|\b(?:could|would|might|k\u00f6nnten|w\u00fcrden|pourrions|podr\u00edamos|zouden)\b[^.]{0,80}\b(?:if"
    r"|wenn|falls|si|als|indien)\b",
    re.I,
)
_COULD = re.compile(r"\b(?:we|I) could (?:also )?(?:ship|send|deliver|supply|offer)\b|\bk\u00f6nnten wir\b", re.I)
""""We could ship 24 boxes tomorrow" offers, and promises nothing."""
_CONSEQUENCE = re.compile(
    r"\b(?:let (?:us|me) know|call|contact|write|tell (?:us|me)|questions?|feel free|melden)\b", re.I
)
REGRET = re.compile(
    r"\b(?:sorry|apolog\w+|regret\w*|unfortunately|afraid|correction|corrected date|after all|forget what|i was wrong"
    r"|bad news|as late as|leider|bedauer\w*|entschuldig\w*|korrektur|doch erst|malheureusement"
    r"|d\u00e9sol\u00e9\w*|le regret"
    r"|regrett\w*|lamentamos|lamentablemente|desgraciadamente|disculp\w*|helaas|excuses|spijt"
    r"|(?:line|machine|plant|kiln|mill|press|furnace|truck|lorry|van|driver|server) (?:is|was|broke|had|has|got)"
    r"(?! (?:solved|fixed|repaired|running|back|ok|fine)\b)(?: \w+)? ?(?:down|flooded|full|broken|sick|ill|stuck"
    r"|out|failed|failure)?|flooded|strike|breakdown"
    r"|broke down|machine failure"
    r"|defekt|ausgefallen|Maschinenschaden|Streik|panne|gr\u00e8ve|aver\u00eda|huelga|staking|storing"
    r"|short of (?:material|steel|staff)|stuck (?:in|at)|held (?:up )?(?:in|at|by) customs)\b",
    re.I,
)
"""Regret, a cause of trouble, or taking back what was said: a date told with it is a later one than was promised."""


def asks(sentence: str) -> bool:
    """Whether a sentence only asks: a question from its first word on, or "please tell us whether"."""
    if _INDIRECT.search(sentence):
        return True
    return sentence.rstrip(" \"')").endswith("?") and _ASKS.match(sentence) is not None


def depends(sentence: str) -> bool:
    """Whether what a sentence says holds only under a condition ("if you bear the freight"). "Let us know if" does not."""
    if _COULD.search(sentence):
        return True
    condition = _CONDITION.search(sentence)
    return condition is not None and not _CONSEQUENCE.search(sentence[: condition.end()])


def asserts(sentence: str) -> bool:
    """Whether a sentence says that something is so."""
    return not asks(sentence) and not depends(sentence)
