"""Verification: cases with known answers, run through the canonical models of docs/models.

Most canonical models are what production calls; the others are reference models (`model_kind`).

A file of cases is {"cases": [{model, case, inputs, expected, rtol}]}. `expected` holds outputs by
name (a subset is enough), or {"error": true} where a clear error is right; null is "undefined".
Every number must agree within rtol (absolutely within 1e-12 near zero); booleans, strings,
integers and nulls must be equal.

An {"error": true} case passes if the inputs were refused: one is missing, unknown or has a value
that the model cannot take. Its row says in `reason` which, so that a typing error in the name of
an input is seen. A misspelt model or output and a malformed case fail, whatever was expected.
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from triffin.world.base.errors import InputError, TriffinError, nearest_match, one_of

SHIPPED_CASES = Path(__file__).parent / "cases" / "verification.json"
DEFAULT_RTOL = 1e-9
NEAR_ZERO = 1e-12

# The canonical models, in the order of the pages of equations, and the module that holds each.
_MODULE_OF: Mapping[str, str] = {
    "nash_bilateral": "triffin.strategy.bargains.one_bargain",
    "nash_in_nash": "triffin.strategy.reference.simultaneous",
    "rubinstein_finite": "triffin.strategy.reference.negotiation",
    "rubinstein_infinite": "triffin.strategy.reference.negotiation",
    "threat_point_payment": "triffin.strategy.reference.negotiation",
    "credibility_threshold": "triffin.strategy.reference.negotiation",
    "open_clause_holdup": "triffin.strategy.negotiation.open_clause",
    "expected_extraction": "triffin.strategy.reference.negotiation",
    "sequential_bargaining": "triffin.strategy.negotiation.sequence",
    "first_vs_wait": "triffin.strategy.reference.negotiation",
    "screening_deadline": "triffin.strategy.reference.negotiation",
    "kreps_wilson": "triffin.strategy.reference.reputation",
    "kreps_wilson_heterogeneous": "triffin.strategy.reference.reputation_unequal",
    "abreu_gul": "triffin.strategy.reference.credibility",
    "war_of_attrition": "triffin.strategy.reference.credibility",
    "credibility_filter": "triffin.strategy.reference.credibility",
    "belief_predictive": "triffin.strategy.reference.credibility",
    "dilemma_index": "triffin.strategy.reference.credibility",
    "global_game_flat": "triffin.strategy.reference.thresholds",
    "global_game_public": "triffin.strategy.reference.thresholds",
    "granovetter_cascade": "triffin.strategy.reference.alignment",
    "threshold_network": "triffin.strategy.reference.thresholds",
    "logit_alignment": "triffin.strategy.reference.alignment",
    "logit_qre_2x2": "triffin.strategy.reference.alignment",
    "isolation_index": "triffin.strategy.payoffs.isolation",
    "demand_linear": "triffin.finance.treasuries.demand",
    "demand_logit": "triffin.finance.reference.treasuries",
    "habitat_one_factor": "triffin.finance.treasuries.curve",
    "habitat_two_factor": "triffin.finance.reference.treasuries",
    "habitat_elastic": "triffin.finance.reference.treasuries",
    "flow_impact_constant_rate": "triffin.finance.reference.treasuries",
    "flow_impact_path": "triffin.finance.treasuries.impact",
    "linear_sale_impact": "triffin.finance.reference.treasuries",
    "central_bank_backstop": "triffin.finance.treasuries.impact",
    "unwinding": "triffin.finance.treasuries.impact",
    "rollover_pass_through": "triffin.finance.reference.treasuries",
    "interest_sensitivity": "triffin.finance.treasuries.interest",
    "debt_doom_loop": "triffin.finance.treasuries.debt",
    "debt_laffer": "triffin.finance.reference.treasuries",
    "debt_zones": "triffin.finance.treasuries.debt",
    "creditor_accounts": "triffin.finance.treasuries.accounts",
    "krugman_target_zone": "triffin.finance.currency.target_zone",
    "target_zone_intervention": "triffin.finance.currency.target_zone",
    "flood_garber": "triffin.finance.currency.attack",
    "reserve_exhaustion": "triffin.finance.reference.currency",
    "gabaix_maggiori": "triffin.finance.reference.currency",
    "gamma_calibration": "triffin.finance.currency.plaza",
    "plaza_decomposition": "triffin.finance.currency.plaza",
    "currency_defence": "triffin.finance.reference.currency",
    "export_pass_through": "triffin.finance.reference.currency",
    "depreciation_income": "triffin.finance.currency.pass_through",
    "farhi_maggiori": "triffin.finance.reference.safe_asset",
    "coordination_tipping": "triffin.finance.reference.dollar",
    "coordination_path": "triffin.finance.reference.dollar",
    "coercion_power": "triffin.finance.reference.dollar",
    "anticoercion_diversification": "triffin.finance.reference.dollar",
    "exorbitant_privilege": "triffin.finance.reference.dollar",
    "defence_weekly_loop": "triffin.finance.joint.market",
    "volatility_blend": "triffin.finance.joint.volatility",
    "joint_common_scale": "triffin.finance.joint.volatility",
    "withdrawal_loss": "triffin.strategy.power.withdrawal",
    "withdrawal_loss_network": "triffin.strategy.power.withdrawal",
    "import_stop": "triffin.strategy.power.critical",
    "sufficient_loss": "triffin.strategy.power.critical",
    "rationed_line": "triffin.strategy.power.critical",
    "nested_stop": "triffin.strategy.power.critical",
    "export_control": "triffin.strategy.power.withdrawal",
    "stock_path": "triffin.strategy.power.time",
    "elasticity_path": "triffin.strategy.power.time",
    "safe_share": "triffin.strategy.power.withdrawal",
    "joint_threat": "triffin.strategy.power.withdrawal",
    "withhold": "triffin.strategy.power.withhold",
}

# What a bug inside a model raises. It fails its own case and leaves the others running.
_BUGS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

Model = Callable[..., Mapping[str, Any]]
Row = dict[str, Any]


class _Refusal(Exception):
    """The case itself is wrong; never counts as the error a case expects."""


def canonical_models() -> tuple[str, ...]:
    """Names of the canonical models, in the order of docs/models."""
    return tuple(_MODULE_OF)


def canonical_model(name: str) -> Model:
    """The function behind a canonical name.

    Raises InputError for an unknown name, with the nearest match.
    """
    one_of(name, _MODULE_OF, f"there is no canonical model {name!r}.", field="model")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)


def model_kind(name: str) -> Literal["production", "reference"]:
    """What a canonical model is to this program.

    "production": answers are computed with it, or it is one row of the function that they are
    computed with. "reference": it is verified, and its docstring names the test that holds
    production to it, or says that production has no counterpart; such models stand in folders
    called reference.
    """
    return "reference" if ".reference." in _MODULE_OF[name] else "production"


def model_counts() -> dict[str, int]:
    """How many canonical models are of each kind: {production, reference}."""
    return dict(sorted(Counter(map(model_kind, _MODULE_OF)).items()))


def read_cases(path: str | Path) -> list[Any]:
    """The entries of a file of cases, not yet checked one by one.

    Raises InputError when the file cannot be read, is not JSON (NaN and Infinity are not) or has
    no list of cases.
    """
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror or error}).", file=file
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "the file is not UTF-8 text.", file=file, valid="a JSON file in UTF-8"
        ) from error

    def refuse(constant: str) -> None:
        raise InputError(
            f"{constant} is not JSON.", file=file, value=constant, valid="null for undefined"
        )

    try:
        document = json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError(
            f"the file is not valid JSON: {error.msg}.", file=file, line=error.lineno
        ) from error
    except RecursionError as error:
        raise InputError("the file is nested too deeply.", file=file) from error
    cases = document.get("cases") if isinstance(document, dict) else None
    if not isinstance(cases, list):
        near = nearest_match("cases", document) if isinstance(document, dict) else None
        raise InputError(
            "the file has no list of cases.",
            file=file,
            field="cases",
            valid='{"cases": [{"model": ..., "case": ..., "inputs": {...}, "expected": {...}, '
            '"rtol": 1e-9}]}' + (f"; this file says {near!r}" if near and near != "cases" else ""),
        )
    if not cases:
        raise InputError(
            "the list of cases is empty.", file=file, field="cases", valid="at least one case"
        )
    return cases


def verify_cases(cases: Iterable[Any], folder: Path | None = None) -> dict[str, Any]:
    """Run every case and compare. A case's `world` may be a folder beside its file, in `folder`.

    Returns {passed, failed, cases: [{case, model, status, got, expected}]} with status "passed"
    or "failed"; a failed row also has `reason`, and so has a refusal that was expected. `got` holds
    the outputs that were asked for, or {"error": message}. No case stops another.
    """
    rows = [_row(_with_world(entry, folder), place) for place, entry in enumerate(cases)]
    passed = sum(row["status"] == "passed" for row in rows)
    return {"passed": passed, "failed": len(rows) - passed, "cases": rows}


def check_cases(cases: Iterable[Any], file: str) -> None:
    """Refuse a case that could not be run: a missing part, an unknown model or input.

    Nothing is run. Raises InputError naming the case.
    """
    for place, entry in enumerate(cases):
        try:
            case = _case(_with_world(entry, Path(file).parent))
            if not case.expects_error:
                _check_inputs(case.model, case.inputs)
        except (_Refusal, InputError) as error:
            name = entry.get("case") if isinstance(entry, dict) else None
            raise InputError(
                str(error), file=file, field=f"cases[{place}]{f' ({name})' if name else ''}"
            ) from error


def _with_world(entry: Any, folder: Path | None) -> Any:
    """The case with its world among its inputs, found beside the file where it is a folder."""
    if not isinstance(entry, dict) or not isinstance(entry.get("inputs"), dict):
        return entry
    world = entry.get("world", entry["inputs"].get("world"))
    if not isinstance(world, str):
        return entry
    if folder is not None and (folder / world).exists():
        world = str(folder / world)
    return {**entry, "inputs": {**entry["inputs"], "world": world}}


@dataclass(frozen=True)
class _Case:
    """A case that can be run: the function behind its model and what is held against it."""

    model: Model
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    rtol: float

    @property
    def expects_error(self) -> bool:
        """Whether a clear error is the right answer."""
        return set(self.expected) == {"error"} and self.expected["error"] is True


def _row(entry: Any, place: int) -> Row:
    known = entry if isinstance(entry, dict) else {}
    row: Row = {
        "case": known.get("case", f"cases[{place}]"),
        "model": known.get("model"),
        "status": "failed",
        "got": None,
        "expected": known.get("expected"),
    }
    case = None
    try:
        case = _case(entry)
        _check_inputs(case.model, case.inputs)
    except (_Refusal, InputError) as error:
        got, outcome = {"error": str(error)}, "error"
        if case is None or not case.expects_error:
            return {**row, "got": got, "reason": f"the case is not valid: {error}"}
    else:
        got, outcome = _outputs(case.model, case.inputs)
    reason = _verdict(got, outcome, case)
    if outcome == "answer" and not case.expects_error:
        row["got"] = {name: got[name] for name in case.expected if name in got}
    else:
        row["got"] = got
    if reason is not None:
        return {**row, "reason": reason}
    row["status"] = "passed"
    if outcome == "error":
        row["reason"] = f"refused, as expected: {got['error']}"
    return row


def _case(entry: Any) -> _Case:
    if not isinstance(entry, dict):
        raise _Refusal("a case is a mapping with model, case, inputs, expected and rtol")
    for key, kind, name in (
        ("model", str, "a name"),
        ("expected", dict, 'a mapping of outputs, or {"error": true}'),
    ):
        if key not in entry:
            near = nearest_match(key, entry)
            hint = f" (did you mean this by {near!r}?)" if near else ""
            raise _Refusal(f"{key} is missing{hint}; it should be {name}")
        if not isinstance(entry[key], kind):
            raise _Refusal(f"{key} is {entry[key]!r}; it should be {name}")
    inputs, rtol = entry.get("inputs", {}), entry.get("rtol", DEFAULT_RTOL)
    if not isinstance(inputs, dict):
        raise _Refusal("inputs should be a mapping of input names to values")
    if not entry["expected"]:
        raise _Refusal("expected is empty; name at least one output")
    if isinstance(rtol, bool) or not isinstance(rtol, int | float) or not 0 <= rtol < 1:
        raise _Refusal(f"rtol is {rtol!r}; it should be a number from 0 to below 1")
    return _Case(canonical_model(entry["model"]), inputs, entry["expected"], rtol)


def _check_inputs(model: Model, inputs: Mapping[str, Any]) -> None:
    parameters = inspect.signature(model).parameters
    for name in inputs:
        one_of(name, parameters, f"{model.__name__} has no input {name!r}.", field="inputs")
    missing = [
        name
        for name, found in parameters.items()
        if found.default is found.empty and name not in inputs
    ]
    if missing:
        raise InputError(
            f"{model.__name__} lacks {', '.join(missing)}.",
            field="inputs",
            valid=tuple(parameters),
        )


def _outputs(model: Model, inputs: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What the model says, and whether that is an answer, a clear error or a bug."""
    try:
        return dict(model(**inputs)), "answer"
    except TriffinError as error:
        return {"error": str(error)}, "error"
    except _BUGS as error:
        return {"error": f"{type(error).__name__}: {error}"}, "bug"


