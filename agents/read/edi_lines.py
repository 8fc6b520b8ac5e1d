"""Lines in EDI files: where a segment ends its terminator says, but machines cut the whole into lines of one length."""

WRAPPED_FROM = 10
"""Lines shorter than this were not cut by a machine that fills lines."""


def is_wrapped(text: str) -> bool:
    """Whether a machine has cut the text into lines of one length, in the middle of words too."""
    lines = text.rstrip().replace("\r\n", "\n").split("\n")
    width = len(lines[0])
    even = all(len(line) == width for line in lines[1:-1]) and len(lines[-1]) <= width
    return len(lines) > 2 and width >= WRAPPED_FROM and even
