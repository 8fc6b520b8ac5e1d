"""Check a receipt or an export of the audit log without Exception Desk: its database, its program, its people.

    python verify.py receipt-8812.json [--key KEY] [--anchors checkpoints.jsonl]
    python verify.py export.jsonl [--key KEY] [--anchors checkpoints.jsonl]

One file to copy. It needs Python 3.11 and the package `cryptography`, and imports nothing of ours. KEY is a public key
"name+hash+base64", or a file that holds one, which you got from somewhere else than the file you check. Ends with 0 when
everything holds, 1 when something does not, 2 when there is nothing here that can be checked.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RECEIPT = "exception-desk audit receipt 1"
EXPORT = "exception-desk audit export 1"
ORIGIN = "exception-desk/audit"


class Unreadable(Exception):
    """There is nothing here that can be checked; the message says why."""


class Foreign(ValueError):
    """Signed by nobody whose key was given."""


@dataclass
class Findings:
    """What held and what did not, said as it is found."""

    wrong: int = 0
    keys: dict[bytes, tuple[str, bytes]] = field(default_factory=dict)  # key hash -> name, Ed25519 public key

    def check(self, holds: bool, holding: str, failing: str) -> bool:
        """Say which of the two it is."""
        say(f"  holds  {holding}" if holds else f"  WRONG  {failing}")
        self.wrong += not holds
        return holds


def say(line: str = "") -> None:
    """One line to the reader. Control and direction characters are made visible, whoever wrote them."""
    sys.stdout.write("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line) + "\n")


def sha256(content: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(content).digest()


def leaf_hash(text: str) -> bytes:
    """The hash of an entry (RFC 6962, 2.1)."""
    return sha256(b"\x00" + text.encode())


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right)


def folded(peaks: list[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    if not peaks:
        return sha256(b"")
    hashed = peaks[-1]
    for peak in reversed(peaks[:-1]):
        hashed = node_hash(peak, hashed)
    return hashed


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at this place to the root of so many (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, hashed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(sibling, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def continued(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the longer record begins with the shorter one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = path if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def read_key(text: str) -> tuple[bytes, tuple[str, bytes]]:
    """Hash, name and Ed25519 key of "name+hash+base64" (C2SP signed-note)."""
    name, hashed, encoded = text.strip().split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    own = sha256(name.encode() + b"\n" + raw)[:4]
    if len(raw) != 33 or raw[0] != 1 or own.hex() != hashed:
        raise Unreadable(f"{text.strip()[:80]} is not an Ed25519 public key")
    return own, (name, raw[1:])


def signed_head(note: str, findings: Findings) -> tuple[int, bytes, str]:
    """Size, root and signing key of a checkpoint (C2SP tlog-checkpoint). Raises ValueError when it is not signed so."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    body, _, lines = note.rpartition("\n\n")
    origin, size, root = (body + "\n").split("\n")[:3]
    if origin != ORIGIN:
        raise ValueError(f"it is of another log, {origin}")
    for line in lines.splitlines():
        _, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        known, public = findings.keys.get(raw[:4], ("", b""))
        if known != name:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], (body + "\n").encode())
        except InvalidSignature:
            raise ValueError("its signature does not fit its text") from None
        return int(size), base64.b64decode(root, validate=True), f"{name}+{raw[:4].hex()}"
    raise Foreign("it is not signed by a key you trust")


