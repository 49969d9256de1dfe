"""Draws of tariffs: what a user may hand in, cut into chunks, and what varies within a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from triffin.scenario.tariffs import TariffSchedule, parse_rate
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.retaliation import retaliate
from triffin.trade.shared.entry import as_schedule
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World

_FORMS = (
    "(draw, exporter, importer) fractions, a list or an iterator of schedules, one schedule with "
    "drawn parameters, or (schedule, importer, columns (draw, exporter))"
)
# Draws whose mean is the center; an iterator is read this far ahead.
SAMPLE = 32


class Chunk(NamedTuple):
    """`draws` draws from number `start`: rates (draws or 1, N, N), or one schedule (1, N, N) with
    an importer's column replaced by columns (draws, N). `values` name -> (draws,)."""

    start: int
    draws: int
    rates: Array
    importer: int | None
    columns: Array | None
    values: dict[str, Array]

    def one(self, i: int) -> Array:
        """Rates (N, N) of the i-th draw, before anyone answers."""
        if self.columns is None or self.importer is None:
            return np.asarray(self.rates[min(i, len(self.rates) - 1)])
        whole = self.rates[0].copy()
        whole[:, self.importer] = self.columns[i]
        return np.asarray(whole)


class CrossRates(NamedTuple):
    """Rates of a chunk that differ only in what one economy buys and sells, answers included.

    rest (N, N) the others' rates, zero in the cross; column (D, N) the economy's tariffs; row
    (D, N) the tariffs on it, or None where they are the same in all draws and stand in `rest`.
    """

    rest: Array
    economy: int
    column: Array
    row: Array | None


def answered(base: Baseline, chunk: Chunk, rule: str | float, drawn: bool) -> CrossRates | Array:
    """Rates of a chunk after retaliation, in the cheapest form: a cross, or (draws, N, N).

    drawn: whether the trade elasticity is, so that every taxed share differs between draws.
    """
    if chunk.columns is not None and chunk.importer is not None:
        found = _answered_columns(base, chunk, rule)
        if not (drawn and found.rest.any()):
            return found
        rates = np.repeat(found.rest[None], chunk.draws, axis=0)
        rates[:, :, found.economy] = found.column
        if found.row is not None:
            rates[:, found.economy] = found.row
        return rates
    rates = chunk.rates
    if rule != "none":
        rates = np.stack([retaliate(base, one, rule) for one in rates])
    cross = _as_cross(rates, chunk.draws, drawn)
    if cross is not None:
        return cross
    return np.broadcast_to(rates, (chunk.draws, *rates.shape[1:]))


def _answered_columns(base: Baseline, chunk: Chunk, rule: str | float) -> CrossRates:
    """`retaliate`, on the column and the row that it concerns only."""
    assert chunk.columns is not None
    assert chunk.importer is not None
    h, column = chunk.importer, chunk.columns
    others = chunk.rates[0].copy()
    others[:, h] = 0.0
    if rule == "none":
        # The row is the same in all draws, or zero.
        drawn_row = None
    else:
        others = retaliate(base, others, rule)
        hit = column > 0
        reply = column if rule == "reciprocal" else parse_rate(rule, field="retaliation")
        drawn_row = np.maximum(others[h], np.where(hit, reply, 0.0))
        drawn_row[:, h] = 0.0
        column = np.maximum(column, others[:, h])
    return _cross(others, h, column, drawn_row)


def _as_cross(rates: Array, count: int, drawn: bool) -> CrossRates | None:
    """The cross outside of which all draws agree (and, if drawn, nothing is taxed), or None."""

    def crossing(varying: Array) -> int | None:
        touched = varying.sum(axis=0) + varying.sum(axis=1)
        h = int(np.argmax(touched))
        inside = varying[h].sum() + varying[:, h].sum() - varying[h, h]
        return h if inside == varying.sum() else None

    # Two draws tell most matrices that vary everywhere from a cross.
    varying = rates[0] != rates[-1]
    if drawn:
        varying |= rates[0] != 0
    if crossing(varying) is None:
        return None
    if len(rates) > 2:
        varying |= (rates != rates[0]).any(axis=0)
    h = crossing(varying)
    if h is None:
        return None
    n = rates.shape[1]
    column = np.broadcast_to(rates[:, :, h], (count, n))
    row = np.broadcast_to(rates[:, h], (count, n)) if varying[h].any() else None
    return _cross(rates[0], h, column, row)


