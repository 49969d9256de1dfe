"""The headline of a sweep, from the files of its blocks, one column at a time.

Memory is that of one column of all draws (eight bytes a draw), whatever the number of answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from triffin.answers.headline import headline_from_draws, probability_headline
from triffin.answers.statistics import named_drivers, variance_shares
from triffin.studies.sweep.blocks import HEADLINE, PARAMETER, block_path
from triffin.world.base.arrays import Array

DRIVER_DRAWS = 65536
"""Draws that the shares of variance are taken from, the first ones: enough for two digits."""
_PROBABILITY = "probability"
_ANSWER = "{median} ({interval})."


def summary(
    folder: Path, blocks: Sequence[int], described: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Headline entries over all draws. `described` : the entries of the first block.

    Answers in words depend on the welfare of every economy, which a sweep does not keep; they are
    left out. Grade and class are those of the first block.
    """
    entries = []
    for about in described:
        if about["median"] is None:
            continue
        draws = column(folder, blocks, f"{HEADLINE}{about['id']}")
        if not np.isfinite(draws).any():
            continue
        entries.append(_entry(folder, blocks, about, draws))
    return entries


def _entry(
    folder: Path, blocks: Sequence[int], about: Mapping[str, Any], draws: Array
) -> dict[str, Any]:
    make: Any = headline_from_draws if about["unit"] != _PROBABILITY else probability_headline
    units = {} if about["unit"] == _PROBABILITY else {"unit": about["unit"]}
    first = draws[:DRIVER_DRAWS]
    shares: dict[str, float] = {}
    grouped = False
    for name in about["driver_shares"]:
        drawn = column(folder, blocks, f"{PARAMETER}{name}", most=len(first))
        if drawn.size:
            shares |= variance_shares(first, {name: drawn})
        else:
            grouped = True
    if grouped:
        closures = column(folder, blocks, "closure", most=len(first))
        shares |= variance_shares(first, {}, {"closure": closures})
    shares = dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
    named = named_drivers(shares, len(first)) or list(shares)[:1]
    entry: dict[str, Any] = make(
        about["id"],
        about["question"],
        _ANSWER,
        draws,
        headline_class=about["class"],
        grades=dict.fromkeys(named or ["closure"], about["grade"]),
        **units,
    )
    extra = {name: about[name] for name in ("coverage", "information")}
    return entry | extra | {"drivers": named or entry["drivers"], "driver_shares": shares}


def column(folder: Path, blocks: Sequence[int], name: str, most: int | None = None) -> Array:
    """One column of all blocks in the order of their draws, or of the first `most` draws; empty
    where the blocks do not have it."""
    from pyarrow import parquet

    parts: list[Array] = []
    length = 0
    for number in blocks:
        file = parquet.ParquetFile(block_path(folder, number))
        if name not in file.schema_arrow.names:
            return np.empty(0)
        parts.append(file.read(columns=[name]).column(0).to_numpy())
        length += len(parts[-1])
        if most is not None and length >= most:
            break
    whole = np.concatenate(parts)
    return whole if most is None else whole[:most]
