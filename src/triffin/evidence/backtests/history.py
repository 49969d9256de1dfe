"""History beside the models: `triffin backtest`.

Every episode runs at default parameters, without a refit. Its file in `episodes/` states the day
of the information, what the forecast is conditional on, and the modules whose score it may not
enter because a parameter rests on it. Data of later days never reach a forecast, but default
parameters are those of today: the studies behind them may be younger than the episode.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from triffin.evidence.backtests.customs import revenue, rival_scores
from triffin.evidence.backtests.deals import deals
from triffin.evidence.backtests.dollar import reserve_share
from triffin.evidence.backtests.episode import FOLDER, Episode, read_episode
from triffin.evidence.backtests.exchange_rates import gold, interventions, plaza, sterling
from triffin.evidence.backtests.rows import Row, scores
from triffin.evidence.backtests.trade_war import us_china_war
from triffin.evidence.backtests.treasuries import april_2025, china, japan_holdings, march_2020
from triffin.world.base.errors import InputError, one_of
from triffin.world.registry.parameter_set import ParameterSet, in_place

DRAWS = 2000
SEED = 1
FEWEST, MOST = 100, 20_000
FORECASTS: dict[str, Callable[..., list[Row]]] = {
    "gold-1971": gold,
    "plaza-1985": plaza,
    "sterling-1992": sterling,
    "dollar-share-1999-2025": reserve_share,
    "china-reserves-2015": china,
    "us-china-2018": us_china_war,
    "march-2020": march_2020,
    "mof-2022": interventions,
    "mof-2024": interventions,
    "april-2025": april_2025,
    "deals-2025": deals,
    "japan-holdings-2025": japan_holdings,
    "revenue": revenue,
    "mof-2026": interventions,
}


def list_episodes() -> list[str]:
    """Names of the episodes, in order of time."""
    return list(FORECASTS)


def find_episode(name: str) -> Episode:
    """What an episode declares. Raises InputError with the nearest match for an unknown one."""
    one_of(name, FORECASTS, f"there is no episode {name!r}.", field="episode")
    return read_episode(FOLDER / f"{name}.yaml")


def backtest(
    name: str | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Observed beside forecast for one episode, or for all.

    Returns {episodes: [{id, title, modules, information, given, source, grade, excluded: {module:
    reason}, note, rows: [{what, observed, median, low, high, inside, unit, kind, probability,
    log_score, module, information, grade, source, scored, rivals where it has some}], rivals:
    [{unit, rows, largest_error_pct, mean_error_pct: {ours, rival: …}}]}], scores: {module: {...}},
    draws, seed, seconds, notes}. Raises InputError for an unknown episode and for draws or a seed
    that cannot be used.
    """
    started = time.perf_counter()
    if isinstance(draws, bool) or not FEWEST <= draws <= MOST:
        raise InputError(
            f"{draws} draws give no interval here.",
            field="draws",
            value=draws,
            valid=f"a whole number from {FEWEST} to {MOST}",
        )
    parameters = in_place() if parameters is None else parameters
    chosen = [find_episode(n) for n in (list_episodes() if name is None else [name])]
    found = [_described(episode, draws, seed, parameters) for episode in chosen]
    return {
        "episodes": found,
        "scores": scores(found),
        "draws": draws,
        "seed": seed,
        "seconds": round(time.perf_counter() - started, 3),
        "notes": list(NOTES),
    }


NOTES = (
    "Default parameters, nothing refitted. An episode that a parameter rests on is shown and does "
    "not count for that module.",
    "Inside: the observation lies in the 90 % interval. Rows of an episode share shocks, so that "
    "coverage has fewer independent observations than rows.",
    "The log score is the log of the predictive density per unit of the row: compare it between "
    "versions of the models, not between rows.",
)


def _described(episode: Episode, draws: int, seed: int, parameters: ParameterSet) -> dict[str, Any]:
    shared = {key: getattr(episode, key) for key in ("information", "grade", "source")}
    rows = [
        {**row, **{key: value for key, value in shared.items() if key not in row}}
        for row in FORECASTS[episode.id](episode, draws, seed, parameters=parameters)
    ]
    for row in rows:
        row["scored"] = row["module"] not in episode.excluded
    declared = episode.model_dump(exclude={"figures"})
    return {
        **declared,
        "modules": list(episode.modules),
        "rows": rows,
        "rivals": rival_scores(rows),
    }