def _cross(rates: Array, economy: int, column: Array, row: Array | None) -> CrossRates:
    rest = rates.copy()
    rest[:, economy] = 0.0
    if row is not None:
        rest[economy] = 0.0
    return CrossRates(rest, economy, column, row)


@dataclass(eq=False)
class Source:
    """Draws to be read in chunks.

    n : their number, None where only reading them tells; sample : some rates (N, N), whose mean
    in logs is the center; values : name -> (D,) drawn parameters. The tariffs are either `fixed`
    (1, N, N), with the column of `importer` replaced by `columns` (D, N) where given, or `whole`
    (D, N, N), or `items`, matrices (N, N) read as needed.
    """

    world: World
    n: int | None
    default_chunk: int
    sample: list[Array]
    values: dict[str, Array]
    fixed: Array | None = None
    importer: int | None = None
    columns: Array | None = None
    items: Iterator[Array] | None = None
    whole: Array | None = None

    def chunks(self, size: int) -> Iterator[Chunk]:
        """The draws in order, `size` at a time.

        Raises InputError where there are fewer or more tariffs than drawn parameters.
        """
        start = 0
        while self.n is None or start < self.n:
            stop = start + size if self.n is None else min(start + size, self.n)
            importer = columns = None
            if self.fixed is not None:
                rates = self.fixed
                if self.columns is not None:
                    importer = self.importer
                    columns = checked_rates(
                        self.world, self.columns[start:stop], start=start, importer=importer
                    )
            elif self.whole is not None:
                rates = checked_rates(self.world, self.whole[start:stop], start=start)
            else:
                assert self.items is not None
                listed = list(islice(self.items, stop - start))
                if listed:
                    rates = checked_rates(self.world, np.stack(listed), start=start)
                if len(listed) < stop - start:
                    if self.n is not None:
                        raise _unequal(start + len(listed), self.values)
                    if not listed:
                        return
                    stop = start + len(listed)
            values = {name: v[start:stop] for name, v in self.values.items()}
            yield Chunk(start, stop - start, rates, importer, columns, values)
            start = stop
        if self.items is not None and next(self.items, None) is not None:
            raise _unequal(f"more than {start}", self.values)


def _unequal(found: object, values: Mapping[str, Array]) -> InputError:
    lengths = ", ".join(f"{len(v)} of {name}" for name, v in values.items())
    return InputError(
        f"there are {found} draws of tariffs and {lengths}.",
        field="parameters",
        valid="as many draws of each parameter as of tariffs",
    )


def checked_rates(
    world: World, rates: Array, *, start: int = 0, importer: int | None = None
) -> Array:
    """Rates (D, N, N), or columns (D, N) of an importer, that the equations can take.

    Raises InputError naming the draw: not a finite number above -1, or own sales taxed.
    """
    valid = (rates > -1) & (rates < np.inf)
    if not valid.all():
        draw = int(np.argmin(valid.reshape(len(rates), -1).all(axis=1)))
        raise InputError(
            f"draw {start + draw} holds a rate that is not a finite number above -1.",
            field="tariffs",
            valid="fractions such as 0.24 for 24 %",
        )
    own = np.einsum("dii->di", rates) if rates.ndim == 3 else rates[:, importer, None]
    if own.any():
        draw, k = (int(v[0]) for v in np.nonzero(own))
        code = world.economies[k if importer is None else importer]
        raise InputError(
            f"in draw {start + draw}, {code} taxes its own sales.",
            field="tariffs",
            valid="0 for own sales",
        )
    return rates


