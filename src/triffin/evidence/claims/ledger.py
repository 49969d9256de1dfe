"""The claims ledger: every statement of an article, with what data or a run makes of it.

A ledger is a YAML file (`ledgers/NAME.yaml`, or the user's own): see docs/claims.md. Facts are
decided by the datasets of the package, causal statements and predictions by runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from triffin.answers.statistics import weakest_grade
from triffin.evidence.claims import verdict as ledger_verdict
from triffin.evidence.claims.breakeven import sale_break_even
from triffin.evidence.claims.facts import read_fact
from triffin.evidence.claims.reading import Reading
from triffin.evidence.claims.runs import SEED, asked_with, read_run
from triffin.evidence.claims.schema import Claim, Ledger, Measure, parse_ledger
from triffin.evidence.claims.verdict import Finding
from triffin.scenario.loading import load_scenario, shipped_names
from triffin.world.base.errors import InputError, one_of
from triffin.world.base.yaml_files import read_tree
from triffin.world.data.own.reader import read_text
from triffin.world.registry.parameter_set import ParameterSet, in_place, kept_by_parameters

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
    one_of(
        name,
        (*list_ledgers(), *shipped_names()),
        f"there is no ledger and no scenario {name!r}.",
        valid=(*list_ledgers(), "a scenario about the same economies", "the path of a ledger"),
        field="scenario",
    )
    return _ledger_of(name)


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
        if error.field == "scenario" and error.value == subject:
            one_of(
                subject,
                (*list_ledgers(), *shipped_names(), *(i.upper() for i in ids)),
                f"there is no ledger, scenario or claim {subject!r}.",
                valid=(*list_ledgers(), "a claim such as C30", "the path of a ledger"),
                field="scenario",
            )
        raise


def _shipped(name: str) -> Ledger:
    """A ledger that ships; bounds that are entries of the registry are those in place."""
    return _read(name, parameters=in_place())


@kept_by_parameters
def _read(name: str, *, parameters: ParameterSet) -> Ledger:
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
            return ledger.model_copy(update={"scenario": scenario})
    raise InputError(
        f"no ledger is about {scenario} ({plan.hegemon} and {plan.focus}).",
        field="scenario",
        value=scenario,
        valid=(*list_ledgers(), "the path of an own ledger (docs/claims.md)"),
    )


def claims(
    scenario: str | None = None,
    claim: str | None = None,
    *,
    why: bool = False,
    breakeven: bool = False,
    seed: int = SEED,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Every statement of an article put to the test: the JSON document of `triffin claims`.

    Parameters
    ----------
    scenario : a scenario or ledger that ships, the path of one, or the id of a claim; by default
        the ledger of the article behind japan-2025.
    claim : id of the one claim to judge; by default all of them.
    why, breakeven : add the reasoning, and what would have to be true; both need one claim.
    seed : of the runs that decide causal statements and predictions.
    parameters : those of all runs; by default what ships, with own priors that are in place.

    Returns
    -------
    dict with `claims`: [{id, quote, kind, verdict, evidence, figures, source, test}], and `why` and
    `breakeven` where asked.

    Raises
    ------
    InputError for an unknown scenario, ledger or claim, with the nearest match, and for what a
    dataset or a run refuses, with file and line of the check.

    Examples
    --------
    >>> from triffin.evidence.claims.ledger import claims
    >>> [found] = claims("C21")["claims"]
    >>> found["quote"], found["verdict"]
    ('with holdings of approximately $1.27 trillion', 'false')
    """
    if claim is None:
        ledger, chosen = find(scenario)
    else:
        ledger = load_ledger(scenario or DEFAULT)
        chosen = ledger.claim(claim)
    if chosen is None and (why or breakeven):
        raise InputError(
            "why and breakeven are about one claim.",
            field="why" if why else "breakeven",
            valid=f"a claim, such as {ledger.claims[0].id}",
        )
    return document(ledger, chosen, why=why, breakeven=breakeven, seed=seed, parameters=parameters)


