"""The closed set, held against what is drafted: no way out and no step is proposed that policy does not know."""

import ast
from pathlib import Path

from core.cases import Code
from core.catalogue import VERBS
from policies.options import STEPS, WAYS

DRAFTERS = Path(__file__).resolve().parents[2] / "agents" / "propose"


def functions() -> dict[str, ast.FunctionDef]:
    """Every function that drafts, by name."""
    found: dict[str, ast.FunctionDef] = {}
    for file in DRAFTERS.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = node
    return found


def texts(node: ast.AST | None) -> set[str]:
    """The option an expression names: "hold", or the first word of "transfer {item} {site}"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return {str(node.values[0].value).split(" ")[0]}
    return set()


def named_in(function: ast.FunctionDef) -> set[str]:
    """The options that a function itself names: as a draft's, as its own default, or for a message set aside."""
    arguments = function.args
    defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]
    options = {option for default in defaults for option in texts(default) & STEPS.keys()}
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            options |= texts(next((k.value for k in call.keywords if k.arg == "option"), None))
            if isinstance(call.func, ast.Name) and call.func.id == "_set_aside":
                options |= texts(call.args[1])
    return options


def steps_in(function: ast.FunctionDef) -> set[str]:
    """The command types that a function itself writes down."""
    return {
        str(value.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "type" and isinstance(value, ast.Constant)
    }


def reached_from(function: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> list[ast.FunctionDef]:
    """A function and all drafting functions that it calls by name, and those that they call."""
    reached, waiting = {function.name: function}, [function]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
                called = known[node.func.id]
                if called.name not in reached:
                    reached[called.name] = called
                    waiting.append(called)
    return list(reached.values())


def test_every_way_out_that_is_drafted_is_in_the_closed_set():
    options = {option for function in functions().values() for option in named_in(function)}

    assert len(options) > 30
    assert options <= STEPS.keys()


def test_every_step_that_is_drafted_belongs_to_a_way_out_drafted_beside_it():
    known = functions()
    drafting = [function for function in known.values() if named_in(function)]

    assert len(drafting) > 20
    for function in drafting:
        reached = reached_from(function, known)
        written = {step for one in reached for step in steps_in(one)}
        allowed = {step for one in reached for option in named_in(one) for step in STEPS[option]}
        assert written <= allowed, function.name


def test_every_step_is_a_command_of_the_core():
    commands = {command.__name__ for command in VERBS}

    assert {step for allowed in STEPS.values() for step in allowed} <= commands


def test_every_exception_has_ways_out_that_exist():
    assert set(WAYS) == set(Code)
    assert {option for ways in WAYS.values() for option in ways} <= STEPS.keys()
