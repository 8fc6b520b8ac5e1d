"""What of a mail's text is new, what is history, and what is signature.

A reply repeats what was said before, and a signature repeats telephone numbers and dates of trade fairs: neither is
news. Nothing is thrown away: each line goes to exactly one of the four texts, in its order.
"""

import re
from dataclasses import dataclass
from enum import Enum

SIGNATURE_LINES_MAX = 25
"""What follows a closing formula is a signature only if it is this short."""
ATTRIBUTION_LINES_MAX = 4
SAID_WORDS_MIN = 4
"""A letter passed on with fewer words ("see below") only passes on the next."""
SENTENCE_WORDS = 12
"""A longer line after "Thank you." is still being said."""

_WROTE = (
    r"(?:wrote|writes|schrieb|a écrit|escribió|schreef|skrev|ha scritto|geschreven|escreveu|"
    r"napisał(?:a|\(a\))?|пишет|писал[а]?|написал(?:а|\(а\))?)"
)
_ATTRIBUTION = re.compile(
    rf"(?:\W?(?:On|Am|Le|El|Op|Den|Il|Em|Dnia|W dniu)\s.{{4,250}}\s{_WROTE}\b.{{0,120}}:"
    rf"|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}.{{0,120}}<?\S+@\S+>?(?:\s{_WROTE})?:?"
    rf"|[^.!?]{{2,80}}<?\S+@\S+>?[^.!?]{{0,60}}\s{_WROTE}\s*:"
    r"|\W?(?:\w{2,12},?\s)?\d{1,2}\.?\s\w{3,12}\.?\s\d{4}.{0,60}\s(?:from|von|de|van|da|od|от)\s.{0,100}<\S+@\S+>\s*:)\s*"
)
_STARTS_ATTRIBUTION = re.compile(r"\W?(?:On|Am|Le|El|Op|Den|Il|Em|Dnia|W dniu)\s|\d{1,4}[./-]\d|.*@")
_REPLY_RULE = re.compile(
    r"\W*(?:-{2,}|_{2,}|\*{2,})\s*(?:Original (?:Message|Appointment)|Reply [Mm]essage|Ursprüngliche Nachricht|"
    r"Originalnachricht|Message d'origine|Mensaje original|Oorspronkelijk bericht|Messaggio originale)\b.{0,20}",
    re.I,
)
_FORWARD_RULE = re.compile(
    r"\W*(?:-{2,}|_{2,}|\*{2,})\s*(?:Forwarded (?:message|by)|Weitergeleitete Nachricht|Message transféré|"
    r"Mensaje reenviado|Doorgestuurd bericht)\b.{0,80}"
    r"|\W*(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:réexpédié|"
    r"transféré)|Inicio del mensaje reenviado|Begin doorgestuurd bericht)\s*:\s*",
    re.I,
)
_FROM = re.compile(r"\W{0,4}(?:From|Von|De|Van|Da|Od|Från|Fra|От)\s?\*?:\*?\s*\S.{0,250}", re.I)
_OTHER_HEADER = re.compile(
    r"\W{0,4}(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Verzonden|Inviato|To|An|À|Para|Aan|A|Subject|"
    r"Betreff|Objet|Asunto|Onderwerp|Oggetto|Cc|Kopie|Reply-To|Antwort an|Enviada|Assunto|Data|Wysłano|Do|Temat|Skickat|"
    r"Till|Ämne|Sendt|Til|Emne|Отправлено|Дата|Кому|Копия|Тема)\s?\*?:\*?(?:\s.{0,500})?",
    re.I,
)
_BEGINS_WITH_DATE = re.compile(r"\W{0,4}(?:Sent|Date|Gesendet|Datum|Fecha|Data|Дата)\s?\*?:\*?\s.{6,80}", re.I)
_FORWARDED_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|doorst|i)\s*:", re.I)
_CLOSING = re.compile(
    r"\W{0,3}(?:(?:(?:with|many)\s)?(?:best|kind|warm|kindest|warmest|sincere)\s+(?:regards|wishes)|(?:kind )?regards|"
    r"(?:yours |very )?(?:sincerely|truly|faithfully)(?: yours)?|cheers|(?:many )?thanks(?: (?:again|in advance|and "
    r"(?:best|kind) regards))?|thank you|best|all the best|mit (?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en|"
    r"(?:freundliche|beste|viele|liebe|herzliche|schöne) grü(?:ß|ss)e|mfg|lg|vg|gruß|hochachtungsvoll|"
    r"(?:bien )?cordialement|(?:meilleures )?salutations(?: distinguées)?|bien à vous|"
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|met (?:vriendelijke|hartelijke) groet(?:en)?|"
    r"(?:vriendelijke |hartelijke )?groet(?:en|jes)?|cordiali saluti|distinti saluti)"
    r"(?:\s+(?:from|aus|de|uit)\s+[\w .,-]{2,40})?[\s,.!;–-]*",
    re.I,
)
_THANKS = re.compile(r"\W{0,3}(?:many )?(?:thank|cheers|best\W*$)", re.I)
_SENT_FROM = re.compile(
    r"\W{0,3}(?:sent (?:from|via|using) (?:my |yahoo|outlook|mail|the |a )|get outlook for|von meinem \w+ gesendet|"
    r"gesendet (?:von|mit) (?:meinem|outlook|der)|envoyé (?:de|depuis) mon|enviado desde mi|verzonden (?:vanaf|met) mijn)"
    r".{0,80}",
    re.I,
)
CARD_LINES_MAX = 8
_BARRED = re.compile(r"\S \| \S")
_CALLS = re.compile(r"\b(?:T|F|M|Tel|Fax|Phone|Mobile|Mobil|Telefon|T\u00e9l)\b[.:]?\s*\+?[\d(][\d ()/.-]{5,}", re.I)
_NAME = re.compile(r"(?:Dr\.? )?[^\W\d_][\w.'-]{0,20}(?: [^\W\d_][\w.'-]{0,20}){1,3}")
_REACHES = re.compile(
    r"(?:\w{1,10}[.:]\s*)?(?:\S+@[\w-]+\.[\w.-]+|(?:https?://|www\.)\S+|\+?\(?\d[\d ()/.-]{6,20}\d)", re.I
)
"""An address, a page or a number to call, alone on its line."""
_POSTSCRIPT = re.compile(r"\W{0,2}P\.?\s?S\.?\s?[:.\s]", re.I)
_MARK = re.compile(r"--\s*")
_QUOTED = re.compile(r"\s{0,3}(?:>|\|\s?>)")


