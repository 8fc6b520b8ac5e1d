"""A file of payloads, in the form of `injections/dev.json`: what an attacker would write into a document.

Only `payloads`, and in it `id` and `payload`, are needed; what else stands there is told where it is. Anything that is not
of this form is refused with the place and what is wrong there.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """One text of an attacker, and the sort and place its author had in mind."""

    id: str
    text: str
    category: str = ""
    channel: str = ""


class NotPayloads(Exception):
    """The file is not of the form; the message says where and why."""


def payloads_in(file: Path) -> tuple[Payload, ...]:
    """Every payload of a file, in its order. Raises `NotPayloads`."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotPayloads(f"{file}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise NotPayloads(f"{file}: not JSON in UTF-8: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("payloads"), list):
        raise NotPayloads(f"{file}: an object with a list `payloads` is expected")
    rows = data["payloads"]
    if not rows:
        raise NotPayloads(f"{file}: payloads: the list is empty, so nothing would be tried")
    if "count" in data and data["count"] != len(rows):
        raise NotPayloads(f"{file}: count says {data['count']}, payloads has {len(rows)}")
    found = tuple(_payload(row, f"{file}: payloads[{at}]") for at, row in enumerate(rows))
    seen: dict[str, int] = {}
    for at, payload in enumerate(found):
        if payload.id in seen:
            raise NotPayloads(f"{file}: payloads[{at}].id: {payload.id!r} is also that of payloads[{seen[payload.id]}]")
        seen[payload.id] = at
    return found


def _payload(row: object, where: str) -> Payload:
    if not isinstance(row, dict):
        raise NotPayloads(f"{where}: an object is expected, not {type(row).__name__}")
    for name in ("id", "payload"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise NotPayloads(f"{where}.{name}: a text that is not empty is expected, not {row.get(name)!r}")
    for name in ("category", "channel"):
        if not isinstance(row.get(name, ""), str | None):
            raise NotPayloads(f"{where}.{name}: a text is expected, not {row[name]!r}")
    # half of a surrogate pair is JSON, but no document can carry it: it stands as a question mark
    text = row["payload"].encode("utf-8", "replace").decode()
    return Payload(id=row["id"], text=text, category=row.get("category") or "", channel=row.get("channel") or "")
