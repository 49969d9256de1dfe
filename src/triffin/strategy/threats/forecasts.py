"""What comes of each threat, from the ledger of a day, and how such forecasts scored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from triffin.strategy.threats.ledger import LANDMARKS, MONTH, Count, Ledger
from triffin.strategy.threats.record import OPEN, OUTCOMES, Threat, load, shipped
from triffin.world.base.errors import InputError
from triffin.world.data.shipped_rows import read_rows
from triffin.world.registry.parameter_set import ParameterSet, in_place

BINS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
STATES = ANNOUNCED, DATED, UNSEEN, EXTENDED, UNDATED, RESOLVED = (
    "at the announcement",
    "before its deadline",
    "deadline passed, outcome not seen",
    "deadline moved",
    "open without a date",
    "resolved",
)
FROZEN = "threats-frozen"
FROZEN_COLUMNS = (
    *("as_of", "id", "target", "class", "announced", "deadline", "cluster", "state"),
    *("executed", "of", "base_rate", "p_executed", "p_executed_se"),
    *(f"p_{outcome}" for outcome in OUTCOMES),
    *(f"alive_{month}m" for month in LANDMARKS),
)
LUCK = "A tighter score on 30 threats tests luck."
NOTES = (
    "Executed is in full or in part. Rows of one decision count once. The record ends on 7 August "
    "2025: later threats are asked about, and none of them is counted.",
    "The chances after one, three and six months are those of a threat still open then.",
)


def forecasts(
    threats: Iterable[Threat],
    day: date | None = None,
    *,
    evidence: Iterable[Threat] | None = None,
    parameters: ParameterSet | None = None,
) -> list[dict[str, Any]]:
    """What comes of each threat, in its order, as of its announcement or of `day`.

    Threats made after `day` are left out; of those resolved by then the forecast of their
    announcement stands beside the outcome. evidence : the record that is counted (the list that
    ships). Each has {id, target, class, announced, deadline, cluster, as_of, state, counts: {
    executed, of, text}, base_rate, p_executed, p_executed_se, p_full, p_part, p_deal, p_other,
    landmarks: {"1": p, "3": p, "6": p}, at_deadline, within, outcome, resolved}.

    landmarks : executed ever if it is still open after so many months; at_deadline : what happens
    at its first deadline, None where that has passed or there is none; within : executed by then,
    of a threat without a date (older threats, after their first month).
    """
    own = None if evidence is None else tuple(evidence)
    values = in_place() if parameters is None else parameters

    @cache
    def ledger(of: date) -> Ledger:
        return Ledger.at(of, threats=own, parameters=values)

    found = []
    for threat in threats:
        at = threat.announced if day is None else day
        if threat.announced > at:
            continue
        resolved = day is None or state_of(threat, at) == RESOLVED
        found.append(_forecast(threat, ledger(threat.announced if resolved else at), resolved))
    return found


def state_of(threat: Threat, day: date) -> str:
    """Where a threat stands on a day: a word of `STATES`."""
    seen = threat.known(day)
    if seen is not None and seen.outcome is not None:
        return RESOLVED
    if day <= threat.announced:
        return ANNOUNCED
    if threat.deadline is None:
        return UNDATED
    if day < threat.deadline:
        return DATED
    # A month after its date a threat of which nothing is known was moved, whoever said so.
    late = (day - threat.deadline).days > MONTH
    return EXTENDED if late or threat.at_deadline == "extended" else UNSEEN


def _forecast(threat: Threat, ledger: Ledger, told: bool) -> dict[str, Any]:
    """The forecast of a ledger; told : whether the outcome stands beside it."""
    state, kind = state_of(threat, ledger.day), (threat.class_, threat.lead_days)
    age = (ledger.day - threat.announced).days / MONTH if state == UNDATED else 0.0
    extended = state == EXTENDED
    counted = ledger.extended_counts() if extended else ledger.outcome_counts(*kind)
    beta = ledger.after_extension() if extended else ledger.executed_beta(*kind)
    mean = ledger.outcomes(*kind, extended=extended, age_months=age).mean
    dated = threat.deadline is not None and state not in (UNSEEN, EXTENDED)
    return {
        "id": threat.id,
        "target": threat.target,
        "class": threat.class_,
        "announced": threat.announced.isoformat(),
        "deadline": threat.deadline and threat.deadline.isoformat(),
        "cluster": threat.cluster,
        "as_of": ledger.day.isoformat(),
        "state": state,
        "counts": {"executed": counted.happened, "of": counted.of, "text": str(counted)},
        "base_rate": ledger.parameters.value("threat_executed_prior"),
        "p_executed": mean["full"] + mean["part"],
        "p_executed_se": beta.sd,
        **{f"p_{outcome}": mean[outcome] for outcome in OUTCOMES},
        "landmarks": {
            str(m): ledger.executed_ever(threat.class_, m, threat.lead_days) for m in LANDMARKS
        },
        "at_deadline": dict(ledger.deadline_outcomes(*kind).mean) if dated else None,
        "within": None
        if threat.deadline
        else {str(m): ledger.executed_without_date(m - 1) for m in LANDMARKS},
        "outcome": threat.outcome if told else None,
        "resolved": threat.resolved.isoformat() if told and threat.resolved else None,
    }


def frozen(threats: Iterable[Threat]) -> list[dict[str, Any]]:
    """The forecasts that were frozen (dataset `threats-frozen`), beside the outcomes of the threats
    of the same id; keys as `forecasts`, as far as they were frozen."""
    seen = {threat.id: threat for threat in threats}
    found = []
    for row in read_rows(FROZEN, FROZEN_COLUMNS):
        threat = seen.get(row["id"])
        numbers = {name: row.number(name) for name in FROZEN_COLUMNS if name.startswith("p_")}
        found.append(
            {
                **{name: row[name] for name in ("id", "target", "class", "announced", "cluster")},
                "deadline": row["deadline"] or None,
                "as_of": row["as_of"],
                "state": row["state"],
                "counts": {
                    "executed": row.number("executed"),
                    "of": row.number("of"),
                    "text": str(Count(row.number("executed"), row.number("of"))),
                },
                "base_rate": row.number("base_rate"),
                **numbers,
                "landmarks": {str(m): row.number(f"alive_{m}m") for m in LANDMARKS},
                "at_deadline": None,
                "within": None,
                "outcome": threat.outcome if threat else None,
                "resolved": threat.resolved.isoformat() if threat and threat.resolved else None,
            }
        )
    return found


def frozen_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a forecast in the table of frozen ones."""
    landmarks = {f"alive_{month}m": p for month, p in row["landmarks"].items()}
    cells = {**row, **row["counts"], **landmarks}
    return {
        name: round(cells[name], 4) if isinstance(cells[name], float) else cells[name]
        for name in FROZEN_COLUMNS
    }


