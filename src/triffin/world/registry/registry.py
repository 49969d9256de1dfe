"""The registry of parameters: every number a model uses, with unit, range, source and grade.

One YAML file per room lies in `parameters/`. An entry is `published` (printed in its source),
`derived` (computed from published figures, as its note says) or `judgement`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.own_tables_in_place import PRIOR, active
from triffin.world.base.yaml_files import read_yaml

FOLDER = Path(__file__).parent / "parameters"
GRADES = ("published", "derived", "judgement")
KEYS = ("value", "unit", "distribution", "low", "high", "source", "grade", "description", "note")
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
    if kind == "uniform":
        return distribution["low"] + (distribution["high"] - distribution["low"]) * u
    if kind == "triangular":
        low, mode, high = (distribution[key] for key in ("low", "mode", "high"))
        split = (mode - low) / (high - low)
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
        return np.where(u <= split, rising, falling)
    # scipy costs 50 ms to import; only draws need it.
    from scipy.special import betaincinv, ndtri

    if kind == "beta":
        return np.asarray(betaincinv(distribution["a"], distribution["b"], u))
    if kind == "normal":
        return np.asarray(distribution["mean"] + distribution["sd"] * ndtri(u))
    sigma = math.log(distribution["high"] / distribution["low"]) / (2 * Z_95)
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
    kind = distribution.get("dist")
    if kind not in DISTRIBUTIONS:
        raise InputError(
            f"there is no distribution {kind!r}.",
            **where,
            value=kind,
            nearest=nearest_match(str(kind), DISTRIBUTIONS),
            valid=tuple(DISTRIBUTIONS),
        )
    needed = DISTRIBUTIONS[kind]
    for key in needed:
        if not _is_number(distribution.get(key)):
            raise InputError(
                f"{kind} needs the number {key}, got {distribution.get(key)!r}.",
                **where,
                valid=", ".join(needed),
            )
    for key, value in distribution.items():
        if key not in ("dist", *needed) and not isinstance(value, str):
            raise InputError(
                f"{kind} has no {key!r}.",
                **where,
                value=value,
                nearest=nearest_match(str(key), needed),
                valid=", ".join(needed),
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


def parameter(name: str) -> Parameter:
    """One parameter by name: the user's own where a prior is in place (`data.own.priors`), else
    the registry's. Raises InputError with the nearest match if there is none."""
    own = active(PRIOR)
    if own is not None and name in own.entries:
        own.read.add(name)
        entry: Parameter = own.entries[name]
        return entry
    return shipped_parameter(name)


@cache
def shipped_parameter(name: str) -> Parameter:
    """One entry of the registry as it ships, whatever prior is in place; as `parameter`."""
    for path in _files():
        # Only the entry asked for is parsed: a whole room would cost 0.3 s.
        found = re.search(rf"^{re.escape(name)}:.*\n(?:(?:[ #].*)?\n)*", _text(path), re.MULTILINE)
        if found is not None:
            raw = read_yaml(path, text=found.group(0))[name]
            return _entry(name, raw, path)
    raise InputError(
        f"there is no parameter {name!r}.",
        value=name,
        nearest=nearest_match(name, names()),
        valid=names(),
    )


@cache
def names() -> tuple[str, ...]:
    """Names of all entries, room by room in the order of their files."""
    found: list[str] = []
    for path in _files():
        found += re.findall(r"^([A-Za-z_]\w*):", _text(path), re.MULTILINE)
    return tuple(found)


def rooms() -> dict[str, str]:
    """Name of an entry -> the room that it stands in."""
    return {
        name: path.stem
        for path in _files()
        for name in re.findall(r"^([A-Za-z_]\w*):", _text(path), re.MULTILINE)
    }


def all_parameters() -> dict[str, Parameter]:
    """All parameters by name, room by room in the order of their files; priors are in place."""
    own = active(PRIOR)
    return dict(_registry()) if own is None else _registry() | own.entries


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.glob("*.yaml")))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _room(path: Path) -> dict[str, Parameter]:
    return read_parameters(path)


@cache
def _registry() -> dict[str, Parameter]:
    registry: dict[str, Parameter] = {}
    for path in _files():
        for name, entry in _room(path).items():
            if name in registry:
                raise InputError(
                    f"the parameter {name!r} stands in {registry[name].room}.yaml already.",
                    file=path.name,
                    field=name,
                )
            registry[name] = entry
    return registry


def read_parameters(path: Path) -> dict[str, Parameter]:
    """The entries of one parameter file, validated.

    Raises InputError (file, field) for an entry that lacks a key, has an unknown one, or whose
    numbers, grade or distribution are not valid.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not content:
        raise InputError("the file has no parameters.", file=path.name, valid="NAME: {value: …}")
    return {str(name): _entry(str(name), raw, path) for name, raw in content.items()}


def _entry(name: str, raw: object, path: Path) -> Parameter:
    where: dict[str, Any] = {"file": path.name, "field": name}
    if not isinstance(raw, dict):
        raise InputError(f"{raw!r} is not an entry.", **where, valid=", ".join(KEYS))
    for key in raw:
        if key not in KEYS:
            raise InputError(
                f"{key!r} is not part of an entry.",
                **where,
                nearest=nearest_match(str(key), KEYS),
                valid=KEYS,
            )
    for key in KEYS:
        if key not in raw:
            raise InputError(f"{key} is missing.", **where, valid=", ".join(KEYS))
    for key in ("value", "low", "high"):
        if not _is_number(raw[key]):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a finite number")
    for key in ("unit", "source", "description", "note"):
        if not isinstance(raw[key], str) or not (raw[key].strip() or key == "note"):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a text, not empty")
    if raw["grade"] not in GRADES:
        raise InputError(
            f"the grade {raw['grade']!r} does not exist.",
            **where,
            nearest=nearest_match(str(raw["grade"]), GRADES),
            valid=GRADES,
        )
    if not raw["low"] <= raw["value"] <= raw["high"]:
        raise InputError(
            f"the value {raw['value']} is outside its range {raw['low']} to {raw['high']}.",
            **where,
            valid="low <= value <= high",
        )
    drawn = raw["distribution"]
    return Parameter(
        name=name,
        value=float(raw["value"]),
        unit=raw["unit"],
        distribution=None if drawn is None else check_distribution(drawn, **where),
        low=float(raw["low"]),
        high=float(raw["high"]),
        source=raw["source"].strip(),
        grade=raw["grade"],
        description=raw["description"].strip(),
        note=raw["note"].strip(),
        room=path.stem,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
