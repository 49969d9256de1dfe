"""Build `threat-estimates`: base rates and hazards of threats from TIES and the threat game.

    python -m tools.build_data.threat_estimates --source FOLDER

FOLDER holds `ties_v4_1.csv.gz` (Morgan, Bapat and Kobayashi 2014), `ties_coded_for_scoring.csv.gz`
(its trade practices) and `psrm_threat_game_dyad_years.csv.gz` (Crisman-Cox and Gibilisco 2018). The
tables' terms are not known: what ships are estimates, standard errors and counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tools.build_data.finance_common import write_csv
from tools.build_data.provenance import write_provenance

from triffin.evidence.estimates.signing import WAVE_END, first_wave, firth
from triffin.evidence.estimates.threat_history import DATASET, Estimate
from triffin.strategy.threats.ledger import LANDMARKS
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

TIES, GAME = "TIES 4.1", "threat game 1970-99"
KNOWN = {TIES: "2014-01-01", GAME: "2019-12-17"}
USA = 2  # code of the Correlates of War project
SPLIT = 1989  # last year on which a score is fitted
LAST = 6  # months: the monthly chance is that of the second to the sixth
Row = dict[str, Any]


def share(name: str, happened: pd.Series, source: str, note: str) -> Row:
    """A share with its binomial standard error."""
    n, p = len(happened), float(happened.mean())
    return row(name, p, (p * (1 - p) / n) ** 0.5, n, source, note)


def row(name: str, value: float, se: float | None, n: int, source: str, note: str) -> Row:
    return {
        "name": name,
        "estimate": round(value, 4),
        "se": None if se is None else round(se, 4),
        "n": n,
        "known_from": KNOWN.get(source, WAVE_END.isoformat()),
        "source": source,
        "note": note,
    }


def ties(folder: Path) -> pd.DataFrame:
    """Threats of TIES: imposed, trade practices, whether the US, months to imposition and end."""
    table = pd.read_csv(folder / "ties_v4_1.csv.gz")
    coded = pd.read_csv(folder / "ties_coded_for_scoring.csv.gz")
    table = table.merge(coded[["caseid", "trade_practices", "outcome_code"]], on="caseid")
    table = table[table["threat"] == 1]

    def month(prefix: str) -> pd.Series:
        year, of_year, day = (
            pd.to_numeric(table[prefix + part], errors="coerce")
            for part in ("year", "month", "day")
        )
        return year * 12 + of_year - 1 + (day.fillna(15) - 1) / 30.4

    start = month("start")
    return pd.DataFrame(
        {
            "year": table["startyear"],
            "imposed": table["imposition"] == 1,
            "us": table["primarysender"] == USA,
            "trade": table["trade_practices"] == 1,
            "dated": start.notna(),
            "to_imposed": month("sancimpositionstart") - start,
            "to_end": month("end") - start,
            "coded": table["outcome_code"].notna(),
            "conceded": table["outcome_code"].isin([1, 2, 5]) & (table["imposition"] == 0),
        }
    )


def alive(threats: pd.DataFrame, months: float) -> pd.DataFrame:
    """Threats neither imposed nor over after so many months; imposed on no known day: left out."""
    early = threats["imposed"] & ~(threats["to_imposed"] > months)
    return threats[threats["dated"] & ~early & ~(threats["to_end"] <= months)]


def from_ties(threats: pd.DataFrame) -> Iterator[Row]:
    us_trade = threats[threats["us"] & threats["trade"]]
    groups = {"us_trade": us_trade, "all": threats}
    for name, group in groups.items():
        yield share(f"executed.{name}", group["imposed"], TIES, "ever imposed, imposition flag")
        for months in LANDMARKS:
            left = alive(group, months)["imposed"]
            yield share(f"alive_{months}m.{name}", left, TIES, "ever imposed, if still open then")
        known = group[group["coded"]]
        yield share(f"concede.{name}", known["conceded"], TIES, "conceded without imposition")
    left = alive(us_trade, 1)
    until = left["to_imposed"].where(left["imposed"], left["to_end"].fillna(LAST))
    exposed = float(until.clip(1, LAST).sum() - len(left))
    events = int((left["imposed"] & (until <= LAST)).sum())
    note = f"imposed in months 2 to {LAST}: {events} in {exposed:.0f} months"
    yield row("monthly.us_trade", events / exposed, events**0.5 / exposed, len(left), TIES, note)
    yield from ties_scores(threats)


def ties_scores(threats: pd.DataFrame) -> Iterator[Row]:
    """Log scores of 1990-2005 of shares fitted to 1989."""
    left = alive(threats, 1)
    first, later = (threats["year"] <= SPLIT), left[left["year"] > SPLIT]["imposed"]
    static = losses(threats[first]["imposed"].mean(), later)
    clock = losses(left[left["year"] <= SPLIT]["imposed"].mean(), later)
    gain = static - clock
    for name, values, note in (
        ("score.static_1m", static, "open after a month: share of all threats"),
        ("score.clock_1m", clock, "open after a month: share of those open then"),
        ("score.gain_1m", gain, "the first minus the second"),
    ):
        yield row(name, values.mean(), values.sem(), len(values), TIES, note)
    known = threats[threats["coded"]]
    seen = known[known["year"] > SPLIT]["conceded"]
    values = losses(known[known["year"] <= SPLIT]["conceded"].mean(), seen)
    yield row("score.concede", values.mean(), values.sem(), len(values), TIES, "by the base rate")


def losses(chance: float, seen: pd.Series) -> pd.Series:
    return -np.log(pd.Series(np.where(seen, chance, 1 - chance)))


def from_game(folder: Path) -> Iterator[Row]:
    """Concessions at a threat and firm stands against resistance, dyad-years of the US."""
    table = pd.read_csv(folder / "psrm_threat_game_dyad_years.csv.gz")
    for name, rows in (
        ("us", table["ccode1"] == USA),
        ("us_ally", (table["ccode1"] == USA) & (table["ally"] == 1)),
    ):
        conceded, firm, backed = (int(table.loc[rows, part].sum()) for part in ("cd", "sf", "bd"))
        resisted = firm + backed
        outcomes = pd.Series([1] * conceded + [0] * resisted)
        yield share(f"concede.game.{name}", outcomes, GAME, "target concedes at the threat")
        stands = pd.Series([1] * firm + [0] * backed)
        yield share(f"firm.game.{name}", stands, GAME, "sender stands firm if resisted")


def from_first_wave() -> Iterator[Row]:
    codes, imports, signed = first_wave()
    fit, source = firth(imports, signed), "partners, negotiation-events"
    note = f"penalised logit of {signed.sum():.0f} deals on ln imports"
    yield row("signing.intercept", fit.intercept, fit.intercept_se, len(codes), source, note)
    yield row("signing.slope", fit.slope, fit.slope_se, len(codes), source, note)


def build(source: Path, target: Path = DATASETS) -> Path:
    """threat-estimates.csv."""
    rows = [*from_ties(ties(source)), *from_game(source), *from_first_wave()]
    data_file = target / f"{DATASET}.csv"
    write_csv(data_file, columns(Estimate), rows)
    write_provenance(
        data_file,
        {
            "kind": "estimates",
            "title": "Base rates and hazards of threats, with standard errors",
            "source": "Threat and Imposition of Economic Sanctions 4.1 (Morgan, Bapat and "
            "Kobayashi 2014); Crisman-Cox and Gibilisco (2018), dyad-years 1970-99; first wave of "
            "2025 from the datasets partners and negotiation-events",
            "licence": "estimates of our own; the producers' tables do not ship",
            "retrieved": "compiled up to August 2026",
            "notes": [
                "known_from is the day from which the data were public. Imposed threats without a "
                "day of imposition are left out of those still open; days that are missing are the "
                "15th.",
                f"Scores are log scores of 1990-2005, fitted to {SPLIT}, in nats.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the three tables")
    build(parser.parse_args().source)
