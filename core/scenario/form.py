"""The form of a story as a JSON Schema (2020-12), made from the commands themselves, so that it cannot drift from them."""

from typing import Any

from pydantic import TypeAdapter

from core import catalogue
from core.command import REGISTRY
from core.refusals import Refusal
from core.scenario.story import EXPECTED, SIMULATIONS

assert catalogue.VERBS, "the registry is filled by the catalogue"

REFERENCE = r"\$[a-z_]+(\.[a-z_0-9]+)+"
MOMENT = {"type": "string", "pattern": r"^(day \d+( \d{1,2}:\d{2})?|\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2}(:\d{2})?.*)?)$"}
SCALAR = {"type": ["string", "number", "boolean"]}
TEXT = {"type": "string"}
LISTED = {"exceptions", "claims", "as_of"}


def schema() -> dict[str, Any]:
    """The whole schema. Figures may be written as numbers or as text; "$name.field" may stand for any value."""
    defs: dict[str, Any] = {}
    cases = []
    for name, kind in sorted(REGISTRY.items()):
        made = TypeAdapter(kind).json_schema(ref_template="#/$defs/{model}")
        defs.update({key: _loose(one) for key, one in made.pop("$defs", {}).items()})
        made["required"] = [one for one in made.get("required", ()) if one != "entity"]
        defs[f"with {name}"] = _loose(made)
        cases.append(_case(name, made["required"]))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A story of a company",
        "type": "object",
        "required": ["situation", "says", "company", "steps"],
        "additionalProperties": False,
        "properties": {
            "situation": {"type": ["integer", "string"], "pattern": r"^\d+$"},
            "says": TEXT,
            "leaves_out": TEXT,
            "company": {"anyOf": [TEXT, {"type": "object", "required": ["entity"]}]},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
            "expect": {"$ref": "#/$defs/expect"},
        },
        "$defs": {**defs, "step": _step(cases), "expect": _expect()},
    }


def _step(cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["do"]}, {"required": ["expect"]}],
        "properties": {
            "at": MOMENT,
            "by": TEXT,
            "do": {"enum": sorted(REGISTRY)},
            "with": {"type": "object"},
            "happened": MOMENT,
            "as": TEXT,
            "refused": {"enum": [code.value for code in Refusal]},
            "simulate": {"enum": list(SIMULATIONS)},
            "shows": {"type": "object", "additionalProperties": SCALAR},
            "expect": {"$ref": "#/$defs/expect"},
            "says": TEXT,
        },
        "dependentRequired": {"shows": ["simulate"]},
        "allOf": cases,
    }


def _case(name: str, required: list[str]) -> dict[str, Any]:
    """With this command go its own fields."""
    then: dict[str, Any] = {"properties": {"with": {"$ref": f"#/$defs/with {name}"}}}
    if required:
        then["required"] = ["with"]
    return {"if": {"required": ["do"], "properties": {"do": {"const": name}}}, "then": then}


def _expect() -> dict[str, Any]:
    back = {
        "type": "object",
        "required": ["happened"],
        "anyOf": [{"required": ["item", "site"]}, {"required": ["account"]}],
        "properties": {"item": TEXT, "site": TEXT, "account": TEXT, "happened": MOMENT, "recorded": MOMENT},
        "additionalProperties": SCALAR,
    }
    named = {what: {"type": "object"} for what in EXPECTED - LISTED - {"of"}}
    listed = {what: {"type": "array", "items": {"type": "object"}} for what in LISTED - {"as_of"}}
    of_others = {"type": "object", "additionalProperties": {"$ref": "#/$defs/expect"}}
    properties = {**named, **listed, "as_of": {"type": "array", "items": back}, "of": of_others}
    return {"type": "object", "additionalProperties": False, "properties": dict(sorted(properties.items()))}


def _loose(made: Any) -> Any:
    """The schema of a value as a story writes it: every single value may be text, or a reference to a result."""
    if isinstance(made, list):
        return [_loose(one) for one in made]
    if not isinstance(made, dict):
        return made
    if "enum" in made or "const" in made:
        choices = made.get("enum", [made.get("const")])
        return {"anyOf": [{"enum": choices}, {"type": "string", "pattern": f"^{REFERENCE}$"}]}
    kind = made.get("type")
    if kind == "string":
        return MOMENT if made.get("format") in ("date", "date-time") else {"type": ["string", "number"]}
    if kind in ("integer", "number"):
        return {
            "anyOf": [{"type": kind}, {"type": "string", "pattern": rf"^(-?\d+(\.\d+)?([eE][-+]?\d+)?|{REFERENCE})$"}]
        }
    if kind == "boolean":
        return {
            "anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}, {"type": "string", "pattern": f"^{REFERENCE}$"}]
        }
    if kind == "null":
        return {"enum": [None, ""]}
    kept = {key: value for key, value in made.items() if key not in ("default", "title", "description")}
    if "properties" in kept:
        kept["properties"] = {key: _loose(one) for key, one in kept["properties"].items()}
        kept["additionalProperties"] = False
        return kept
    return {key: _loose(value) if isinstance(value, dict | list) else value for key, value in kept.items()}