def document(
    ledger: Ledger,
    chosen: Claim | None,
    *,
    why: bool,
    breakeven: bool,
    seed: int,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """The document of `claims`: of one claim of a ledger, or of all (`chosen` None)."""
    parameters = in_place() if parameters is None else parameters
    with asked_with(seed=seed):
        judged = [
            judge(ledger, one, parameters)
            for one in (ledger.claims if chosen is None else [chosen])
        ]
        found: dict[str, Any] = {"claims": [row(one) for one in judged]}
        if why:
            found["why"] = reasoning(ledger, judged[0])
        if breakeven:
            found["breakeven"] = break_even(judged[0], parameters=parameters)
    return found


def claims_rows(
    scenario: str = DEFAULT,
    *,
    headline: Sequence[Mapping[str, Any]] = (),
    seed: int = SEED,
    parameters: ParameterSet | None = None,
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
        return [row(judge(ledger, claim, parameters)) for claim in ledger.claims]


def judge(ledger: Ledger, claim: Claim, parameters: ParameterSet | None = None) -> Judged:
    """One claim: every check measured, the verdict drawn.

    Raises InputError, naming file and line of the check, for what its dataset or run refuses.
    """
    parameters = in_place() if parameters is None else parameters
    findings = tuple(
        ledger_verdict.find(check, measure(check, ledger.scenario, parameters))
        for check in claim.checks
    )
    verdict, rule = ledger_verdict.verdict(claim, findings)
    return Judged(claim, findings, verdict, rule)


def measure(wanted: Measure, scenario: str | None, parameters: ParameterSet) -> Reading:
    """One figure, or the sum, difference or ratio of several; intervals only of single ones."""
    try:
        if wanted.kind == "dataset":
            found = read_fact(wanted.name, wanted.arguments, parameters)
        elif wanted.kind == "run":
            found = read_run(wanted.name, wanted.arguments, scenario, parameters)
        else:
            found = _combined(
                wanted, [measure(part, scenario, parameters) for part in wanted.parts]
            )
    except InputError as error:
        place = wanted.place(wanted.kind)
        if error.line is None and place.line is not None:
            error.file, error.line = place.file, place.line
        raise
    return found if wanted.scale == 1 else _scaled(found, wanted.scale)


def _scaled(figure: Reading, scale: float) -> Reading:
    if not isinstance(figure.value, float | int):
        return figure
    ends = [None if end is None else end * scale for end in (figure.low, figure.high)]
    if scale < 0:
        ends.reverse()
    return replace(figure, value=figure.value * scale, low=ends[0], high=ends[1])


def _combined(wanted: Measure, parts: Sequence[Reading]) -> Reading:
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
        return Reading(None, why=why, **joined)
    if wanted.kind == "sum":
        return Reading(float(sum(values)), unit=parts[0].unit, **joined)
    first, second = values
    if wanted.kind == "difference":
        return Reading(float(first - second), unit=parts[0].unit, **joined)
    if second == 0:
        return Reading(None, why="the second part of the ratio is zero", **joined)
    return Reading(float(first / second), **joined)


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
        if (found := [m.name for c in claim.checks for m in c.leaves() if m.kind == kind])
    ]
    return f"{claim.decides} ({'; '.join(names)})"


def reasoning(ledger: Ledger, judged: Judged) -> dict[str, Any]:
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
                "line": f.check.place().line,
            }
            for f in judged.findings
        ],
        "rule": judged.rule,
        "verdict": judged.verdict,
        "file": ledger.place().file,
        "line": claim.place().line,
    }


def break_even(judged: Judged, *, parameters: ParameterSet) -> dict[str, Any]:
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
    rows = [ledger_verdict.figure_row(f) for f in judged.findings if f.check.role != "beside"]
    needed = [
        {
            "what": found["what"],
            "needed": found["against"],
            "found": found["value"],
            **{key: found[key] for key in ("low", "high", "unit", "outcome")},
        }
        for found in rows
    ]
    sale = None if claim.breakeven is None else sale_break_even(claim.breakeven, parameters)
    return {"needed": needed, "sale": sale}
