"""Build `us-customs-duties` and `us-import-content`.

    python -m tools.build_data.customs --source FOLDER

FOLDER holds `us-tariffs-2025/customs_duties_monthly.csv`, `negotiations/effective_tariff_rates.csv`
and the tables of `us-input-output`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tools.build_data.provenance import write_provenance

from triffin.trade.customs.as_paid import DUTIES
from triffin.trade.customs.prices import CONTENT
from triffin.world.data.shipped import DATASETS

FIRST = 2015
GOODS = {
    "111CA": "A01", "113FF": "A02+A03", "211": "B06", "212": "B05+B07+B08", "311FT": "C10T12",
    "313TT": "C13T15", "315AL": "C13T15", "321": "C16", "322": "C17_18", "323": "C17_18",
    "324": "C19", "325": "C20+C21", "326": "C22", "327": "C23", "331": "C24A+C24B", "332": "C25",
    "333": "C28", "334": "C26", "335": "C27", "3361MV": "C29", "3364OT": "C301+C302T309",
    "337": "C31T33", "339": "C31T33",
}  # fmt: skip
TRADE = ["42", "441", "445", "452", "4A0"]
PREFERRED = ("Yale Budget Lab", "ETRX", "Azzimonti", "USITC")


def duties(source: Path, target: Path) -> None:
    """Monthly customs duties and goods imports, and the rate on entries where Census' is known."""
    monthly = pd.read_csv(source / "us-tariffs-2025" / "customs_duties_monthly.csv")
    monthly = monthly[monthly.year >= FIRST]
    rates = pd.read_csv(source / "negotiations" / "effective_tariff_rates.csv")
    rates = rates[(rates.iso3 == "TOT") & (rates.measure == "collected (Census)")]
    rates = rates[rates.period.str.fullmatch(r"\d{4}-\d\d")]
    first = [next((k for k, n in enumerate(PREFERRED) if n in s), 9) for s in rates.source]
    rates = rates.assign(first=first).sort_values("first").drop_duplicates("period")
    rates = rates[rates["first"] < 9].set_index("period")
    months = sorted({*monthly.date.str[:7], *rates.index})
    cash = monthly.set_index(monthly.date.str[:7])
    table = pd.DataFrame(index=pd.Index(months, name="month"))
    table["duties_musd"] = cash.customs_duties.astype("Int64")
    table["imports_musd"] = cash.imports_value
    table["entered_pct"] = rates.effective_or_collected_rate_pct
    table["entered_source"] = rates.source.str.split(r"[,(]").str[0].str.strip()
    path = target / f"{DUTIES}.csv"
    table.to_csv(path, lineterminator="\n")
    entry: dict[str, Any] = {
        "kind": "customs",
        "title": "Customs duties and goods imports of the United States by month",
        "source": "US Treasury, Monthly Treasury Statement, and US Census Bureau, as compiled by "
        "The Budget Lab at Yale; rate on entries: Census figures as compiled in the rows",
        "licence": "public domain (US Treasury, US Census Bureau)",
        "retrieved": "compiled up to August 2026",
        "notes": [
            "duties_musd is cash of the month, antidumping deposits and postal duties included; it "
            "follows entry by up to seven weeks. entered_pct is calculated duty over imports for "
            "consumption of the month of entry; the mean of 2024 is 2.36.",
            "A month is known about eleven days (Treasury) and five weeks (Census) after its end.",
        ],
    }
    write_provenance(path, entry)


def content(source: Path, target: Path) -> None:
    """What consumption holds of imported goods, in per cent of it, directly and through inputs.

    Directly: the import share of a commodity's supply times its consumption. Through inputs: what
    the rest of consumption takes of imported inputs, by the Leontief inverse of domestic use. The
    tables value domestic use at the prices that buyers pay; `through_inputs_pct` keeps them.
    `through_inputs_producers_pct` takes trade margins out of goods and buys them from trade.
    """
    folder = source / "us-input-output"

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(folder / f"bea_{name}.csv", index_col=0)

    supply, output = read("commodity_use_totals"), read("industry_output")["output"]
    domestic, imported = read("use_domestic"), read("use_import")
    consumption = read("pce_by_commodity")["pce"]
    bridge = pd.read_csv(folder / "pce_bridge.csv").groupby("bea_code").producers_value.sum()
    producers = bridge.reindex(consumption.index).fillna(0.0)
    industries, goods, total = domestic.columns, list(GOODS), consumption.sum()
    share = (supply.import_total / supply.sum(axis=1)).fillna(0.0)
    direct = consumption * share
    inputs = (imported / output).loc[goods]

    def through(use: pd.DataFrame, bought: pd.Series) -> pd.Series:
        system = np.eye(len(industries)) - (use / output).to_numpy()
        gross = np.linalg.solve(system, bought.reindex(industries).fillna(0.0))
        return pd.Series(inputs.to_numpy() @ gross, goods)

    at_shelves = through(domestic.loc[industries], consumption * (1 - share))
    # Output over domestic supply is what is left of a good's price when margins are taken out.
    kept = (output / supply.domestic_total.reindex(industries)).clip(upper=1.0)
    kept[~kept.index.isin(goods)] = 1.0
    use = domestic.loc[industries].mul(kept, axis=0)
    of_trade = output[TRADE] / output[TRADE].sum()
    margins = domestic.loc[industries].mul(1 - kept, axis=0).sum()
    use.loc[TRADE] += np.outer(of_trade, margins)
    bought = (producers - direct).clip(lower=0.0)
    bought[TRADE] += of_trade * (total - producers.sum())
    names = pd.read_csv(folder / "bea_commodity_descriptions.csv", index_col=0)["Description"]
    table = pd.DataFrame(
        {
            "commodity": names.reindex(goods),
            "icio": pd.Series(GOODS),
            "direct_pct": 100 * direct[goods] / total,
            "through_inputs_pct": 100 * at_shelves / total,
            "through_inputs_producers_pct": 100 * through(use, bought) / total,
        }
    ).round(4)
    table.index.name = "bea"
    path = target / f"{CONTENT}.csv"
    table.to_csv(path, lineterminator="\n")
    entry = {
        "kind": "customs",
        "title": "Imported goods in the consumption of United States households, by commodity",
        "source": "US Bureau of Economic Analysis: use tables, domestic and imported, summary "
        "level; personal consumption by commodity and its bridge to producers' values",
        "licence": "public domain (BEA)",
        "retrieved": "tables as compiled by The Budget Lab at Yale; derived, see the builder",
        "consumption_usd_bn": round(float(total) / 1000, 1),
        "notes": [
            "The year is not in the tables; consumption of 19,896 bn USD is that of 2024. They are "
            "not balanced.",
            "Import shares of a commodity are the same in all uses, as BEA assumes.",
        ],
    }
    write_provenance(path, entry)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--target", type=Path, default=DATASETS)
    given = parser.parse_args()
    duties(given.source, given.target)
    content(given.source, given.target)


if __name__ == "__main__":
    main()
