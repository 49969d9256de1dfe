"""From measured figures to outcomes of checks, and from outcomes to the verdict of a claim.

A check holds, fails, nearly holds, is mixed (the interval of a run lies on both sides) or open (the
record is silent, a sample is too small, or the run gives an index, which is no probability and can
show that the answer is unsettled but not what it is). The rules of `verdict` are the only place
where verdicts are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from triffin.evidence.claims.reading import Reading
from triffin.evidence.claims.schema import Check, Claim
from triffin.world.base.wording import HUNDREDS, MINUS, number, quantity, words

_COUNTED = ("on record", "partners", "days", "years", "auctions", "studies", "rank")
OUTCOMES = ("holds", "near", "mixed", "open", "fails")


@dataclass(frozen=True)
class Finding:
    """A check with what was measured and how it came out ("" for one that decides nothing)."""

    check: Check
    figure: Reading
    outcome: str
    reason: str


def find(check: Check, figure: Reading) -> Finding:
    """The outcome of a check, given its figure."""
    outcome: str
    if figure.value is None:
        outcome, reason = check.silence, figure.why
    elif "equals" in check.limits:
        same = str(figure.value).casefold() == str(check.limits["equals"]).casefold()
        if isinstance(figure.value, float) and isinstance(check.limits["equals"], int | float):
            same = figure.value == float(check.limits["equals"])
        outcome, reason = ("holds" if same else "fails"), ""
    elif "claimed" in check.limits and "within" in check.limits:
        outcome, reason = _close(check, figure)
    elif "at_least" in check.limits or "at_most" in check.limits:
        outcome, reason = _bounded(check, figure)
    else:
        outcome, reason = "", ""
    if outcome in ("holds", "fails") and figure.headline_class == "index":
        outcome, reason = "open", "the run gives an index, which is no probability of the event"
    if check.role == "beside":
        outcome = ""
    return Finding(check, figure, outcome, reason)


def _close(check: Check, figure: Reading) -> tuple[str, str]:
    claimed = float(check.limits["claimed"])
    if isinstance(figure.value, str):
        return "open", "the record gives no number"
    off = abs(figure.value - claimed)  # type: ignore[operator]
    if off <= check.limits["within"] * abs(claimed):
        return "holds", ""
    if off <= check.limits.get("loosely", 0.0) * abs(claimed):
        return "near", ""
    return "fails", ""


def _bounded(check: Check, figure: Reading) -> tuple[str, str]:
    """One-sided bounds; between the bound that holds and the bound that fails it is mixed."""
    upward = "at_least" in check.limits
    bound = check.limits["at_least" if upward else "at_most"]
    if isinstance(bound, str) or isinstance(figure.value, str):
        if not (isinstance(bound, str) and isinstance(figure.value, str)):
            return "open", "a text cannot be compared with a number"
        held = figure.value >= bound if upward else figure.value <= bound
        return ("holds" if held else "fails"), ""
    other = check.limits.get("fails_below" if upward else "fails_above", bound)
    assert figure.value is not None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    if not upward:
        low, high, bound, other = -high, -low, -bound, -other
    if low >= bound:
        return "holds", ""
    if high < other or (high <= other and other < bound):
        return "fails", ""
    if figure.sampled:
        return "open", "the sample is too small to tell"
    return "mixed", ""


def verdict(claim: Claim, findings: Sequence[Finding]) -> tuple[str, str]:
    """The verdict on a claim and the rule that gave it.

    Outcomes on record decide before what was said could be argued; otherwise the parts of the
    statement do. All fail: false. Some fail: misleading; for a prediction, which may come true in
    part, depends on. None fails but one is open: unresolved; mixed: depends on; near: misleading.
    All hold: true, but misleading where what it is said for fails.
    """
    if claim.not_testable:
        return "not testable", f"a norm: {claim.not_testable}"
    known = [f for f in findings if f.check.role == "outcome" and f.outcome != "open"]
    deciding = known or [f for f in findings if f.check.role not in ("use", "beside")]
    outcomes = [f.outcome for f in deciding]
    uses = [f.outcome for f in findings if f.check.role == "use"]
    by = "how it came out" if known else "the statement"
    if all(o == "fails" for o in outcomes):
        return "false", f"{by} fails" + (" in every part" if len(outcomes) > 1 else "")
    if "fails" in outcomes:
        if all(f.check.role == "study" for f in deciding):
            return "depends on", "the studies on record disagree"
        if "prediction" in claim.kinds:
            return "depends on", "a prediction that holds in one part and fails in another"
        return "misleading", f"{by} holds in one part and fails in another"
    if "open" in outcomes:
        return "unresolved", next(f.reason for f in deciding if f.outcome == "open")
    if "mixed" in outcomes:
        return "depends on", _drivers(deciding)
    if "near" in outcomes:
        return "misleading", "near the record, and outside the tolerance"
    if "fails" in uses:
        return "misleading", "true by the letter; what it is said for fails"
    if "open" in uses or "mixed" in uses:
        return "depends on", "true by the letter; what it is said for is not settled"
    return "true", f"{by} holds" + (" in every part" if len(outcomes) > 1 else "")


def _drivers(deciding: Sequence[Finding]) -> str:
    """What it depends on: the drivers of the runs, or what was measured where none are known."""
    mixed = [f for f in deciding if f.outcome == "mixed"]
    names = dict.fromkeys(
        name for f in mixed for name in (f.figure.drivers or (f.check.what.split(",")[0],))
    )
    return f"depends on {', '.join(words(name) for name in names)}"


_SAID = {
    "holds": "this holds",
    "fails": "this fails",
    "near": "this is close, and outside the tolerance",
    "mixed": "it lies on both sides, or between",
    "open": "this stays open",
}


def told(finding: Finding) -> str:
    """A finding as a sentence: what, the figure, what it is held against, how it came out."""
    check, figure = finding.check, finding.figure
    text = f"{check.what[0].upper()}{check.what[1:]}: {shown(check, figure)}"
    if not finding.outcome:
        return text + "."
    against = _against(check)
    text += f"; {against}: {_SAID[finding.outcome]}"
    if finding.outcome == "open" and figure.value is not None:
        text += f", as {finding.reason}"
    return text + "."


def shown(check: Check, figure: Reading) -> str:
    """The figure with unit and interval, for people."""
    if figure.value is None:
        return figure.why or "not on record"
    if isinstance(figure.value, str):
        return figure.value
    unit = unit_of(check, figure)
    text = quantity(figure.value, unit, places(figure.value, unit))
    if figure.low is not None and figure.high is not None and figure.low != figure.high:
        scale = 100 if unit in HUNDREDS else 1
        low, high = (number(scale * end, places(end, unit)) for end in (figure.low, figure.high))
        text += f" ({low} to {high})"
    return text


def places(value: float, unit: str) -> int:
    """Decimals: none for what is counted, else 2 below ten and 1 above."""
    if unit.split(",")[0] in _COUNTED and value == round(value):
        return 0
    return 2 if abs(value) < 10 else 1


def unit_of(check: Check, figure: Reading) -> str:
    """The unit as the check words it, or as the figure has it."""
    return check.unit or figure.unit


def _against(check: Check) -> str:
    """What the statement says or needs, in words; empty where nothing is compared."""
    limits = check.limits

    def said(key: str) -> str:
        value = limits[key]
        return value if isinstance(value, str) else f"{value:,g}".replace("-", MINUS)

    parts = []
    if "claimed" in limits:
        within = f" (within {100 * limits['within']:g} %)" if "within" in limits else ""
        parts.append(f"the statement says {said('claimed')}{within}")
    for key, phrase in (("at_least", "at least"), ("at_most", "at most"), ("equals", "exactly")):
        if key in limits:
            parts.append(f"the statement needs {phrase} {said(key)}")
    for key, phrase in (("fails_below", "fails below"), ("fails_above", "fails above")):
        if key in limits:
            parts.append(f"{phrase} {said(key)}")
    return ", ".join(parts)


def figure_row(finding: Finding) -> dict[str, Any]:
    """A finding as an entry of `figures` in the JSON document."""
    check, figure = finding.check, finding.figure
    claimed = check.limits.get("claimed")
    return {
        "what": check.what,
        "role": check.role,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "unit": unit_of(check, figure),
        "period": figure.period,
        "claimed": claimed,
        "against": _against(check) or None,
        "outcome": finding.outcome or None,
        "source": figure.source,
        "grade": figure.grade,
        "class": figure.headline_class or "measurement",
    }
