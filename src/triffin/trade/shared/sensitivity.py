"""How a result depends on tariffs and parameters: the derivatives, sorted by their effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, nearest_match, one_of

# Steps by which `top` compares: ten percentage points of a tariff, ten per cent of a parameter.
TARIFF_STEP = 10.0


PARAMETER_STEP = 0.1


# Relative step of the differences; their error falls with its fourth power.
_RELATIVE_STEP = 2e-3


@dataclass(frozen=True)
class ParameterSensitivity:
    """Derivative of a result in one parameter.

    derivative : change of the result (per cent or percentage points) per unit of the parameter.
    sector : the sector it belongs to, "" for a parameter of the whole model.
    """

    name: str
    sector: str
    value: float
    derivative: float

    @property
    def label(self) -> str:
        return f"{self.name} ({self.sector})" if self.sector else self.name


@dataclass(frozen=True)
class Dependence:
    """One line of `Sensitivities.top`: the effect is the derivative times the step.

    kind : "tariff" (value and step in percentage points) or "parameter" (in its own unit).
    """

    kind: str
    label: str
    value: float
    derivative: float
    step: float

    @property
    def effect(self) -> float:
        """First-order change of the result, in the unit of the result."""
        return self.derivative * self.step


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """Derivatives of one result at an equilibrium.

    value : the result, per cent. tariffs (S, N exporter, N importer) : its change per percentage
    point of each tariff; rates likewise, fractions. error : relative error of the transposed
    solve. sector : of a result by sector, else "".
    """

    result: str
    economy: str
    sector: str
    value: float
    tariffs: Array
    rates: Array
    parameters: tuple[ParameterSensitivity, ...]
    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    error: float
    notes: tuple[str, ...] = ()

    def tariff(self, importer: str, exporter: str, sector: str | None = None) -> float:
        """Change of the result per percentage point of one tariff; all sectors if none is named."""
        o, d = (_place(self.economies, code, "economy") for code in (exporter, importer))
        picked = self.tariffs[:, o, d]
        if sector is None:
            return float(picked.sum())
        return float(picked[_place(self.sectors, sector, "sector")])

    def parameter(self, name: str, sector: str = "") -> ParameterSensitivity:
        """The entry of one parameter.

        Raises InputError with the nearest match.
        """
        for entry in self.parameters:
            if (entry.name, entry.sector) == (name, sector):
                return entry
        names = tuple(dict.fromkeys(p.name for p in self.parameters))
        raise InputError(
            f"there is no derivative in {name!r}{f' of {sector!r}' if sector else ''}.",
            field="parameter",
            value=name,
            nearest=nearest_match(name, names),
            valid=names,
        )

    def elasticity(self, entry: ParameterSensitivity) -> float:
        """Per cent change of the result per per cent of a parameter; nan for a result of zero."""
        if self.value == 0:
            return float("nan")
        return entry.derivative * entry.value / self.value

    def top_tariffs(self, n: int = 10) -> list[Dependence]:
        """The n tariffs whose rise by ten percentage points moves the result most."""
        flat = np.abs(self.tariffs).ravel()
        order = np.argsort(-flat, kind="stable")[:n]
        out = []
        for s, o, d in zip(*np.unravel_index(order, self.tariffs.shape), strict=True):
            if self.tariffs[s, o, d] == 0:
                break
            label = f"{self.economies[d]} on {self.economies[o]}"
            if len(self.sectors) > 1:
                label += f", {self.sectors[s]}"
            out.append(
                Dependence(
                    "tariff",
                    label,
                    100 * float(self.rates[s, o, d]),
                    float(self.tariffs[s, o, d]),
                    TARIFF_STEP,
                )
            )
        return out

    def top_parameters(self, n: int = 10) -> list[Dependence]:
        """The n parameters whose rise by a tenth moves the result most; none that are zero."""
        entries = sorted(self.parameters, key=lambda p: -abs(p.derivative * p.value))
        return [
            Dependence("parameter", p.label, p.value, p.derivative, PARAMETER_STEP * p.value)
            for p in entries[:n]
            if p.derivative * p.value != 0
        ]

    def top(self, n: int = 10) -> list[Dependence]:
        """The n tariffs and parameters with the largest effects of their steps, together."""
        both = self.top_tariffs(n) + self.top_parameters(n)
        return sorted(both, key=lambda d: -abs(d.effect))[:n]


def _place(labels: Sequence[str], label: str, what: str) -> int:
    one_of(label, labels, f"{label!r} is no {what} of this world.", field=what)
    return list(labels).index(label)


def check_result(result: str, valid: Sequence[str]) -> None:
    """Raise InputError with the nearest match if `result` is not one of `valid`."""
    one_of(result, valid, f"{result!r} is not a result with derivatives.", field="result")


def refuse_undefined(result: str, name: str) -> None:
    """Raise InputError for a result that is nan."""
    raise InputError(
        f"the {result} of {name} is not defined in this equilibrium (its baseline is zero), so it "
        "has no derivatives.",
        field="result",
        value=result,
    )


def difference(function: Callable[[float], Any], value: float) -> Any:
    """Central difference of fourth order at a step of 0, in proportion to a parameter's value."""
    h = _RELATIVE_STEP * max(abs(value), 0.1)
    near = function(h) - function(-h)
    far = function(2 * h) - function(-2 * h)
    return (8 * near - far) / (12 * h)
