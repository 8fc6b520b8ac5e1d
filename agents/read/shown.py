"""A page as it is shown: bare greys and their measures, which a reader process gives and its parent checks."""

from dataclasses import dataclass

WIDE, HIGH = 1_100, 3_300
"""Pixels at most."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page: its size in pixels, how many of them make a point, and its greys row by row."""

    wide: int
    high: int
    scale: float
    pixels: bytes
