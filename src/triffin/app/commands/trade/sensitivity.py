"""`triffin trade ... --sensitivities ECONOMY[:RESULT[:SECTOR]]`: what a result depends on most."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from triffin.app import show
from triffin.app.terminal import number, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.trade.many.calibration import SectorBaseline
    from triffin.trade.many.results import SectorEquilibrium
    from triffin.trade.one.equilibrium_result import Equilibrium
    from triffin.trade.shared.sensitivity import Sensitivities

_LISTED = 10
# Tariffs in a JSON document: the rest matters less than the last of these.
_IN_DOCUMENT = 200


def parse_target(text: str) -> tuple[str, str, str | None]:
    """(economy or group, result, sector or None) of "USA", "USA:exports" or "A:B:SECTOR".

    Raises InputError if the economy or a named part is missing. A sector may hold colons.
    """
    parts = [part.strip() for part in text.split(":", 2)]
    if not all(parts):
        raise InputError(
            f"{text!r} does not name a result.",
            field="--sensitivities",
            value=text,
            valid="ECONOMY or ECONOMY:RESULT, e.g. USA:welfare; ECONOMY:RESULT:SECTOR for a sector",
        )
    return (
        parts[0],
        parts[1] if len(parts) > 1 else "welfare",
        parts[2] if len(parts) > 2 else None,
    )


def find(
    equilibrium: Equilibrium | SectorEquilibrium,
    target: str,
    *,
    calibration: SectorBaseline | None = None,
) -> Sensitivities:
    """The sensitivities that a target of the command line asks for.

    Raises InputError as `parse_target` and `sensitivities` do.
    """
    from triffin.trade.sensitivities import sensitivities

    economy, result, sector = parse_target(target)
    return sensitivities(equilibrium, result, economy, sector=sector, calibration=calibration)


def as_document(found: Sensitivities, *, limit: int = _IN_DOCUMENT) -> dict[str, Any]:
    """The JSON of the interface; the `limit` tariffs that matter most, by size of the derivative.

    value in per cent; a tariff's derivative per percentage point, a parameter's per unit;
    elasticity is the per cent change of the result per per cent of the parameter.
    """
    import numpy as np

    order = np.argsort(-np.abs(found.tariffs).ravel(), kind="stable")[:limit]
    cells = zip(*np.unravel_index(order, found.tariffs.shape), strict=True)
    return {
        "result": found.result,
        "economy": found.economy,
        "sector": found.sector or None,
        "value": found.value,
        "tariffs": [
            {
                "importer": found.economies[d],
                "exporter": found.economies[o],
                "sector": found.sectors[s],
                "rate": float(found.rates[s, o, d]),
                "derivative": float(found.tariffs[s, o, d]),
            }
            for s, o, d in cells
            if found.tariffs[s, o, d] != 0
        ],
        "tariffs_in_all": int(np.count_nonzero(found.tariffs)),
        "parameters": [
            {
                "name": entry.name,
                "sector": entry.sector or None,
                "value": entry.value,
                "derivative": entry.derivative,
                "elasticity": found.elasticity(entry),
            }
            for entry in found.parameters
        ],
        "error": found.error,
        "notes": list(found.notes),
    }


def print_dependence(found: Sensitivities, *, count: int = _LISTED) -> None:
    """Print the tariffs and elasticities that a result depends on most."""
    what = f"{found.result} of {found.economy}"
    if found.sector:
        what += f", {found.sector}"
    title = f"{what}: {number(found.value)} %"
    for name, unit, step, rows, places in (
        ("tariff", "now %", "pp", found.top_tariffs(count), 1),
        ("parameter", "now", "unit", found.top_parameters(count), 3),
    ):
        show.table(
            f"{title}\n{name}s it depends on most",
            rows,
            show.text(name, lambda entry: entry.label),
            show.figure(unit, lambda entry: entry.value, places),
            show.Column(f"per {step}", lambda entry: entry.derivative, _significant),
            show.Column(
                f"if +10 {'pp' if step == 'pp' else '%'}", lambda entry: entry.effect, _significant
            ),
        )
    say(
        "effects are first-order, in the unit of the result (per cent or percentage points); "
        f"relative error of the transposed solve {found.error:.0e}."
    )
    for note in found.notes:
        say(f"note: {note}")


def _significant(value: float) -> str:
    """Three significant digits or more, with the sign that tells a rise from a fall."""
    if value == 0 or not math.isfinite(value):
        return number(value)
    places = max(2, 2 - math.floor(math.log10(abs(value))))
    text = number(value, min(places, 9))
    return text if value < 0 else f"+{text}"