class Kind(Enum):
    """What one line of a mail is."""

    NEW = "new"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail's text by kind. `forwarded` is history the sender passes on to be read, `quoted` what we all know."""

    new: str
    quoted: str
    forwarded: str
    signature: str


def split(text: str, subject: str = "") -> Letter:
    """Take a mail's text apart. `subject` tells a forward ("Fwd:", "WG:") from a reply where the text does not."""
    lines = text.split("\n")
    kinds = _history(lines, forwarding=_FORWARDED_SUBJECT.match(subject) is not None)
    _sign_off(lines, kinds)
    if not any(kind is Kind.NEW and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        _promote(kinds)
    by_kind = {kind: "\n".join(line for line, k in zip(lines, kinds, strict=True) if k is kind) for kind in Kind}
    return Letter(
        new=_tidy(by_kind[Kind.NEW]),
        quoted=_tidy(by_kind[Kind.QUOTED]),
        forwarded=_tidy(by_kind[Kind.FORWARDED]),
        signature=_tidy(by_kind[Kind.SIGNATURE]),
    )


def _history(lines: list[str], *, forwarding: bool) -> list[Kind]:
    """Quoted lines by their marks; after a rule or a block of headers everything; after "... wrote:" what it opens."""
    kinds: list[Kind] = []
    rest: Kind | None = None
    said = 0  # words of the letter that is passed on, so far
    while len(kinds) < len(lines):
        at = len(kinds)
        line = lines[at]
        if rest is Kind.FORWARDED:
            if said >= SAID_WORDS_MIN and _goes_back(lines, at):
                rest = Kind.QUOTED
            said += _own_words(line)
        if rest is not None:
            kinds.append(rest)
        elif _QUOTED.match(line):
            kinds.append(Kind.QUOTED)
        elif _FORWARD_RULE.fullmatch(line):
            rest = Kind.FORWARDED
        elif _REPLY_RULE.fullmatch(line) or _opens_headers(lines, at):
            rest = Kind.FORWARDED if forwarding else Kind.QUOTED
            _drop_rule_above(lines, kinds, rest)
        elif length := _attribution(lines, at):
            kinds.extend([Kind.QUOTED] * length)
            if not _quoted_lines_follow(lines, at + length):
                rest = Kind.QUOTED
        else:
            kinds.append(Kind.NEW)
    return kinds


def _goes_back(lines: list[str], at: int) -> bool:
    """Whether an older letter starts here inside one that is passed on."""
    line = lines[at]
    return bool(
        _QUOTED.match(line) or _FORWARD_RULE.fullmatch(line) or _REPLY_RULE.fullmatch(line) or _opens_headers(lines, at)
        or _attribution(lines, at)
    )  # fmt: skip


def _own_words(line: str) -> int:
    """How many words of a line passed on are the letter's own, not a copied header's or a rule's."""
    copied = (_FROM, _OTHER_HEADER, _FORWARD_RULE, _REPLY_RULE)
    return 0 if any(pattern.fullmatch(line) for pattern in copied) else len(line.split())


def _opens_headers(lines: list[str], at: int) -> bool:
    """Whether a block of copied mail headers ("From:", "Sent:", "To:") starts here. Some programs begin with the date; then
    the sender has to follow."""
    following = [line for line in lines[at + 1 : at + 9] if line.strip()][:5]
    others = sum(1 for line in following if _OTHER_HEADER.fullmatch(line))
    if _FROM.fullmatch(lines[at]):
        return others >= 2
    return bool(_BEGINS_WITH_DATE.fullmatch(lines[at])) and others >= 2 and any(map(_FROM.fullmatch, following[:3]))


def _drop_rule_above(lines: list[str], kinds: list[Kind], kind: Kind) -> None:
    """The line of underscores that Outlook draws above copied headers belongs to the history."""
    at = len(kinds) - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at >= 0 and re.fullmatch(r"\s*[_\-*=]{5,}\s*", lines[at]):
        kinds[at] = kind


def _attribution(lines: list[str], at: int) -> int:
    """How many lines a "On Monday, Jane wrote:" takes that starts here; 0 when none does."""
    if not _STARTS_ATTRIBUTION.match(lines[at]):
        return 0
    joined = ""
    for count in range(1, ATTRIBUTION_LINES_MAX + 1):
        if at + count > len(lines) or len(joined) > 400 or (count > 1 and not lines[at + count - 1].strip()):
            return 0
        joined = f"{joined} {lines[at + count - 1].strip()}".strip()
        if len(joined) <= 400 and _ATTRIBUTION.fullmatch(joined):
            return count
    return 0


def _quoted_lines_follow(lines: list[str], at: int) -> bool:
    following = [line for line in lines[at : at + 6] if line.strip()]
    return bool(following) and any(_QUOTED.match(line) for line in following[:3])


def _sign_off(lines: list[str], kinds: list[Kind]) -> None:
    """Mark the signature inside the new text: from "-- " or the last closing formula to the end, a postscript excepted."""
    for at, kind in enumerate(kinds):
        if kind is Kind.NEW and _SENT_FROM.fullmatch(lines[at].strip()):
            kinds[at] = Kind.SIGNATURE
    new = [at for at, kind in enumerate(kinds) if kind is Kind.NEW]
    written = [n for n, at in enumerate(new) if lines[at].strip()]
    near_the_end = written[1:][-SIGNATURE_LINES_MAX - 1 :]
    starts = [n for n in near_the_end if _closes(lines, new, n)]
    marks = [n for n in starts if _MARK.fullmatch(lines[new[n]])]
    card = _card(lines, new) if not starts else None
    starts = starts if card is None else [card]
    if not starts:
        return
    for at in new[min(marks) if marks else max(starts) :]:
        if _POSTSCRIPT.match(lines[at]):
            return
        kinds[at] = Kind.SIGNATURE


def _card(lines: list[str], new: list[int]) -> int | None:
    """Where a visiting card stands as the last paragraph without any closing: bars part its pieces and it tells a number to
    call. A letter's table also has bars, and no such number."""
    written = [n for n, at in enumerate(new) if lines[at].strip()]
    if not written:
        return None
    start = written[-1]
    while start > 0 and lines[new[start - 1]].strip():
        start -= 1
    last = [lines[at] for at in new[start : written[-1] + 1]]
    if start == 0 or len(last) > CARD_LINES_MAX:
        return None
    if _BARRED.search(last[0]):
        return start if any(_CALLS.search(line) for line in last) else None
    return start if _NAME.fullmatch(last[0].strip()) and _reaches_somebody(last[1:]) else None


def _reaches_somebody(lines: list[str]) -> bool:
    """Whether lines under a name say how its bearer is reached, most of them, and tell nothing else."""
    reach = [line for line in lines if _REACHES.fullmatch(line.strip())]
    return bool(reach) and 2 * len(reach) >= len(lines) and all(len(line) < 60 for line in lines)


def _closes(lines: list[str], new: list[int], position: int) -> bool:
    """Whether the signature may start at this line: "-- ", or a closing formula after which nobody talks on."""
    line = lines[new[position]].strip()
    if _MARK.fullmatch(lines[new[position]]):
        return True
    if len(line) > 70 or not _CLOSING.fullmatch(line):
        return False
    talk = any(len(lines[at].split()) > SENTENCE_WORDS for at in new[position + 1 :])
    return not (talk and _THANKS.match(line))


def _promote(kinds: list[Kind]) -> None:
    """A mail that only passes something on has that as its news."""
    for at, kind in enumerate(kinds):
        if kind is Kind.FORWARDED:
            kinds[at] = Kind.NEW


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+(?=\n|\Z)", "", text)).strip("\n")