def check_receipt(receipt: dict[str, Any], findings: Findings, anchors: list[str]) -> None:
    """A receipt: the text, its hash, the way to the root, the signature under the root."""
    text, proof, note = receipt["entry"]["text"], receipt["proof"], receipt["checkpoint"]["note"]
    said = json.loads(text)
    leaf = leaf_hash(text)
    say(f"Receipt for entry {said['seq'] + 1:,}, {said['kind']}")
    for label, name in (("who", "actor"), ("when", "at"), ("what", "says"), ("on what", "subject"), ("case", "case")):
        say(f"  {label:8} {said.get(name) or '-'}")
    say()
    named = receipt["entry"]["leaf_hash"]
    findings.check(leaf.hex() == named, f"the text gives the hash {named[:16]}…", "the text does not give its hash")
    try:
        size, root, key = signed_head(note, findings)
    except ValueError as wrong:
        findings.check(False, "", f"the checkpoint does not count: {wrong}")
        return
    findings.check(True, f"a record of {size:,} entries is signed by the key {key}", "")
    path = [bytes.fromhex(step["hash"]) for step in proof["path"]]
    findings.check(
        proof["leaf"] == said["seq"] and included(leaf, said["seq"], size, path, root),
        f"{len(path)} hashes lead from the entry to the signed root",
        "the hashes do not lead from the entry to the signed root",
    )
    anchored = read_anchors(anchors, findings)
    compare_anchors({at: roots for at, roots in anchored.items() if at == size}, {size: root}, findings)
    if anchored and size not in anchored:
        say("  -      none of the anchors is of the same size, so they say nothing about this receipt")


def read_anchors(anchors: list[str], findings: Findings) -> dict[int, set[bytes]]:
    """The roots that were anchored, by size. Those of keys we do not know are counted and passed over."""
    roots: dict[int, set[bytes]] = {}
    foreign = 0
    for note in anchors:
        try:
            size, root, _ = signed_head(note, findings)
            roots.setdefault(size, set()).add(root)
        except Foreign:
            foreign += 1
        except ValueError as wrong:
            findings.check(False, "", f"an anchor does not count: {wrong}")
    if foreign:
        say(f"  -      {foreign:,} anchors are signed by other keys and were passed over")
    return roots


def compare_anchors(anchored: dict[int, set[bytes]], roots: dict[int, bytes], findings: Findings) -> None:
    """Compare the roots found here with those that somebody else kept."""
    for size in sorted(anchored):
        name = f"the anchor over {size:,} entries"
        findings.check(anchored[size] == {roots.get(size)}, f"{name} agrees", f"{name} does not agree with this file")


def check_export(path: Path, findings: Findings, anchors: list[str]) -> None:
    """An export: every entry, every checkpoint, and that each checkpoint continues the one before."""
    rest = [line for line in read_lines(path) if "entry" not in line]
    heads = [one for line in rest if "checkpoint" in line and (one := _head_of(line, findings)) is not None]
    stated = [line["head"] for line in rest if "head" in line]
    anchored = read_anchors(anchors, findings)
    count, roots = read_entries(path, {size for size, _, _ in heads} | anchored.keys(), findings)
    say(f"Export of {count:,} entries and {len(heads):,} signed checkpoints")
    whole = len(stated) == 1 and (stated[0]["size"], stated[0]["root"]) == (count, roots[count].hex())
    findings.check(whole, "the entries give the head of the record", "the entries do not give the head of the record")
    before: tuple[int, bytes] | None = None
    for size, root, line in heads:
        first = f"the first {size:,} entries are"
        findings.check(roots.get(size) == root, f"{first} as signed", f"{first} not those signed")
        if before is not None and before[0]:
            ok = continued(before[0], size, before[1], root, [bytes.fromhex(step) for step in line["proof"]])
            names = f"the checkpoint over {size:,}", f"that over {before[0]:,}"
            findings.check(ok, f"{names[0]} continues {names[1]}", f"{names[0]} does not continue {names[1]}")
        before = (size, root)
    signed = max((size for size, _, _ in heads), default=0)
    findings.check(signed > 0 or count == 0, f"{signed:,} entries are signed", "no entry is signed")
    if count > signed:
        say(f"  -      the last {count - signed:,} entries are not signed yet")
    compare_anchors(anchored, roots, findings)
    if max(anchored, default=0) > count:
        say(f"  -      anchors go on after entry {count:,}: this export was cut, or made before them")