def draws_of(world: World, tariffs: Any, values: dict[str, Array]) -> Source:
    """`tariffs` in any accepted form, with drawn parameters `values` name -> (D,), as a Source.

    Raises InputError on a wrong shape, or on numbers of draws that differ.
    """
    n = world.n_economies
    counts = {len(v) for v in values.values()}
    if len(counts) > 1:
        raise _unequal("an unknown number of", values)
    count = counts.pop() if counts else None
    # The largest array of a chunk stays near 8 MB, in reach of the cache.
    dense = int(np.clip(1e6 // n**2, 1, 100))
    is_column = isinstance(tariffs, tuple) and len(tariffs) == 3 and isinstance(tariffs[1], str)
    if is_column or isinstance(tariffs, TariffSchedule | Mapping | str) or tariffs is None:
        schedule, importer, columns = tariffs if is_column else (tariffs, None, None)
        fixed = _square(world, schedule)[None]
        position = None
        if columns is not None:
            position = world.index(str(importer))
            columns = _numbers(columns)
            if columns.ndim != 2 or columns.shape[1] != n:
                raise _wrong_shape(columns.shape, f"columns (draw, {n})")
            if count not in (None, len(columns)):
                raise _unequal(len(columns), values)
            count = len(columns)
        if count is None:
            raise InputError(
                "one schedule and no drawn parameters are a single counterfactual.",
                field="tariffs",
                valid=_FORMS,
            )
        source = Source(world, count, 100, [], values, fixed, position, columns)
        if columns is None:
            source.sample = [fixed[0]]
        elif count:
            # Checked here too: the center is solved before the first chunk is read.
            picked = checked_rates(world, columns[_spread(count)], importer=position)
            chunk = Chunk(0, len(picked), fixed, position, picked, {})
            source.sample = [chunk.one(i) for i in range(len(picked))]
        return source
    if isinstance(tariffs, np.ndarray):
        whole = _numbers(tariffs)
        if whole.shape == (n, n):
            return draws_of(world, as_schedule(world, whole), values)
        if whole.ndim == 4 and whole.shape[1] == 1:
            whole = whole[:, 0]
        if whole.shape[1:] != (n, n):
            raise _wrong_shape(whole.shape, f"(draw, {n}, {n})")
        if count not in (None, len(whole)):
            raise _unequal(len(whole), values)
        sample = checked_rates(world, whole[_spread(len(whole))]) if len(whole) else ()
        return Source(world, len(whole), dense, list(sample), values, whole=whole)
    if not isinstance(tariffs, Iterable):
        raise InputError("tariffs are no draws of schedules.", field="tariffs", valid=_FORMS)
    items = (rates for item in tariffs for rates in _blocks(world, item))
    ahead = list(islice(items, SAMPLE))
    source = Source(world, count, dense, ahead, values, items=chain(ahead, items))
    if count is None and hasattr(tariffs, "__len__"):
        # A list knows its length, unless its items are blocks.
        lengths = [np.shape(t)[0] if np.ndim(t) == 3 else 1 for t in tariffs]
        source.n = sum(lengths)
    for rates in ahead:
        checked_rates(world, rates[None])
    return source


def _spread(n: int) -> Array:
    return np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))


def _blocks(world: World, item: Any) -> Iterable[Array]:
    """Rates (N, N) of one item: a schedule, a matrix, or a block (K, N, N) of matrices."""
    n = world.n_economies
    if isinstance(item, np.ndarray) and item.ndim in (2, 3):
        # Arrays are checked a chunk at a time.
        block = _numbers(item if item.ndim == 3 else item[None])
        if block.shape[1:] != (n, n):
            raise _wrong_shape(item.shape, f"({n}, {n}) or (draw, {n}, {n})")
        return iter(block)
    return (_square(world, item),)


def _square(world: World, item: Any) -> Array:
    return np.asarray(as_schedule(world, item).rates[0])


def _numbers(array: Any) -> Array:
    try:
        return np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        raise InputError("tariffs are not numbers.", field="tariffs", valid=_FORMS) from None


def _wrong_shape(shape: tuple[int, ...], expected: str) -> InputError:
    return InputError(
        f"tariffs have shape {tuple(shape)} and {expected} is needed.",
        field="tariffs",
        valid=_FORMS,
    )
