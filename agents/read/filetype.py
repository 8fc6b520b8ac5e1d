"""What a file is, by its bytes. A name or a declared type only helps where bytes are plain text and could be several.

The answer is a media type; types that are nobody's business document have a sentence in `SET_ASIDE`, `UNREADABLE` or
`REFUSED` that says what happens to them.
"""

import io
import re
import zipfile
from collections.abc import Mapping

PDF = "application/pdf"
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XML = "application/xml"
X12 = "application/edi-x12"
EDIFACT = "application/edifact"
MSG = "application/vnd.ms-outlook"
TNEF = "application/vnd.ms-tnef"
SMIME = "application/pkcs7-mime"
RTF = "application/rtf"
MAIL = "message/rfc822"
CSV = "text/csv"
HTML = "text/html"
TEXT = "text/plain"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
POLYGLOT = "application/x-polyglot"
OFFICE = frozenset((XLSX, DOCX, CSV))
TEXTUAL = frozenset((TEXT, XML, HTML, CSV, UNKNOWN))
"""What a mail may look like before its headers are seen."""
PICTURES = frozenset(f"image/{kind}" for kind in ("png", "jpeg", "gif", "bmp", "tiff", "webp"))

SET_ASIDE: Mapping[str, str] = {
    "text/calendar": "a calendar entry",
    "text/vcard": "a visiting card",
    "application/pkcs7-signature": "a signature of the mail itself",
    "application/pgp-signature": "a signature of the mail itself",
    "application/pgp-keys": "a public key",
    "text/rfc822-headers": "headers of a returned mail",
    EMPTY: "an empty file",
}
UNREADABLE: Mapping[str, str] = {
    "application/x-ole": "an Office file of the kind before 2007, or one with a password; ask for PDF or XLSX",
    "application/x-ole-encrypted": "the Office file asks for a password",
    "application/pgp-encrypted": "an encrypted mail (PGP); this desk has no key for it",
    "application/edi-tradacoms": "a TRADACOMS message; reading it is not there yet",
    "application/x-7z-compressed": "a 7z archive; of archives only ZIP is opened",
    "application/vnd.rar": "a RAR archive; of archives only ZIP is opened",
    "application/gzip": "a gzip archive; of archives only ZIP is opened",
    "application/x-tar": "a tar archive; of archives only ZIP is opened",
    "application/x-bzip2": "a bzip2 archive; of archives only ZIP is opened",
    "application/x-xz": "an xz archive; of archives only ZIP is opened",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a presentation; slides are not read",
    "application/vnd.oasis.opendocument": "an OpenDocument file; ask for PDF, XLSX or DOCX",
    "image/heic": "a photo in the HEIC form of some telephones; ask for JPEG or PDF",
    "audio/any": "a sound recording",
    "video/any": "a film",
    "application/postscript": "a PostScript file; ask for PDF",
    UNKNOWN: "a kind of file that this desk does not know",
}
REFUSED: Mapping[str, str] = {
    "application/x-executable": "a program; programs are not opened",
    "application/x-ms-shortcut": "a Windows shortcut; shortcuts are not opened",
    POLYGLOT: "two kinds of file in one; such a file is made to deceive",
}

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (0, b"\x78\x9f\x3e\x22", TNEF),
    (0, b"MZ", "application/x-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (0, b"{\\rtf", RTF),
    (0, b"%!PS", "application/postscript"),
    (0, b"ID3", "audio/any"),
    (0, b"OggS", "audio/any"),
    (4, b"ftyp", "video/any"),
    (0, b"\x1a\x45\xdf\xa3", "video/any"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARED_TEXT = frozenset(
    (*SET_ASIDE, "application/pgp-encrypted", SMIME, "message/delivery-status", "message/disposition-notification")
)
_CMS = bytes.fromhex("06092a864886f70d0107")


def detect(raw: bytes, declared: str = "", name: str = "") -> str:
    """The media type of these bytes. `declared` and `name` decide only among kinds of text and of mail wrappings."""
    if not raw.strip():
        return EMPTY
    if declared in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return SMIME
    if declared in ("application/pkcs7-signature", "application/x-pkcs7-signature"):
        return "application/pkcs7-signature"
    found = _by_magic(raw)
    if found is not None:
        return found
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n\x0b\x0c")[:1024]
    if (at := raw[:1024].find(b"%PDF-")) >= 0 and (at == 0 or not _is_text(raw[:at])):
        return PDF
    if start.startswith((b"UNA", b"UNB")) and not start[3:4].isalnum() and not start[3:4].isspace():
        return EDIFACT
    if re.match(rb"UNA.{6}\s*UNB", start, re.S):
        return EDIFACT
    if re.match(rb"UN[GH]\+[^+]{1,35}\+[A-Z]{0,6}[+:]", start):
        return EDIFACT
    if start.startswith(b"ISA") and len(start) > 60 and not start[3:4].isalnum():
        return X12
    if re.match(rb"STX[=+][A-Z]{3,4}:", start):
        return "application/edi-tradacoms"
    if not _is_text(raw):
        return PDF if b"%PDF-" in raw[:1024] else UNKNOWN
    return _kind_of_text(start, declared, name.lower())


def _by_magic(raw: bytes) -> str | None:
    if raw.startswith(b"%PDF-"):
        return POLYGLOT if _ends_as_zip(raw) else PDF
    if raw.startswith(_OLE):
        if "__substg1.0_".encode("utf-16-le") in raw:
            return MSG
        marked = "EncryptedPackage".encode("utf-16-le") in raw
        return "application/x-ole-encrypted" if marked else "application/x-ole"
    if raw[:1] == b"\x30" and _CMS in raw[:24]:
        return SMIME
    for offset, magic, kind in _MAGIC:
        if raw.startswith(magic, offset):
            if magic.isalnum() and _is_text(raw):
                return None  # a letter may well begin with "BM" or "MZ"
            if kind == ZIP:
                return POLYGLOT if b"%PDF-" in raw[:1024] else _kind_of_zip(raw)
            if kind.startswith("image/") and _ends_as_zip(raw):
                return POLYGLOT
            return kind
    return None


def _ends_as_zip(raw: bytes) -> bool:
    """Whether a ZIP directory ends exactly at the end of the bytes, so that an unpacker would open them."""
    at = raw.rfind(b"PK\x05\x06", max(0, len(raw) - 65557))
    return at >= 0 and len(raw) >= at + 22 and at + 22 + int.from_bytes(raw[at + 20 : at + 22], "little") == len(raw)


def _kind_of_zip(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError, EOFError):
        return ZIP
    if "[Content_Types].xml" in names:
        for folder, kind in (("xl/", XLSX), ("word/", DOCX), ("ppt/", "")):
            if any(name.startswith(folder) for name in names):
                return kind or "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    if "mimetype" in names and "content.xml" in names:
        return "application/vnd.oasis.opendocument"
    return ZIP


def _is_text(raw: bytes) -> bool:
    """Whether the first 4 kB are characters: no NUL unless UTF-16, hardly any controls."""
    sample = raw[:4096]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(sample.count(code) for code in range(32) if code not in (7, 8, 9, 10, 11, 12, 13, 27))
    return controls * 100 <= len(sample) and b"\0" not in sample


def _kind_of_text(start: bytes, declared: str, name: str) -> str:
    if declared in _DECLARED_TEXT:
        return declared
    if start.startswith(b"BEGIN:VCALENDAR"):
        return "text/calendar"
    if start.startswith(b"BEGIN:VCARD"):
        return "text/vcard"
    if start.startswith(b"-----BEGIN PGP MESSAGE"):
        return "application/pgp-encrypted"
    if start.startswith(b"-----BEGIN PGP SIGNATURE"):
        return "application/pgp-signature"
    if re.match(rb"<!doctype\s+html|<html|<head|<body", start, re.I):
        return HTML
    if start[:2] in (b"<?", b"<!") or re.match(rb"<[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s/>]", start):
        return HTML if declared == HTML or name.endswith((".html", ".htm")) else XML
    if start.replace(b"\0", b"")[2:7] == b"<?xml" or start.replace(b"\0", b"").startswith(b"<?xml"):
        return XML
    if declared == HTML or name.endswith((".html", ".htm")):
        return HTML
    if declared in ("text/csv", "text/tab-separated-values") or name.endswith((".csv", ".tsv")):
        return CSV
    return TEXT
