"""The tables of docs/threats.md between its marks, which docs/validation.md has, too.

python -m tools.write_docs.threats
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tools.write_docs.backtests import figure, table

from triffin.evidence.backtests.rates import rates
from triffin.evidence.estimates.threat_history import estimates
from triffin.strategy.threats.forecasts import LUCK, forecasts, score
from triffin.strategy.threats.record import load

PAGE = Path(__file__).parents[2] / "docs" / "threats.md"
START, END = "<!-- scores: begin -->", "<!-- scores: end -->"
WORSE = ("worse_than_half_way", "worse_than_half_way_se")
KINDS = {
    "log": "executed or not, log score",
    "brier": "executed or not, Brier score",
    "four_log": "full, part, deal or other, log score",
}


@cache
def scores() -> str:
    """Threats, rates, signing and retaliation beside simple rules, in Markdown."""
    found, held = score(forecasts(load())), rates()
    simple = [[what, *_three(found, key)] for key, what in KINDS.items()]
    others = [
        [row["what"], str(row["n"]), str(row["happened"]), *_three(row, "log")]
        for row in (*held["signing"], held["retaliation"])
    ]
    header = ("points of tariff", "partners", *("rule", "error", "±", "above half-way", "±"))
    rows = [row for entry in held["rates"] for row in _rates(entry)]
    return "\n\n".join(
        [
            f"Each threat of the record as of its announcement: {found['n']} threats in "
            f"{found['clusters']} decisions, each of which counts once, as do standard errors.",
            table(("threats", "ledger", "±", "base rate"), simple),
            LUCK,
            table(("who", "partners", "happened", "log score", "±", "base rate"), others),
            "Rates by partner. " + held["notes"][0],
            table((*header, "by imports", "rank", "CRPS", "log score"), rows),
            " ".join(held["notes"][1:]),
        ]
    )


def estimates_table() -> str:
    """Every estimate from older threats, in Markdown."""
    rows = [
        [
            *(e.name, figure(e.estimate), figure(e.se), str(e.n)),
            *(e.known_from.isoformat(), e.source, e.note),
        ]
        for e in estimates().values()
    ]
    return table(("estimate", "value", "±", "cases", "known from", "source", "what"), rows)


def _three(row: dict[str, Any], key: str) -> list[str]:
    return [f"{row[name]:.3f}" for name in (key, f"{key}_se", f"base_{key}")]


def _rates(entry: dict[str, Any]) -> list[list[str]]:
    seen = ", hindsight" if entry["hindsight"] else ""
    what = f"{entry['origin']} to {entry['target']}, {entry['measure']}{seen}"
    groups = [(what, entry["n"], entry["rules"])]
    if entry["threatened"]:
        groups.append((f"{what}: threatened", *entry["threatened"].values()))
    names = ("mae", "mae_se", *WORSE, "weighted", "rank", "crps", "log")
    return [
        [title, str(n), rule["name"], *(_two(rule[name]) for name in names)]
        for title, n, rules in groups
        for rule in rules
    ]


def _two(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}".replace("-", "−")


def page(text: str) -> str:
    """The page with today's tables between its marks."""
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    return f"{before}{START}\n{scores()}\n\n{estimates_table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
