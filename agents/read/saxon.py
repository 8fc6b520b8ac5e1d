"""Saxon in this process: made ready while a reader still may, stylesheets compiled when first needed and kept.

Saxon needs a thread of its own and reserves 32 GB of addresses, both of which a reader gives away before it reads anything
(agents/read/confine.py): `begin` comes first. Where it has its addresses is tried in a child, because Saxon ends the whole
process when it cannot have them. No text from outside reaches it but what `transform` is given.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any


class NotRunning(RuntimeError):
    """Saxon cannot be used here, or failed; the message says why."""


_engine: Any = None
_why_not = ""


def begin() -> None:
    """Make Saxon ready. Where that fails, nothing is raised: `transform` says so to whoever asks."""
    global _engine, _why_not
    if _engine is not None or _why_not:
        return
    try:
        child = os.fork()
    except OSError:
        _why_not = "Saxon was not made ready before this process gave its rights away"
        return
    if child == 0:
        _try_and_leave()
    if os.waitpid(child, 0)[1] == 0:
        _engine = _start()
    else:
        _why_not = "Saxon cannot run on this machine"


def _try_and_leave() -> None:
    """In a child: start Saxon, and end without any of the parent's farewells."""
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        _start()
        code = 0
    finally:
        os._exit(code)


def _start() -> Any:
    import saxonche  # only here: whoever runs no rules does without its library

    return saxonche.PySaxonProcessor(license=False)


def transform(document: str, stylesheet: Path) -> str:
    """What a stylesheet makes of a document that is well-formed and has no document type. Raises `NotRunning`."""
    begin()
    if _engine is None:
        raise NotRunning(_why_not)
    try:
        made = _compiled(stylesheet).transform_to_string(xdm_node=_engine.parse_xml(xml_text=document))
    except (
        Exception
    ) as error:  # Saxon's errors and those of its library have no common class, and none may cost a document
        raise NotRunning(f"Saxon failed: {' '.join(str(error).split())[:120]}") from None
    if not made:
        raise NotRunning("Saxon made nothing of it")
    return str(made)


@lru_cache(maxsize=8)
def _compiled(stylesheet: Path) -> Any:
    return _engine.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(stylesheet))
