"""The registry of parameters: every number a model uses, with unit, range, source and grade.

People edit the YAML files in `parameters/`, one a room. `python -m tools.build_data.parameters`
checks them and writes `parameters.json`, which is what a run reads (5 ms for 0.4 s of YAML); a test
holds the two together. An entry is `published` (printed in its source), `derived` (computed from
published figures, as its note says) or `judgement`.

`known_from` is the day, or the year alone, from which the newest fact behind value and distribution
was public; of a fact that only a month or year dates, the last day. A judgement that uses no dated
fact has 2 April 2025, the day that set the question. The date says which facts a value uses, not
when somebody wrote it down: all judgements were made later, with the record in view.

`domain` says in which numbers a quantity has its meaning. Most follow from unit and distribution
(`domain.usual_domain`); the YAML files state the exceptions.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError, one_of
from triffin.world.base.own_tables_in_place import PRIOR, active
from triffin.world.registry.domain import ANY_NUMBER, Domain, support

FILE = Path(__file__).parent / "parameters.json"
GRADES = ("published", "derived", "judgement")
DISTRIBUTIONS = {
    "lognormal": ("median", "low", "high"),
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "beta": ("a", "b"),
    "triangular": ("low", "mode", "high"),
}
# `low` and `high` of a lognormal are its 5 % and 95 % quantiles: 1.645 standard deviations.
Z_95 = 1.645


@dataclass(frozen=True)
class Parameter:
    """One entry of the registry.

    value: central value. unit: of the value ("1" for a pure number). distribution: None for a
    number that is not drawn, else {"dist": name, ...} with the keys of `DISTRIBUTIONS`.
    low, high: plausible range, which a draw may leave in its tails. room: the file it stands in.
    label: the name that readers see. known_from: day, or year alone, from which the newest fact
    behind value and distribution was public ("" in a prior that does not say). domain: the numbers
    in which the quantity has its meaning, which no value or draw of anybody's leaves.
    """

    name: str
    value: float
    unit: str
    distribution: dict[str, Any] | None
    low: float
    high: float
    source: str
    grade: str
    description: str
    note: str
    room: str
    label: str = ""
    known_from: str = ""
    domain: Domain = ANY_NUMBER

    def refuse_beyond(
        self,
        value: float | None,
        distribution: Mapping[str, Any] | None = None,
        **where: Any,
    ) -> None:
        """Refuse a value or distribution of this quantity that leaves its domain.

        Raises InputError, at `where` (file, line, field).
        """
        valid = f"{self.domain.words}"
        if value is not None and value not in self.domain:
            raise InputError(f"{self.name} cannot be {value:g}.", **where, value=value, valid=valid)
        if distribution is None:
            return
        low, high = support(distribution)
        # An end that is left out has probability zero under every distribution.
        if low < self.domain.low or high > self.domain.high:
            raise InputError(
                f"{self.name} cannot follow this {distribution['dist']} distribution, whose draws "
                f"reach from {low:g} to {high:g}.",
                **where,
                value=distribution["dist"],
                valid=f"draws that stay within {valid}",
            )

    def content(self) -> dict[str, Any]:
        """What an entry states, for checksums; the domain is the registry's alone."""
        stated = dataclasses.asdict(self)
        del stated["domain"]
        return stated

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values of the parameter at probabilities `u` (any shape, each in 0..1).

        Without a distribution the value is returned everywhere. Raises InputError when a
        probability is not in 0..1.
        """
        return quantile(self.distribution, u, default=self.value, name=self.name)


def quantile(
    distribution: Mapping[str, Any] | None,
    u: np.ndarray,
    *,
    default: float = math.nan,
    name: str = "distribution",
) -> np.ndarray:
    """Quantile function of a distribution as the YAML files write it.

    A lognormal {median, low, high} has exactly that median and sigma = ln(high/low)/(2 x 1.645).
    Raises InputError for probabilities outside 0..1.
    """
    u = np.asarray(u, dtype=np.float64)
    if not bool(np.all((u >= 0) & (u <= 1))):
        raise InputError(
            "a probability is not a number from 0 to 1.", field=name, valid="numbers from 0 to 1"
        )
    if distribution is None:
        return np.full(u.shape, default)
    kind = distribution["dist"]
    low: float = distribution.get("low", math.nan)
    high: float = distribution.get("high", math.nan)
    if kind == "uniform":
        return np.asarray(low + (high - low) * u)
    if kind == "triangular":
        mode = distribution["mode"]
        split = (mode - low) / (high - low)
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
        return np.asarray(np.where(u <= split, rising, falling))
    # scipy costs 50 ms to import; only draws need it.
    from scipy.special import betaincinv, ndtri

    if kind == "beta":
        return np.asarray(betaincinv(distribution["a"], distribution["b"], u))
    if kind == "normal":
        return np.asarray(distribution["mean"] + distribution["sd"] * ndtri(u))
    sigma = math.log(high / low) / (2 * Z_95)
    return np.asarray(distribution["median"] * np.exp(sigma * ndtri(u)))


def check_distribution(
    distribution: object,
    *,
    file: str | None = None,
    line: int | None = None,
    field: str | None = None,
) -> dict[str, Any]:
    """A distribution as written in YAML, validated; extra text keys such as `source` are kept.

    Raises InputError naming what is missing, unknown or impossible.
    """
    where: dict[str, Any] = {"file": file, "line": line, "field": field}
    if not isinstance(distribution, Mapping):
        raise InputError(
            f"{distribution!r} is not a distribution.",
            **where,
            valid="a mapping such as {dist: lognormal, median: 4, low: 2, high: 8}",
        )
    kind: Any = distribution.get("dist")
    one_of(kind, DISTRIBUTIONS, f"there is no distribution {kind!r}.", **where)
    needed = DISTRIBUTIONS[kind]
    for key in needed:
        if not is_number(distribution.get(key)):
            raise InputError(
                f"{kind} needs the number {key}, got {distribution.get(key)!r}.",
                **where,
                valid=", ".join(needed),
            )
    for key, value in distribution.items():
        if not isinstance(value, str):
            one_of(
                key, ("dist", *needed), f"{kind} has no {key!r}.", valid=", ".join(needed), **where
            )
    rule = _broken_rule(kind, distribution)
    if rule:
        raise InputError(f"{kind} is impossible: it needs {rule}.", **where, valid=rule)
    return dict(distribution)


def _broken_rule(kind: str, d: Mapping[str, Any]) -> str | None:
    """The rule that the numbers of a distribution break, or None."""
    if kind == "lognormal" and not 0 < d["low"] < d["high"]:
        return "0 < low < high"
    if kind == "lognormal" and not d["low"] <= d["median"] <= d["high"]:
        return "low <= median <= high"
    if kind == "normal" and not d["sd"] > 0:
        return "sd > 0"
    if kind == "uniform" and not d["low"] < d["high"]:
        return "low < high"
    if kind == "beta" and not (d["a"] > 0 and d["b"] > 0):
        return "a > 0 and b > 0"
    if kind == "triangular" and not (d["low"] <= d["mode"] <= d["high"] and d["low"] < d["high"]):
        return "low <= mode <= high and low < high"
    return None


def is_number(value: object) -> bool:
    """Whether a value read from a file is a finite number, and not true or false."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def parameter(name: str) -> Parameter:
    """One parameter by name: the user's own where a prior is in place (`data.own.priors`), else
    the registry's. Raises InputError with the nearest match if there is none.

    >>> elasticity = parameter("trade_elasticity")
    >>> elasticity.value, elasticity.label, elasticity.grade
    (4.0, 'Elasticity of trade to its cost', 'derived')
    """
    own = active(PRIOR)
    if own is not None and name in own.entries:
        own.read.add(name)
        entry: Parameter = own.entries[name]
        return entry
    return shipped_parameter(name)


def shipped_parameter(name: str) -> Parameter:
    """One entry of the registry as it ships, whatever prior is in place; as `parameter`."""
    one_of(name, _registry(), f"there is no parameter {name!r}.")
    return _registry()[name]


def names() -> tuple[str, ...]:
    """Names of all entries, room by room in the order of their files."""
    return tuple(_registry())


def rooms() -> dict[str, str]:
    """Name of an entry -> the room that it stands in."""
    return {name: entry.room for name, entry in _registry().items()}


def all_parameters() -> dict[str, Parameter]:
    """All parameters by name, room by room in the order of their files; priors are in place."""
    own = active(PRIOR)
    return dict(_registry()) if own is None else _registry() | own.entries


def shipped_parameters() -> dict[str, Parameter]:
    """All entries by name as they ship, whatever prior is in place."""
    return _registry()


@cache
def _registry() -> dict[str, Parameter]:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Parameter(**{**entry, "name": name, "domain": Domain.parse(entry["domain"])})
        for name, entry in content.items()
    }
