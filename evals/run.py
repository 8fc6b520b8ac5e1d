"""Recorded cases: `python -m evals.run [DIR]` or `desk eval`. Named booleans per case, one table at the end, offline.

A case is a folder a clerk could read: `case.yaml` with what is expected, and the documents beside it. See README.md for
the form. Exit status 0 when everything holds, 1 when a case fails, 2 when there is no case.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from agents.models.replay import Replay
from core.canonical import plain
from core.doctor import examine
from evals.scoring import Said, Score, by_reader, claimed, fields_tally, sets_tally, spelled, values_of
from evals.spans import said_in
from evals.table import report
from evals.world import SIDE_BY_SIDE, CaseOutcome, Outcome, World, Worlds, worlds

CASES = Path(__file__).resolve().parent / "cases"
ANSWERS = ("allow", "ask", "refuse")
EXPECTED = frozenset(
    (
        "intents",
        "facts",
        "findings",
        "cases",
        "first",
        "acceptable",
        "never",
        "states",
        "trouble",
        "model",
        "draft",
        "posted",
    )
)
"""What a label may speak of. Another word is a typing error, and would be a label nobody holds."""


def main(folder: Path | None = None, as_json: bool = False) -> int:
    """Run every case below a folder. Gives 0 when all pass, 1 otherwise, 2 when there is none."""
    cases = sorted((folder or CASES).glob("*/case.yaml")) + sorted((folder or CASES).glob("case.yaml"))
    if not cases:
        print(f"No case.yaml below {folder or CASES}.", file=sys.stderr if as_json else sys.stdout)
        return 2
    scores = []
    with worlds() as made, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:  # each case has a database of its own
        for one in pool.map(partial(score, made), cases):
            scores.append(one)
            if not as_json:
                print(f"{'pass' if scores[-1].passed else 'FAIL'}  {scores[-1].name}", flush=True)
    if as_json:
        print(json.dumps(as_data(scores), indent=2, ensure_ascii=False))
    else:
        report(scores)
    return 0 if all(one.passed for one in scores) else 1


def as_data(scores: Sequence[Score]) -> dict[str, Any]:
    """The same report as JSON types; shares are strings with four decimals."""
    rounded = {
        part: {name: f"{value:.4f}" if hasattr(value, "quantize") else value for name, value in figures.items()}
        for part, figures in by_reader(scores).items()
    }
    rows = [{"name": s.name, "reader": s.reader, "passed": s.passed, "holds": s.holds, "says": s.says} for s in scores]
    return {"cases": plain(rows), "totals": rounded}


def score(made: Worlds, file: Path) -> Score:
    """Play one case and hold what came of it against what is expected."""
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    replies = file.parent / "replies.jsonl"
    model = Replay(replies) if replies.exists() else None
    with made.world(model) as world:
        outcome = play_case(world, file.parent, case)
        broken = [check.says for check in examine(world.session) if not check.holds]
    return judge(file.parent.name, case["expect"], outcome, broken, model)


def play_case(world: World, folder: Path, case: dict[str, Any]) -> Outcome:
    """Take a case's steps in their order: mails are received, books are kept, the clock goes on. Without steps, every
    document of the folder is received in the order of the names."""
    hashes: list[str] = []
    for step in case.get("steps") or [{"mail": document.name} for document in documents(folder)]:
        for what, detail in step.items():
            if what == "mail":
                document = folder / detail
                hashes.append(world.receive(document.read_bytes(), document.name))
            elif what == "books":
                world.keep_books(detail)
            elif what == "clock":
                world.go_to(detail)
            elif what == "propose":
                world.propose()
            elif what == "carry_out":
                world.propose()
                world.carry_out()
            else:
                raise ValueError(f"{folder.name}: no step is called {what}")
    world.propose()
    return world.outcome(list(dict.fromkeys(hashes)))


def documents(folder: Path) -> list[Path]:
    """The documents of a case: everything that is neither its label nor a recording."""
    return sorted(path for path in folder.iterdir() if path.suffix not in (".yaml", ".jsonl"))


def judge(name: str, expect: dict[str, Any], outcome: Outcome, broken: Sequence[str], model: Replay | None) -> Score:
    """What was expected against what came, question by question."""
    unknown = set(expect) - EXPECTED
    assert not unknown, f"{name}: nobody holds {sorted(unknown)}"
    says: list[str] = []
    said = [one for reading in outcome.readings for one in said_in(reading)]
    facts = expect.get("facts", {})
    intents, codes = frozenset(expect.get("intents", [])), set(expect.get("findings", []))
    firsts = [case.ways[0] for case in outcome.cases if case.ways]
    judged, acceptable = _acceptable(outcome.cases, expect.get("acceptable"), says)
    violations = _violations(outcome.cases, expect.get("never", []), says)
    holds = {
        "intents": _same("intents", intents, outcome.intents, says),
        "facts": _facts(facts, said, says),
        "spans": all(one.spanned for one in said),
        "findings": _same("findings", codes, outcome.codes, says) and _folded(expect, outcome.cases, says),
        "first": _first(firsts, expect.get("first", {}), says),
        "acceptable": judged == acceptable,
        "never": violations == 0,
        "states": _states(outcome.states, expect.get("states"), says) and _posted(outcome, expect.get("posted"), says),
        "model": _model(expect, outcome, model, says),
        "books": not broken,
    }
    return Score(
        name=name,
        reader="model replay" if model else "rules",
        holds=holds,
        says=(*says, *broken),
        fields=fields_tally(facts, said),
        spanned=fields_tally(facts, said, spanned=True),
        intents_expected=intents,
        intents_found=frozenset(outcome.intents),
        codes=sets_tally(codes, outcome.codes),
        judged_proposals=judged,
        acceptable=acceptable,
        violations=violations,
    )


def _facts(labels: dict[str, Any], said: Sequence[Said], says: list[str]) -> bool:
    """Each labelled value is claimed by some document; a label of null is claimed by none."""
    good = True
    for label, value in labels.items():
        wanted, found = set(values_of(value)), claimed(label, said)
        if not wanted <= found or (not wanted and found):
            says.append(f"{label}: expected {sorted(wanted) or 'nothing'}, got {sorted(found) or 'nothing'}")
            good = False
    return good


def _same(what: str, expected: Iterable[str], found: Iterable[str], says: list[str]) -> bool:
    wanted, got = set(expected), set(found)
    if wanted != got:
        says.append(f"{what}: expected {sorted(wanted)}, got {sorted(got)}")
    return wanted == got


def _folded(expect: dict[str, Any], cases: Sequence[CaseOutcome], says: list[str]) -> bool:
    """One cause is one case: as many cases with something wrong as the label says, when it says."""
    wanted = expect.get("cases")
    found = sum(bool(set(case.codes) - {"invoice_matched"}) for case in cases)
    if wanted is not None and wanted != found:
        says.append(f"cases: expected {wanted}, got {found}: {[case.codes for case in cases]}")
    return wanted is None or wanted == found


def _first(firsts: Sequence[Any], expected: dict[str, Any], says: list[str]) -> bool:
    """Is the expected way, with its figures, the first one of some case?"""
    if not expected:
        return True
    for way in firsts:
        answers = {"option": way.option, "pays": way.pays, "disputes": way.disputes, "answer": ANSWERS[way.answer]}
        answers |= {"actions": " ".join(way.actions), "signers": str(len(way.approvers))}
        if all(spelled(answers[name]) == spelled(value) for name, value in expected.items()):
            return True
    got = [(w.option, w.pays, w.disputes, ANSWERS[w.answer], " ".join(w.actions)) for w in firsts]
    says.append(f"first: expected {expected}, got {got}")
    return False


def _acceptable(cases: Sequence[CaseOutcome], options: Sequence[str] | None, says: list[str]) -> tuple[int, int]:
    """How many cases have a first way that a label judges, and how many of these ways are acceptable. A case that
    offers no way at all is judged and is not acceptable."""
    if options is None:
        return 0, 0
    firsts = [case.ways[0].option if case.ways else "none" for case in cases]
    wrong = [option for option in firsts if option not in options]
    if wrong:
        says.append(f"acceptable: {wrong} came first, and not one of {list(options)}")
    return len(firsts), len(firsts) - len(wrong)


def _violations(cases: Sequence[CaseOutcome], forbidden: Sequence[str], says: list[str]) -> int:
    """How many proposals, of any place, are or do what must never be: an option, a command, deciding alone ("auto")."""
    count = 0
    for case in cases:
        for way in case.ways:
            done = {way.option, *way.actions} | ({"auto"} if way.auto else set())
            if done & set(forbidden):
                says.append(f"never: {sorted(done & set(forbidden))} was proposed as {way.option}")
                count += 1
    return count


def _states(found: Sequence[str], expected: Sequence[str] | None, says: list[str]) -> bool:
    """Where the messages ended: read, set aside, quarantined."""
    if expected is not None and list(expected) != list(found):
        says.append(f"states: expected {list(expected)}, got {list(found)}")
    return expected is None or list(expected) == list(found)


def _posted(outcome: Outcome, expected: Sequence[str] | None, says: list[str]) -> bool:
    """Which bills the books took, of those that a label speaks of."""
    good = expected is None or sorted(expected) == list(outcome.posted)
    if not good:
        says.append(f"posted: expected {expected}, got {list(outcome.posted)}")
    return good


def _model(expect: dict[str, Any], outcome: Outcome, model: Replay | None, says: list[str]) -> bool:
    """Was the recording used up, did it answer every reading, and do the readings say what became of the model?"""
    good = True
    if model is not None and (model.tape.unused or "read" in model.tape.missing):
        says.append(f"the recording is stale (python -m evals.record): unused {model.tape.unused}")
        good = False
    trouble = " ".join(sentence for reading in outcome.readings for sentence in reading.trouble)
    if str(expect.get("trouble", "")) not in trouble:
        says.append(f"trouble: expected {expect['trouble']!r}, got {trouble!r}")
        good = False
    if "model" in expect:
        uses = [reading.model_use for reading in outcome.readings if reading.model_use]
        got = [{name: getattr(use, name) for name in expect["model"]} for use in uses]
        if got != [expect["model"]]:
            says.append(f"model: expected {expect['model']}, got {got}")
            good = False
    drafts = [str(action) for case in outcome.cases for way in case.ways for action in way.body.get("actions", [])]
    for words in expect.get("draft", []):
        if not any(words in draft for draft in drafts):
            says.append(f"draft: no letter says {words!r}")
            good = False
    return good


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
