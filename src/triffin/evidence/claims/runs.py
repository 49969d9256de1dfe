"""Runs that decide causal statements and predictions of the ledger, each asked once per process.

A check names a run and its arguments, and by `answer` a place in the document the run returns (left
out: its headline). The single-market what-ifs and the trade model answer within a second; only
`headline` runs a whole scenario, and all checks of one scenario share that run.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from triffin.answers.statistics import weakest_grade
from triffin.evidence.claims.reading import (
    Reader,
    Reading,
    asked_days,
    asked_flag,
    asked_number,
    asked_text,
)
from triffin.evidence.claims.trade import TRADE_READER
from triffin.evidence.verification import canonical_model
from triffin.questions.currency.defence import defend, intervene
from triffin.questions.currency.plaza import plaza
from triffin.questions.dollar.position import dollar_position
from triffin.questions.dollar.tipping import dollar_tip
from triffin.questions.talks.align import alignment
from triffin.questions.talks.bluff import bluff
from triffin.questions.treasuries.records import debt_wall
from triffin.questions.treasuries.sale import sell
from triffin.world.base.errors import InputError, nearest_match, one_of
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

DRAWS = 256
SCENARIO_DRAWS = 64
SEED = 1


@dataclass(frozen=True)
class Settings:
    """How runs are asked: their seed, and headlines that are at hand and need no run."""

    seed: int = SEED
    headlines: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


_DEFAULT = Settings()
_SETTINGS = ContextVar("settings", default=_DEFAULT)


@contextmanager
def asked_with(
    *, seed: int = SEED, scenario: str = "", headline: Iterable[Mapping[str, Any]] = ()
) -> Iterator[None]:
    """Runs with another seed, and with the `headline` of a `scenario` that was run already."""
    entries = {str(entry["id"]): entry for entry in headline}
    token = _SETTINGS.set(Settings(seed, {scenario: entries} if entries else {}))
    try:
        yield
    finally:
        _SETTINGS.reset(token)


def seed() -> int:
    """The seed that runs are asked with."""
    return _SETTINGS.get().seed


HEADLINES = (
    "deals_by_deadline",
    "deals_by_end",
    "focus_signs",
    "focus_tariff",
    "focus_welfare",
    "hegemon_welfare",
    "world_welfare",
    "hegemon_revenue",
    "hegemon_deficit",
    "yield_10y_change",
    "yield_change_from_focus_sales",
    "debt_wall_cover",
    "exchange_rate_end",
    "band_held",
    "reserves_spent",
    "backstop_used",
    "retaliators",
    "dollar_share",
)
"""Stable names of headlines, here and nowhere else in this room. A scenario that does not ask a
question has no entry for it."""

Document = Mapping[str, Any]


def run_headline(scenario: str, identifier: str, parameters: ParameterSet) -> Reading:
    """One headline of a scenario's run, which is shared by all that ask it.

    A question the scenario does not ask is a figure without a value. Raises InputError for a name
    that no scenario has, with the nearest match.
    """
    at_hand = _SETTINGS.get().headlines
    entries = at_hand[scenario] if scenario in at_hand else _headlines(scenario, seed(), parameters)
    if identifier not in entries:
        known = dict.fromkeys((*HEADLINES, *entries))
        one_of(identifier, known, f"there is no headline {identifier!r}.", field="id")
        return Reading(
            None,
            source=f"run {scenario}",
            grade="judgement",
            why=f"the run of {scenario} does not answer {identifier}",
        )
    return _figure(entries[identifier], f"run {scenario}: {identifier}")


@kept_by_parameters
def _headlines(scenario: str, seed: int, parameters: ParameterSet) -> dict[str, Document]:
    from triffin.studies.cache import cached_run, default_cache

    found, _ = cached_run(
        scenario, draws=SCENARIO_DRAWS, seed=seed, cache=default_cache(), parameters=parameters
    )
    return {entry["id"]: entry for entry in found.headline}


def read_run(
    name: str, arguments: Mapping[str, Any], scenario: str | None, parameters: ParameterSet
) -> Reading:
    """One figure of a run. InputError for arguments the run refuses."""
    if name == "headline" and "scenario" not in arguments:
        if scenario is None:
            raise InputError(
                "a headline needs a scenario.",
                field="scenario",
                valid="scenario: NAME in the check or at the top of the ledger",
            )
        arguments = {**arguments, "scenario": scenario}
    return RUNS[name].read(name, arguments, parameters)


_WHAT_IFS: Mapping[str, tuple[Callable[..., Document], tuple[str, ...]]] = {
    # run -> function, and those of its parameters that a check may set
    "sell": (sell, ("holder", "usd_bn", "days", "part", "backstop")),
    "wall": (debt_wall, ("month",)),
    "intervene": (intervene, ("code", "usd_bn")),
    "defend": (defend, ("code", "low", "high", "days", "defended")),
    "plaza": (plaza, ()),
    "dollar": (dollar_position, ()),
    "tip": (dollar_tip, ("shock", "layer", "years")),
    "bluff": (bluff, ("scenario",)),
    "align": (alignment, ("scenario",)),
}
_KEY_OF = {"code": "currency"}
"""Keys of a check that are not called as the parameter is."""


def _reader(question: Callable[..., Document], names: Sequence[str]) -> Reader:
    """How a check asks a question: what has no default is needed."""
    options = inspect.signature(question).parameters
    keys = {name: _KEY_OF.get(name, name) for name in names}
    needs = tuple(
        key for name, key in keys.items() if options[name].default is inspect.Parameter.empty
    )
    return Reader(_what_if, (*keys.values(), "answer"), needs)


@kept_by_parameters
def _document(name: str, arguments: str, seed: int, parameters: ParameterSet) -> Document:
    """The answer to a question; arguments are read by the annotations of its function."""
    question, names = _WHAT_IFS[name]
    written = json.loads(arguments)
    options = inspect.signature(question).parameters
    sampled = {"draws": DRAWS, "seed": seed}
    given = {key: value for key, value in sampled.items() if key in options}
    for parameter_name in names:
        key = _KEY_OF.get(parameter_name, parameter_name)
        if key in written:
            read = _READ_AS.get(str(options[parameter_name].annotation), asked_text)
            given[parameter_name] = read(written, key)
    return question(**given, parameters=parameters)


_READ_AS: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    "float": asked_number,
    "int": asked_days,
    "bool": asked_flag,
}


def _what_if(name: str, a: Mapping[str, Any], parameters: ParameterSet) -> Reading:
    asked = {key: value for key, value in a.items() if key != "answer"}
    document = _document(name, json.dumps(asked, sort_keys=True), seed(), parameters)
    words = ", ".join(f"{key} {value}" for key, value in asked.items())
    source = f"run {name}{': ' + words if words else ''}"
    place = a.get("answer")
    return _figure(document, source, None if place is None else str(place))


def _figure(document: Document, source: str, place: str | None = None) -> Reading:
    """What stands at a dotted place of a document, with grade, class and drivers of the whole."""
    found: Any = document
    for step in place.split(".") if place else ():
        choices = found if isinstance(found, Mapping) else ()
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        elif step in choices:
            found = found[step]
        else:
            raise InputError(
                f"the answer has no {step!r}.",
                field="answer",
                value=place,
                nearest=nearest_match(step, [str(key) for key in choices]),
                valid=tuple(str(key) for key in choices) or None,
            )
    low = high = None
    unit = str(document.get("unit") or "") if place is None else ""
    if isinstance(found, Mapping):
        unit = str(found.get("unit") or unit)
        value: Any = found.get("median")
        low, high = found.get("low"), found.get("high")
        if value is None:
            value = found.get("answer")
        headline_class = str(found.get("class") or document.get("class") or "")
    else:
        value, headline_class = found, str(document.get("class") or "")
    if isinstance(value, bool | int | float | np.number):
        value = float(value)
    # What drives the headline need not drive another part of the answer.
    whole = document if place is None or "median" not in document else {}
    return Reading(
        value,
        low=low,
        high=high,
        unit={"USD bn": "bn USD"}.get(unit, unit),
        source=source,
        grade=str(document.get("grade") or "judgement"),
        why="" if value is not None else "the run gives no value",
        headline_class=headline_class,
        drivers=tuple(whole.get("drivers") or ()),
        judgement_share=whole.get("judgement_share"),
    )


PARAMETER = "parameter "
"""How the name of an entry of the registry begins where a number could stand."""


def _model(name: str, a: Mapping[str, Any], parameters: ParameterSet) -> Reading:
    """One output of a canonical model; an input "parameter NAME" is that entry of the registry."""
    used: list[str] = []

    def filled(value: Any) -> Any:
        if isinstance(value, str) and value.startswith(PARAMETER):
            entry = parameters[value.removeprefix(PARAMETER)]
            used.append(entry.name)
            return entry.value
        if isinstance(value, Mapping):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [filled(item) for item in value]
        return value

    model = canonical_model(str(a["model"]))
    if not isinstance(a["inputs"], Mapping):
        raise InputError("inputs are a mapping.", field="inputs", valid="name: value")
    try:
        outputs = dict(model(**filled(a["inputs"])))
    except TypeError as error:  # an input that the model has not
        raise InputError(
            f"{a['model']} takes other inputs: {error}.",
            field="inputs",
            valid=tuple(inspect.signature(model).parameters),
        ) from error
    grades = [parameters[entry].grade for entry in used]
    document = {**outputs, "grade": weakest_grade(("derived", *grades)), "drivers": used}
    return _figure(document, f"run model: {a['model']}", str(a["answer"]))


def _headline(name: str, a: Mapping[str, Any], parameters: ParameterSet) -> Reading:
    return run_headline(str(a["scenario"]), str(a["id"]), parameters)


RUNS: Mapping[str, Reader] = {
    **{name: _reader(*question) for name, question in _WHAT_IFS.items()},
    "trade": TRADE_READER,
    "model": Reader(_model, ("model", "inputs", "answer"), ("model", "inputs", "answer")),
    "headline": Reader(_headline, ("scenario", "id"), ("id",)),
}
"""Run -> how a check asks it."""