def _verdict(got: Mapping[str, Any], outcome: str, case: _Case) -> str | None:
    """None if the case passes; otherwise why not."""
    if outcome == "bug":
        return f"the model failed instead of answering or refusing: {got['error']}"
    if case.expects_error:
        return None if outcome == "error" else "an error was expected, and the model answered"
    if outcome == "error":
        return f"the model refused: {got['error']}"
    for name, value in case.expected.items():
        if name not in got:
            near = nearest_match(name, got)
            hint = f" Did you mean {near!r}?" if near else ""
            return f"the model has no output {name!r}.{hint} Valid: {', '.join(got)}."
        difference = compare(got[name], value, case.rtol, name)
        if difference:
            return difference
    return None


def compare(got: Any, expected: Any, rtol: float, name: str) -> str | None:
    """Where `got` differs from `expected` by more than the tolerance; None if nowhere."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return f"{name} is {got!r}, expected a mapping"
        if set(got) != set(expected):
            return f"{name} has the keys {sorted(got)}, expected {sorted(expected)}"
        pairs = ((got[key], expected[key], f"{name}.{key}") for key in expected)
    elif isinstance(expected, list):
        if not isinstance(got, list):
            return f"{name} is {got!r}, expected a list of {len(expected)}"
        if len(got) != len(expected):
            return f"{name} has {len(got)} entries, expected {len(expected)}"
        pairs = (
            (one, other, f"{name}[{place}]")
            for place, (one, other) in enumerate(zip(got, expected, strict=True))
        )
    else:
        return None if _agree(got, expected, rtol) else f"{name} is {got!r}, expected {expected!r}"
    return next(filter(None, (compare(*pair[:2], rtol, pair[2]) for pair in pairs)), None)


def _agree(got: Any, expected: Any, rtol: float) -> bool:
    numeric = [
        isinstance(value, int | float) and not isinstance(value, bool) for value in (got, expected)
    ]
    if not all(numeric):
        return type(got) is type(expected) and bool(got == expected)
    if isinstance(got, int) and isinstance(expected, int):
        return got == expected
    if not math.isfinite(got):
        return False
    return abs(got - expected) <= max(rtol * abs(expected), NEAR_ZERO)
