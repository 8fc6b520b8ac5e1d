"""Plain `unstructured` beside us, in a process of its own: the text that it finds in files, and nothing more.

Takes paths as a JSON list on standard input; gives one JSON object: the text of each, seconds, memory, version. PDFs go
through its strategy "fast", which needs pdfminer alone; the packages of its `pdf` extra that the import asks for and that
"fast" never calls (torch among them, 2.4 GB) are stood in for by empty modules. No model is fetched: the sentence splitter
is spaCy's empty one. Telemetry is off.
"""

import importlib
import importlib.metadata
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

from evals.read_measured import most_megabytes

NEVER_CALLED = ("pi_heif", "pdf2image", "pikepdf", "pypdf", "unstructured_inference", "unstructured_pytesseract")
QUIET = {"DO_NOT_TRACK": "1", "SCARF_NO_ANALYTICS": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1", "HF_HUB_OFFLINE": "1"}


class _Empty(ModuleType):
    """A module in which every name is there and means nothing."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {}) if name[0].isupper() else MagicMock(name=name)


class _StandIns:
    """Finds the modules that are never called where they are not installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Asked last, after every real place."""
        known = name.partition(".")[0] in NEVER_CALLED
        return ModuleSpec(name, self, is_package=True) if known else None  # type: ignore[arg-type]  # typed as an abstract class

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one."""
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def text_of(path: str) -> str:
    """What unstructured finds in a file. Raises what it raises."""
    find: Callable[..., list[Any]]
    chosen: dict[str, Any]
    if path.lower().endswith(".pdf"):
        from unstructured.partition.pdf import partition_pdf

        find, chosen = partition_pdf, {"strategy": "fast"}
    else:
        from unstructured.partition.xml import partition_xml

        find, chosen = partition_xml, {}
    return "\n".join(str(element) for element in find(filename=path, **chosen))


def main() -> None:
    """Read the paths, extract, print."""
    os.environ.update(QUIET)
    sys.meta_path.append(_StandIns())
    logging.disable(logging.CRITICAL)
    import spacy

    tokenize: Any = importlib.import_module("unstructured.nlp.tokenize")
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: language
    texts: dict[str, str] = {}
    began = time.perf_counter()
    for path in json.load(sys.stdin):
        try:
            texts[path] = text_of(path)
        except Exception:  # a file it stumbles over is one it does not read
            texts[path] = ""
    seconds = time.perf_counter() - began
    version = importlib.metadata.version("unstructured")
    json.dump({"texts": texts, "seconds": seconds, "megabytes": most_megabytes(), "version": version}, sys.stdout)


if __name__ == "__main__":
    main()
