"""docs/treasuries.md: the numbers that the page prints are those of the commands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from triffin.finance.treasuries import wall
from triffin.finance.treasuries.market import curve, find_seller, japan_official_share
from triffin.questions.treasuries.records import debt_wall
from triffin.questions.treasuries.sale import sell
from triffin.world.registry.parameter_set import shipped

PAGE = (Path(__file__).parents[2] / "docs" / "treasuries.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())

SALES: dict[str, dict[str, Any]] = {
    "Japan, private, 20 bn in 10 days": {"usd_bn": 20, "days": 10, "part": "private"},
    "Japan, 100 bn in 10 days": {"usd_bn": 100, "days": 10},
    "Japan, official, 848 bn in 60 days": {"usd_bn": 848, "days": 60, "part": "official"},
    "the same without backstop": {
        "usd_bn": 848,
        "days": 60,
        "part": "official",
        "backstop": False,
    },
}
ARTICLE, HUNDRED = tuple(SALES)[:2]


@cache
def sale(name: str) -> dict[str, Any]:
    return sell("JPN", **SALES[name])


def shown(text: str, value: float) -> None:
    """`text` is `value` at the precision at which it is printed."""
    places = len(text.partition(".")[2])
    assert abs(float(text.replace(",", "")) - value) <= 0.5 * 10.0**-places + 1e-9, (text, value)


def sentence(pattern: str, *values: float) -> None:
    """The one place of the page that reads as `pattern`, with # for each of the numbers."""
    number = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
    found = re.findall(number.join(re.escape(part) for part in pattern.split("#")), TEXT)
    assert len(found) == 1, pattern
    texts = (found[0],) if isinstance(found[0], str) else found[0]
    for text, value in zip(texts, values, strict=True):
        shown(text, value)


def ends(spread: dict[str, float], scale: float = 1.0) -> tuple[float, float, float]:
    return tuple(scale * spread[key] for key in ("median", "low", "high"))  # type: ignore[return-value]


@pytest.mark.parametrize("name", SALES)
def test_the_table_of_price_impacts_is_what_the_command_says(name: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    found = sale(name)
    spreads = [*(found["by_family"][f] for f in ("stock-based", "flow-based", "stress")), found]
    for cell, spread in zip(cells, spreads, strict=True):
        for text, value in zip(re.findall(r"[0-9.]+", cell), ends(spread), strict=True):
            shown(text, value)


def test_the_april_sale_is_what_the_command_says() -> None:
    found = sale(ARTICLE)
    first, second = (ends(rise["share"], 100) for rise in found["yardstick"]["rises"])
    april = found["april_2025"]
    shares = ends(april["yardstick"]["rises"][0]["share"], 100)
    sentence("beside it in the output: # (#-#) for the first row", *ends(found["registry_pooled"]))
    sentence("beta(6, 4): # bn (# to #)", *ends(april["treasuries_sold_bn"]))
    sentence("20 bn in ten days: # bp (# to #), # % (# to # %) of the", *ends(found), *first)
    sentence("rose from 4 to 9 April, # % (# to # %) of the 47 bp", *second)
    sentence("in those two weeks: # bp (# to #), # % (# to # %)", *ends(april["bp"]), *shares)


def test_the_accounts_are_what_the_command_says() -> None:
    table = sale(HUNDRED)["creditor"]
    words = {"held_to_maturity": "to maturity", "market": "market"}
    for row, reach in zip(*(_central(table[key]) for key in ("rows", "pays")), strict=True):
        start = f"| {words[row['valuation']]}, {row['horizon_years']:g} years |"
        (line,) = (one for one in PAGE.splitlines() if one.startswith(start))
        cells = [cell.strip() for cell in line.strip("|").split("|")][1:]
        for text, part in zip(cells, ("issuer", "seller", "buyers", "others"), strict=False):
            shown(text.replace("−", "-"), row[part])
        assert cells[4] == ("never" if reach["to_bn"] is None else f"{reach['to_bn']:,.0f}")
    sentence("until one looks # years ahead", table["turns_at_years"])


def _central(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    case = ("all", 0.35, False)
    return [r for r in rows if (r["holder"], r["permanent_share"], r["backstop"]) == case]


def test_the_official_share_is_what_the_command_says() -> None:
    share = japan_official_share(shipped())
    sentence("hence # bn official and # bn private", 1130.8 * share, 1130.8 * (1 - share))
    most = [
        find_seller("JPN", part, parameters=shipped()).most_bn(shipped())
        for part in ("official", "private")
    ]
    sentence("# bn official, # bn private. Draws", *most)


def test_the_wall_and_the_interest_bill_are_what_the_command_says() -> None:
    found = debt_wall("2025-06", 6.5)
    rise = found["rise_100bp"]
    sentence("# trn matured in June 2025: # bn of notes", 2.01, found["notes_and_bonds_usd_bn"])
    sentence("`--claim 6.5` compares: # times the record", found["claim"]["ratio"])
    new = found["sold_anew"]
    sentence("twelfth of the deficit, # bn a month", new["deficit_bn"])
    sentence("proportionate share of June, # bn", new["if_no_foreigner_rolls_bn"])
    during, history = (found["cover_history"][key] for key in ("month", "all"))
    sentence("June had a cover of # to #, the", during["lowest"], during["highest"])
    sentence("since 2022 one of # to #.", history["lowest"], history["highest"])
    sentence("the model has # and #.", curve(shipped())["2-year"], curve(shipped())["30-year"])
    rates, costs = rise["rate_bp"], rise["cumulative_interest_bn"]
    sentence("average rate +# bp after one year, +# after five", rates[0], rates[2])
    sentence("; #, # and # bn of interest", *costs[:3])


def test_the_slow_loop_and_the_crisis_zone_are_what_the_command_says() -> None:
    found = debt_wall("2025-06")
    today, higher = found["debt_loop"]
    limits = [100 * loop["d_max"] for loop in (today, higher)]
    sentence("at most # %, with yields 100 bp higher # %", *limits)
    ratios = [100 * loop["b_t"][0] for loop in (today, higher)]
    sentence("becomes # % in ten years, # % with yields", *ratios)
    sentence("blows up after # and # years", *(loop["blowup_years"] for loop in (today, higher)))
    alone, backed = found["crisis_zone"]["cases"]
    assert alone == wall.crisis_zone(0.03, parameters=shipped())
    assert (alone["zone"], backed["zone"]) == ("crisis", "safe")
    sentence("debt above # % of GDP is in the zone", 100 * alone["b_liquidity"])
    sentence("lends # % of GDP moves the edge to # %", 30, 100 * backed["b_liquidity"])
