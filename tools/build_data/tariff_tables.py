"""The source tables of the tariff schedules: rates by partner, dated events, coverage."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from triffin.world.data.blocs import EU

COVERAGE_DAYS = 183  # a coverage figure is carried at most half a year from its own period


@dataclass(frozen=True)
class Tables:
    """The source tables as rows of text."""

    partners: list[dict[str, str]]
    events: list[dict[str, str]]
    effective: list[dict[str, str]]
    economies: list[dict[str, str]]

    def column(self, name: str) -> dict[str, float]:
        """Rates in per cent by ISO3 code from one column; the EU row becomes its 27 members."""
        rates: dict[str, float] = {}
        for row in self.partners:
            number = re.match(r"\d+(\.\d+)?", row[name])
            if number:
                for code in EU if row["iso3"] == "EU" else (row["iso3"],):
                    rates[code] = float(number.group())
        return rates

    def cite(self, day: str, partner: str) -> str:
        """Citation of one event row: partner, date, legal basis and source."""
        for row in self.events:
            if row["date"] == day and row["partner"] == partner:
                basis = row["legal_basis"] or row["type"]
                source = row["source"].rstrip(": ").removesuffix("...")
                return f"{partner}, {day}: {row['rate_pct']} ({basis}; {source})"
        raise KeyError(f"no event of {day} for {partner!r}")

    def coverage(self, day: date) -> dict[str, tuple[float, str]]:
        """Share of imports that pay, by partner: the row nearest in time, within half a year.

        Rows of modelled effective rates restate shares of earlier months and are left out.
        """
        nearest: dict[str, tuple[timedelta, float, str]] = {}
        for row in self.effective:
            if not row["coverage_share"] or row["measure"] == "modelled effective":
                continue
            distance = abs(middle(row["period"]) - day)
            if distance > timedelta(days=COVERAGE_DAYS):
                continue
            found = nearest.get(row["iso3"])
            if found is None or distance < found[0]:
                source = f"{row['period']}: {row['source']}; {row['note']} ({row['confidence']})"
                nearest[row["iso3"]] = (distance, float(row["coverage_share"]), source)
        return {code: (share, source) for code, (_, share, source) in nearest.items()}


def middle(period: str) -> date:
    """Middle of a period such as 2025-07 or 2025-09..11, to the nearest half month."""
    first, _, last = period.partition("..")
    year, month = int(first[:4]), int(first[5:7])
    months = (int(last or month) - month) / 2
    return date(year, month, 15) + timedelta(days=round(30.5 * months))


def read_tables(negotiations: Path, world: Path) -> Tables:
    """The four source tables."""

    def rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    return Tables(
        partners=rows(negotiations / "us_tariff_rates_by_partner.csv"),
        events=rows(negotiations / "events_2025_2026.csv"),
        effective=rows(negotiations / "effective_tariff_rates.csv"),
        economies=rows(world / "economies.csv"),
    )
