"""The table of all pairs: what each economy can do to each other one, kept for the next time."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import numpy as np

from triffin.questions.power.setting import SMALLEST, Asked, setting_of
from triffin.run.trade.equilibria import Progress, no_progress
from triffin.strategy.power.all_pairs import bans_of
from triffin.studies.cache import default_cache
from triffin.studies.identity import code_checksum
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import in_place


def power_table(
    asked: Asked, *, progress: Progress = no_progress, cache: bool = True
) -> dict[str, Any]:
    """Losses by pair when each coercer sells none of the goods to each target, and their medians.

    {pairs: [{by, on, target_loss_pct, coercer_loss_pct}], economies: [{iso3, name, median_loss_pct
    over targets, most: the target that loses most}], seconds, ms_per_pair, cached, ...}. Bans only,
    once trade has adjusted. Raises InputError as `setting_of`.
    """
    s = setting_of(_pair(asked, *load_world(asked.world).economies[:2]), in_place())
    world, base = s.world, s.base
    digest = hashlib.sha256(code_checksum().encode())
    for part in (base.share, base.expenditure, base.tariff, base.theta, np.array(s.row.sectors)):
        digest.update(np.ascontiguousarray(part).tobytes())
    key, kept = f"power-{digest.hexdigest()[:24]}", default_cache() if cache else None
    known = kept.answers(key) if kept is not None else None
    if known is not None:
        return {**known, "cached": True}
    started = time.perf_counter()
    pairs: list[dict[str, Any]] = []
    economies: list[dict[str, Any]] = []
    worst = 0.0
    for o, code in enumerate(world.economies):
        target, own, residual = bans_of(base, o, s.row.sectors)
        others = [k for k in range(world.n_economies) if k != o]
        pairs += [
            {"by": code, "on": world.economies[k],
             "target_loss_pct": _number(target[r]), "coercer_loss_pct": _number(own[r])}
            for r, k in enumerate(others)
        ]  # fmt: skip
        most = int(np.nanargmax(target))
        economies.append({
            "iso3": code, "name": world.names[o], "median_loss_pct": float(np.nanmedian(target)),
            "most": world.economies[others[most]], "most_loss_pct": _number(target[most]),
        })  # fmt: skip
        worst = max(worst, float(np.nanmax(residual)))
        progress("economies", o + 1, world.n_economies)
    seconds = time.perf_counter() - started
    document = {
        "question": f"What can each economy do to each other one by withholding {asked.what}?",
        "world": world.name,
        "what": asked.what,
        "sectors_withheld": [world.sectors[k] for k in s.row.sectors],
        "pairs": pairs,
        "economies": sorted(economies, key=lambda row: -row["median_loss_pct"]),
        "unit": "% of real household income a year, after adjustment",
        "smallest_pct": SMALLEST,
        "residual": worst,
        "seconds": seconds,
        "ms_per_pair": 1000 * seconds / len(pairs),
    }
    if kept is not None:
        kept.put_answers(key, json.loads(json.dumps(document)))
    return {**document, "cached": False}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _pair(asked: Asked, by: str, on: str) -> Asked:
    return Asked(by, on, asked.world, asked.goods, asked.services, asked.sectors)
