"""The claims ledger: every statement of an article, with what data or a run makes of it.

A ledger is a YAML file (`ledgers/NAME.yaml`, or the user's own): see docs/claims.md. Facts are
decided by the datasets of the package, causal statements and predictions by runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from triffin.answers.statistics import weakest_grade
from triffin.evidence.claims import verdict as ledger_verdict
from triffin.evidence.claims.breakeven import sale_break_even
from triffin.evidence.claims.facts import read_fact
from triffin.evidence.claims.figure import Figure
from triffin.evidence.claims.runs import SEED, asked_with, read_run
from triffin.evidence.claims.schema import Claim, Ledger, Measure, parse_ledger
from triffin.evidence.claims.verdict import Finding
from triffin.scenario.loading import load_scenario, shipped_names
from triffin.scenario.yaml_tree import read_tree
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.data.own.reader import read_text

LEDGERS = Path(__file__).parent / "ledgers"
DEFAULT = "japan-2025"
LARGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Judged:
    """A claim with its findings, its verdict and the rule that gave it."""

    claim: Claim
    findings: tuple[Finding, ...]
    verdict: str
    rule: str


def list_ledgers() -> list[str]:
    """Names of the ledgers that ship, sorted."""
    return sorted(path.stem for path in LEDGERS.glob("*.yaml"))


def load_ledger(name: str = DEFAULT) -> Ledger:
    """A ledger: one that ships by its name, that of a scenario (name or path), or an own file.

    A scenario without a ledger of its own gets the one about the same hegemon and focus, with
    its own run behind the headlines. Raises InputError for anything else, with the nearest match,
    and for what is wrong in a file, with its line.
    """
    if name in list_ledgers():
        return _shipped(name)
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        text = read_text(Path(name), what="a ledger or a scenario", largest=LARGEST_FILE)
        written = read_tree(text, name, "ledger").data
        if "scenario" in written and not {"ledger", "claims"} & set(written):
            return _ledger_of(name)
        return parse_ledger(text, name)
    if name in shipped_names():
        return _ledger_of(name)
    valid = (*list_ledgers(), *shipped_names())
    raise InputError(
        f"there is no ledger and no scenario {name!r}.",
        field="scenario",
        value=name,
        nearest=nearest_match(name, valid),
        valid=(*list_ledgers(), "a scenario about the same economies", "the path of a ledger"),
    )


def find(subject: str | None) -> tuple[Ledger, Claim | None]:
    """The ledger that `subject` names, or the ledger and the claim if it is the id of one.

    Raises InputError with the nearest ledger, scenario or claim.
    """
    if subject is None:
        return load_ledger(), None
    ids: dict[str, str] = {}
    for name in (DEFAULT, *list_ledgers()):
        for claim in _shipped(name).claims:
            ids.setdefault(claim.id.casefold(), name)
    if subject.casefold() in ids:
        ledger = _shipped(ids[subject.casefold()])
        return ledger, ledger.claim(subject)
    try:
        return load_ledger(subject), None
    except InputError as error:
        if error.field != "scenario" or error.value != subject or subject in shipped_names():
            raise
        known = (*list_ledgers(), *shipped_names(), *(i.upper() for i in ids))
        raise InputError(
            f"there is no ledger, scenario or claim {subject!r}.",
            field="scenario",
            value=subject,
            nearest=nearest_match(subject, known),
            valid=(*list_ledgers(), "a claim such as C30", "the path of a ledger"),
        ) from error


@cache
def _shipped(name: str) -> Ledger:
    file = LEDGERS / f"{name}.yaml"
    return parse_ledger(file.read_text(encoding="utf-8"), f"{name}.yaml")


def _ledger_of(scenario: str) -> Ledger:
    plan = load_scenario(scenario)
    for name in list_ledgers():
        ledger = _shipped(name)
        if ledger.scenario is None:
            continue
        own = load_scenario(ledger.scenario)
        if (own.hegemon, own.focus) == (plan.hegemon, plan.focus):
            return replace(ledger, scenario=scenario)
    raise InputError(
        f"no ledger is about {scenario} ({plan.hegemon} and {plan.focus}).",
        field="scenario",
        value=scenario,
        valid=(*list_ledgers(), "the path of an own ledger (docs/claims.md)"),
    )


def claims_rows(
    scenario: str = DEFAULT, *, headline: Sequence[Mapping[str, Any]] = (), seed: int = SEED
) -> list[dict[str, Any]]:
    """Every claim of a ledger as a row of the JSON document; [] if no ledger is about it.

    For the report, which shows no ledger where there is none. `headline`: that of a run of the
    scenario, which is then not run again. Raises InputError as `judge`.
    """
    try:
        ledger = load_ledger(scenario)
    except InputError as error:
        if error.field == "scenario":
            return []
        raise
    with asked_with(seed=seed, scenario=ledger.scenario or "", headline=headline):
        return [row(judged) for judged in judge_all(ledger)]


def judge_all(ledger: Ledger) -> list[Judged]:
    """Every claim of a ledger, in its order."""
    return [judge(ledger, claim) for claim in ledger.claims]


def judge(ledger: Ledger, claim: Claim) -> Judged:
    """One claim: every check measured, the verdict drawn.

    Raises InputError, naming file and line of the check, for what its dataset or run refuses.
    """
    findings = tuple(
        ledger_verdict.find(check, measure(check.measure, ledger.scenario))
        for check in claim.checks
    )
    verdict, rule = ledger_verdict.verdict(claim, findings)
    return Judged(claim, findings, verdict, rule)


def measure(wanted: Measure, scenario: str | None) -> Figure:
    """One figure, or the sum, difference or ratio of several; intervals only of single ones."""
    try:
        if wanted.kind == "dataset":
            found = read_fact(wanted.name, wanted.arguments)
        elif wanted.kind == "run":
            found = read_run(wanted.name, wanted.arguments, scenario)
        else:
            found = _combined(wanted, [measure(part, scenario) for part in wanted.parts])
    except InputError as error:
        if error.line is not None or wanted.line is None:
            raise
        raise InputError(
            error.message,
            file=wanted.file,
            line=wanted.line,
            field=error.field,
            value=error.value,
            valid=error.valid,
            nearest=error.nearest,
        ) from error
    return found if wanted.scale == 1 else _scaled(found, wanted.scale)


def _scaled(figure: Figure, scale: float) -> Figure:
    if not isinstance(figure.value, float | int):
        return figure
    ends = [None if end is None else end * scale for end in (figure.low, figure.high)]
    if scale < 0:
        ends.reverse()
    return replace(figure, value=figure.value * scale, low=ends[0], high=ends[1])


def _combined(wanted: Measure, parts: Sequence[Figure]) -> Figure:
    joined: dict[str, Any] = {
        "source": "; ".join(dict.fromkeys(part.source for part in parts)),
        "grade": weakest_grade([part.grade for part in parts]),
        "period": ", ".join(dict.fromkeys(part.period for part in parts if part.period)),
        "drivers": tuple(dict.fromkeys(d for part in parts for d in part.drivers)),
        "headline_class": next((p.headline_class for p in parts if p.headline_class), ""),
    }
    values = [part.value for part in parts if isinstance(part.value, float | int)]
    if len(values) < len(parts):
        why = next((part.why for part in parts if part.why), "one part is no number")
        return Figure(None, why=why, **joined)
    if wanted.kind == "sum":
        return Figure(float(sum(values)), unit=parts[0].unit, **joined)
    first, second = values
    if wanted.kind == "difference":
        return Figure(float(first - second), unit=parts[0].unit, **joined)
    if second == 0:
        return Figure(None, why="the second part of the ratio is zero", **joined)
    return Figure(float(first / second), **joined)


def row(judged: Judged) -> dict[str, Any]:
    """A judged claim in the shape of the interface, and nothing more."""
    claim, findings = judged.claim, judged.findings
    deciding = [f for f in findings if f.check.role != "beside"]
    grades = [f.figure.grade for f in deciding]
    sources = dict.fromkeys([claim.source, *(f.figure.source for f in findings)])
    return {
        "id": claim.id,
        "quote": claim.quote,
        "kind": "/".join(claim.kinds),
        "verdict": judged.verdict,
        "evidence": " ".join(ledger_verdict.told(f) for f in findings) or judged.rule,
        "figures": [ledger_verdict.figure_row(f) for f in findings],
        "source": "; ".join(source for source in sources if source),
        "test": {
            "how": how(claim),
            "result": judged.rule,
            "grade": weakest_grade(grades) if grades else None,
        },
    }


def how(claim: Claim) -> str:
    """In words: by data or by which runs a claim is decided, and what would decide it."""
    if claim.not_testable:
        return "not testable"
    names = [
        f"{kind} {', '.join(dict.fromkeys(found))}"
        for kind in ("dataset", "run")
        if (found := [m.name for c in claim.checks for m in _leaves(c.measure) if m.kind == kind])
    ]
    return f"{claim.decides} ({'; '.join(names)})"


def _leaves(wanted: Measure) -> list[Measure]:
    return [wanted] if not wanted.parts else [m for p in wanted.parts for m in _leaves(p)]


def why(ledger: Ledger, judged: Judged) -> dict[str, Any]:
    """The whole reasoning on a claim: question, every check with its line, the rule."""
    claim = judged.claim
    return {
        "ledger": ledger.name,
        "article": ledger.about or ledger.title,
        "question": claim.decides or None,
        "steps": [
            {
                "role": f.check.role,
                "finding": ledger_verdict.told(f),
                "outcome": f.outcome or None,
                "source": f.figure.source,
                "grade": f.figure.grade,
                "class": f.figure.headline_class or "measurement",
                "drivers": list(f.figure.drivers),
                "judgement_share": f.figure.judgement_share,
                "line": f.check.line,
            }
            for f in judged.findings
        ],
        "rule": judged.rule,
        "verdict": judged.verdict,
        "file": ledger.file,
        "line": claim.line,
    }


def break_even(judged: Judged) -> dict[str, Any]:
    """What would have to be true for a claim to hold: each bound, how far off, and for a sale of
    Treasuries how much, in how many days, at which impact, and in what share of draws.

    Raises InputError for a claim that is not testable.
    """
    claim = judged.claim
    if claim.not_testable:
        raise InputError(
            f"{claim.id} is not testable: {claim.not_testable}",
            field="claim",
            value=claim.id,
            valid="a claim that data or a run decides",
        )
    needed = [
        {
            "what": f.check.what,
            "needed": ledger_verdict.figure_row(f)["against"],
            "found": f.figure.value,
            "low": f.figure.low,
            "high": f.figure.high,
            "unit": ledger_verdict.unit_of(f.check, f.figure),
            "outcome": f.outcome,
        }
        for f in judged.findings
        if f.check.role != "beside"
    ]
    sale = None if claim.breakeven is None else sale_break_even(claim.breakeven)
    return {"needed": needed, "sale": sale}