def _head_of(line: dict[str, Any], findings: Findings) -> tuple[int, bytes, dict[str, Any]] | None:
    try:
        size, root, _ = signed_head(line["checkpoint"]["note"], findings)
    except ValueError as wrong:
        findings.check(False, "", f"a checkpoint does not count: {wrong}")
        return None
    return size, root, line


def read_entries(path: Path, sizes: set[int], findings: Findings) -> tuple[int, dict[int, bytes]]:
    """How many entries there are, and the roots at these sizes and at the end."""
    peaks: list[bytes] = []
    roots = {0: folded([])}
    count = 0
    for line in read_lines(path):
        if "entry" not in line:
            continue
        if line["entry"] != count + 1 or json.loads(line["text"])["seq"] != count:
            findings.check(False, "", f"entry {count + 1:,} is missing or stands elsewhere")
        hashed, place = leaf_hash(line["text"]), count
        while place & 1:
            hashed, place = node_hash(peaks.pop(), hashed), place >> 1
        peaks.append(hashed)
        count += 1
        if count in sizes:
            roots[count] = folded(peaks)
    roots[count] = folded(peaks)
    return count, roots


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSON lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def conclude(findings: Findings, is_receipt: bool, own_key: bool, against_anchors: bool) -> None:
    """What is proven by all this, and what is not."""
    say()
    if findings.wrong:
        say(f"NOT PROVEN: {findings.wrong} of these do not hold.")
        return
    what = (
        "This entry, word for word, is in a record" if is_receipt else "The signed entries, word for word, are a record"
    )
    say(
        f"Proven: {what} that the holder of the key signed. A record that shows it otherwise, or without it, is not it."
    )
    say("Not proven:")
    if own_key:
        say("  - that the key is theirs: it came with the file. Compare it with one you got elsewhere, or give --key.")
        for hashed, (name, public) in findings.keys.items():
            say(f"    {name}+{hashed.hex()}+{base64.b64encode(bytes([1]) + public).decode()}")
    if not against_anchors:
        say("  - that others were shown the same record: give --anchors with the copy that is kept outside.")
    say("  - that the person named was at the keyboard, or that what was written to the desk is true.")
    say("  - the hour: times are the desk's own word. Only the order is proven.")
    say("  - that everything that happened was written down.")


def verify(arguments: argparse.Namespace) -> int:
    """Check one file; gives the exit status."""
    findings = Findings()
    with arguments.file.open(encoding="utf-8") as file:
        first = file.readline()
    is_export = first.startswith("{") and EXPORT in first
    content = json.loads(first if is_export else arguments.file.read_text(encoding="utf-8"))
    if content.get("type") not in (RECEIPT, EXPORT):
        raise Unreadable("it is neither a receipt nor an export")
    own = content["public_keys"] if is_export else [content["public_key"]]
    given = [Path(key).read_text() if Path(key).is_file() else key for key in arguments.key]
    findings.keys = dict(read_key(key) for key in given or own)
    anchors = [line["note"] for line in read_lines(arguments.anchors)] if arguments.anchors else []
    if is_export:
        check_export(arguments.file, findings, anchors)
    else:
        check_receipt(content, findings, anchors)
    conclude(findings, not is_export, not given, bool(anchors))
    return 1 if findings.wrong else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a receipt or an export of the audit log.")
    parser.add_argument("file", type=Path, help="receipt-8812.json or export.jsonl")
    parser.add_argument("--key", action="append", default=[], help="a public key you trust, or a file with one")
    parser.add_argument("--anchors", type=Path, help="checkpoints.jsonl, as kept outside the desk's database")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a character shows its number
    try:
        return verify(parser.parse_args())
    except BrokenPipeError:  # the reader has read enough, `head` for one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except (OSError, UnicodeDecodeError) as wrong:
        say(f"The file cannot be read: {wrong}")
    except ImportError:
        say("The package cryptography is needed to check signatures: pip install cryptography")
    except (Unreadable, KeyError, TypeError, ValueError, AttributeError, RecursionError) as wrong:
        say(f"There is nothing here that can be checked: {wrong}")
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
