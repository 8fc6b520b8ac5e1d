"""What is not as a story says."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """Something that is not as the story says."""

    place: int  # of the step, 0 at the end
    what: str
    expected: str
    found: str