def score(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Scores of forecasts (`forecasts`) whose outcome is known; decisions count once.

    log : minus the log of the probability of executed or not, nats; brier : the squared error of
    p_executed; four_log : minus the log of the probability of full, part, deal or other; base_*
    : of the base rate; *_se : standard errors over decisions. rows : the same, each row counted
    once. bins : calibration, [{low, high, n (decisions), forecast, executed}].
    """
    resolved = [row for row in rows if row["outcome"] is not None]
    sizes: dict[str, int] = {}
    for row in resolved:
        sizes[row["cluster"]] = sizes.get(row["cluster"], 0) + 1
    found: dict[str, Any] = {"n": len(resolved), "clusters": len(sizes)}
    if not resolved:
        names = ("log", "brier", "four_log", "base_log", "base_brier", "base_four_log")
        return found | dict.fromkeys(names) | {"rows": None, "bins": [], "note": LUCK}
    by_row: dict[str, float] = {}
    for name, of in _SCORES.items():
        by_cluster: dict[str, float] = {}
        for row in resolved:
            here = by_cluster.get(row["cluster"], 0.0)
            by_cluster[row["cluster"]] = here + of(row) / sizes[row["cluster"]]
        found[name], found[f"{name}_se"] = _mean(list(by_cluster.values()))
        by_row[name] = _mean([of(row) for row in resolved])[0]
    bins = [_bin(resolved, sizes, low, high) for low, high in BINS]
    return found | {"rows": by_row, "bins": bins, "note": LUCK}


def _executed(row: Mapping[str, Any]) -> bool:
    return row["outcome"] in ("full", "part")


def _log(p: float, row: Mapping[str, Any]) -> float:
    return -math.log(p if _executed(row) else 1.0 - p)


_SCORES = {
    "log": lambda row: _log(row["p_executed"], row),
    "brier": lambda row: (row["p_executed"] - _executed(row)) ** 2,
    "four_log": lambda row: -math.log(row[f"p_{row['outcome']}"]),
    "base_log": lambda row: _log(row["base_rate"], row),
    "base_brier": lambda row: (row["base_rate"] - _executed(row)) ** 2,
    "base_four_log": lambda _: math.log(len(OUTCOMES)),
}


def _mean(values: list[float]) -> tuple[float, float | None]:
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, None
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, math.sqrt(variance / len(values))


def _bin(
    rows: Sequence[Mapping[str, Any]], sizes: Mapping[str, int], low: float, high: float
) -> dict[str, Any]:
    inside = [row for row in rows if low <= row["p_executed"] < high]
    weights = [1.0 / sizes[row["cluster"]] for row in inside]
    n = math.fsum(weights)

    def mean(values: Iterable[float]) -> float | None:
        return math.fsum(w * v for w, v in zip(weights, values, strict=True)) / n if n else None

    return {
        "low": low,
        "high": high,
        "n": n,
        "forecast": mean(row["p_executed"] for row in inside),
        "executed": mean(float(_executed(row)) for row in inside),
    }


def document(
    file: str | Path | None = None,
    as_of: str = "announcement",
    *,
    scored: bool = False,
    frozen_ones: bool = False,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """The answer of `triffin threats`: {as_of, base_rate, threats: [...] (`forecasts`), score:
    {...} (`score`) or None, notes}.

    file : threats to ask about, the lists that ship if None; what is counted is always the list
    that ships. as_of : a day, or "announcement". scored : with the score. frozen_ones : the
    forecasts that were frozen, with the outcomes of the file or of the open list.
    Raises InputError for a file that `record.load` refuses and a day that is none.
    """
    day = None if as_of == "announcement" else _day(as_of)
    values = in_place() if parameters is None else parameters
    if frozen_ones:
        rows = frozen(shipped(OPEN) if file is None else load(file))
    else:
        asked = (*load(), *shipped(OPEN)) if file is None else load(file)
        rows = forecasts(asked, day, parameters=values)
    return {
        "as_of": as_of,
        "base_rate": values.value("threat_executed_prior"),
        "threats": rows,
        "score": score(rows) if scored or frozen_ones else None,
        "notes": [*NOTES, *_law(day, values)],
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text!r} is not a day.",
            field="--as-of",
            value=text,
            valid="announcement, or a day such as 2025-04-18",
        ) from None


def _law(day: date | None, values: ParameterSet) -> list[str]:
    """The one case in which duties were void, from the day on which it was decided."""
    found = None if day is None else Ledger.at(day, threats=(), parameters=values).void()
    if found is None:
        return []
    return [
        f"Duties under a new statute are void in the end with chance {found['p_void']:.0%}. Of "
        f"those void on 20 February 2026 {found['replaced_at_once']:.0%} were back the same day, "
        f"{found['replaced_later']:.0%} after five months. One case."
    ]
