"""Checks on the figures of a world; every refusal names the economy and what would be valid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.world.base.errors import InputError, Place

MAX_TARIFF = 10.0  # 1000 %, the ceiling of every rate a user may write (trade.md section 6)


def labels(values: np.ndarray, field: str, file: str) -> tuple[str, ...]:
    """A one-dimensional text array as a tuple of unique, non-empty labels (case ignored)."""
    if values.ndim != 1 or values.dtype.kind != "U" or values.size == 0:
        raise Place(file, field=field).error(
            f"{field} has shape {values.shape} and type {values.dtype}.",
            valid="one row of text labels",
        )
    found = tuple(str(value).strip() for value in values)
    seen: dict[str, int] = {}
    for row, label in enumerate(found, start=1):
        if not label:
            raise InputError(f"row {row} of {field} is empty.", file=file, field=field)
        if label.casefold() in seen:
            raise Place(file, field=field).error(
                f"{label!r} stands in rows {seen[label.casefold()]} and {row} of {field}.",
                value=label,
                valid="each label once",
            )
        seen[label.casefold()] = row
    return found


def codes(values: np.ndarray, file: str) -> tuple[str, ...]:
    """Economy codes: unique labels without the characters that `--set` uses as separators."""
    found = labels(values, "economies", file)
    for row, code in enumerate(found, start=1):
        if not code.isalnum():
            raise Place(file, field="economies").error(
                f"row {row}: {code!r} is not a code.",
                value=code,
                valid="letters and digits only, such as JPN",
            )
    if len(found) < 2:
        raise Place(file, field="economies").error(
            f"{found[0]} is the only economy.", valid="two economies or more"
        )
    return found


def numbers(values: np.ndarray, shape: tuple[int, ...], field: str, file: str) -> np.ndarray:
    """A numeric array of the shape given, as float64."""
    if values.dtype.kind not in "fiu":
        raise InputError(
            f"{field} has type {values.dtype}.", file=file, field=field, valid="numbers"
        )
    if values.shape != shape:
        raise Place(file, field=field).error(
            f"{field} has shape {values.shape}.",
            valid=f"shape {shape}, one row and column per economy",
        )
    return np.ascontiguousarray(values, dtype=np.float64)


def trade_shape(values: np.ndarray, n_economies: int, n_sectors: int, file: str) -> np.ndarray:
    """Trade as (S, N, N); a plain N×N table is a world of one sector."""
    table = values[np.newaxis] if values.ndim == 2 else values
    if table.ndim == 3 and table.shape[1] != table.shape[2]:
        raise Place(file, field="trade").error(
            f"trade is not square: {table.shape[1]} exporters and {table.shape[2]} importers.",
            valid=f"{n_economies} × {n_economies}, exporters in rows and importers in columns",
        )
    return numbers(table, (n_sectors, n_economies, n_economies), "trade", file)


def flows(
    trade: np.ndarray, economies: Sequence[str], sectors: Sequence[str], file: str
) -> np.ndarray:
    """Trade flows: finite, non-negative, without home sales in a one-sector world."""
    refuse_cells(~np.isfinite(trade), trade, economies, sectors, "trade", "a finite number", file)
    refuse_cells(trade < 0, trade, economies, sectors, "trade", "zero or more USD", file)
    if len(sectors) == 1:
        valid = "zero on the diagonal: home sales of a one-sector world follow from calibration"
        home = np.diagonal(trade[0])
        text = "trade of {} with itself is {:g} USD."
        refuse_economies(home != 0, home, economies, "trade", text, valid, file)
    return trade


def refuse_cells(
    wrong: np.ndarray,
    values: np.ndarray,
    economies: Sequence[str],
    sectors: Sequence[str],
    field: str,
    valid: str,
    file: str,
) -> None:
    """Raise InputError for the first cell of an (S, N, N) array that is marked wrong."""
    cells = np.argwhere(wrong)
    if not len(cells):
        return
    s, o, d = (int(position) for position in cells[0])
    place = f"{field} from {economies[o]} to {economies[d]}"
    if len(sectors) > 1:
        place += f" in {sectors[s]}"
    more = f" ({len(cells)} such cells)" if len(cells) > 1 else ""
    raise Place(file, field=field).error(
        f"{place} is {values[s, o, d]:g}{more}.", value=float(values[s, o, d]), valid=valid
    )


def refuse_economies(
    wrong: np.ndarray,
    values: np.ndarray,
    economies: Sequence[str],
    field: str,
    text: str,
    valid: str,
    file: str,
) -> None:
    """Raise InputError for the first economy (N,) that is marked wrong; `text` takes its name and
    value."""
    for position in map(int, np.flatnonzero(wrong)):
        value = float(values[position])
        message = text.format(economies[position], value)
        raise Place(file, field=field).error(message, value=value, valid=valid)


def gdp_values(values: np.ndarray, economies: Sequence[str], file: str) -> np.ndarray:
    """GDP of every economy: finite and positive."""
    gdp = numbers(values, (len(economies),), "gdp", file)
    wrong = ~(np.isfinite(gdp) & (gdp > 0))
    valid = "a finite, positive number of USD"
    refuse_economies(wrong, gdp, economies, "gdp", "the GDP of {} is {:g}.", valid, file)
    return gdp


def tariffs(
    values: np.ndarray, economies: Sequence[str], sectors: Sequence[str], file: str
) -> np.ndarray:
    """Baseline tariffs: fractions from -1 to 10, none on own sales."""
    n = len(economies)
    table = values[np.newaxis] if values.ndim == 2 else values
    tariff = numbers(table, (len(sectors), n, n), "tariff", file)
    wrong = ~np.isfinite(tariff) | (tariff <= -1) | (tariff > MAX_TARIFF)
    refuse_cells(
        wrong, tariff, economies, sectors, "tariff", "a fraction: 0.24 for 24 %, at most 10", file
    )
    own = tariff * np.eye(n)
    refuse_cells(own != 0, own, economies, sectors, "tariff", "zero on own sales", file)
    return tariff


def rates(values: np.ndarray, economies: Sequence[str], field: str, file: str) -> np.ndarray:
    """One rate per economy, fractions from 0 to 10."""
    rate = numbers(values, (len(economies),), field, file)
    wrong = ~(np.isfinite(rate) & (rate >= 0) & (rate <= MAX_TARIFF))
    valid = "a fraction from 0 to 10: 0.24 for 24 %"
    refuse_economies(wrong, rate, economies, field, f"{field} of {{}} is {{:g}}.", valid, file)
    return rate


def adding_up(
    trade: np.ndarray, gdp: np.ndarray, economies: Sequence[str], file: str
) -> tuple[str, ...]:
    """Adding-up of a one-sector world (1, N, N): notes on what calibration will have to clamp.

    Spending is GDP + imports − exports and home sales are GDP − exports. Spending must be
    positive (InputError); home sales that are not positive are only noted, because a model with
    a multinational share can still find them positive, and clamps and reports those it cannot.
    """
    exports, imports = trade[0].sum(axis=1), trade[0].sum(axis=0)
    spending = gdp + imports - exports
    for position in map(int, np.flatnonzero(spending <= 0)):
        raise Place(file, field="trade").error(
            f"{economies[position]} would spend {spending[position]:g} USD: GDP "
            f"{gdp[position]:g} + imports {imports[position]:g} − exports "
            f"{exports[position]:g}.",
            value=float(spending[position]),
            valid="exports below GDP plus imports",
        )
    notes = []
    for what, positions in (
        ("Exports of goods are not below GDP", np.flatnonzero(exports >= gdp)),
        ("No exports are recorded", np.flatnonzero(exports == 0)),
        ("No imports are recorded", np.flatnonzero(imports == 0)),
    ):
        if len(positions):
            notes.append(f"{what}: {', '.join(economies[int(p)] for p in positions)}.")
    return tuple(notes)
