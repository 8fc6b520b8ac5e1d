"""invoice2data beside us: a program of its own, run by the interpreter of the peers' environment, which knows none of ours.

Takes paths of PDFs as a JSON list on standard input; gives one JSON object: each path's result as invoice2data's own
templates make it, seconds, memory, version. It reads text with pdftotext where that is installed, which is its default;
where not, every other way that it can use is tried in turn, and the first with which a template gives a result counts.
"""

import importlib
import importlib.metadata
import json
import logging
import shutil
import sys
import time
from pathlib import Path
from typing import Any

WAYS = ("pdfium", "pdfplumber", "pdfminer_wrapper")


def main() -> None:
    """Read the paths, extract, print."""
    logging.disable(logging.CRITICAL)
    extract_data = importlib.import_module("invoice2data").extract_data
    ways = ("pdftotext",) if shutil.which("pdftotext") else WAYS
    modules = [importlib.import_module(f"invoice2data.input.{way}") for way in ways]
    templates = importlib.import_module("invoice2data.extract.loader").read_templates()
    results: dict[str, dict[str, Any]] = {}
    spent: dict[str, float] = {}
    for path in json.load(sys.stdin):
        for module in modules:
            began = time.perf_counter()
            try:
                result = extract_data(path, templates=templates, input_module=module)
            except Exception:  # a file it stumbles over is one it does not read
                result = {}
            spent[path] = time.perf_counter() - began  # the way that counts, not those tried before it
            if result:
                results[path] = result
                break
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next((int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM:")), 0)
    json.dump(
        {
            "results": results,
            "seconds": sum(spent.values()),
            "megabytes": peak,
            "version": importlib.metadata.version("invoice2data"),
            "templates": len(templates),
            "ways": list(ways),
        },
        sys.stdout,
        default=str,
    )


if __name__ == "__main__":
    main()
