"""Build `facts-price-impact-studies`: the estimates of price impact, one record per study.

    python -m tools.build_data.finance_price_impact --source FOLDER

FOLDER holds `facts/treasury_price_impact.csv` and `facts/treasury_price_impact_normalised.csv`.
Which family a study belongs to, and which of its rows belong together, is stated here.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from tools.build_data.finance_common import read_rows, write_csv
from tools.build_data.finance_facts import cleaned, read_facts
from tools.build_data.provenance import write_provenance

from triffin.world.data.facts import PRICE_IMPACT, PriceImpactStudy
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns


@dataclass(frozen=True)
class Rows:
    """Where the figures of one study stand.

    low, high: keys of the table of estimates (equal for a point, high None where it is open
    above). normalised: study, horizon of the row in the normalised table, None without one.
    """

    study: str
    year: int
    instrument: str
    horizon: str
    low: str
    high: str | None
    unit: str
    family: str | None
    normalised: tuple[str, str] | None = None


PER_100 = "bp per 100 bn USD"
STUDIES = (
    Rows(
        "Beltran, Kretchmer, Marquez and Thomas",
        2013,
        "5-year, foreign official flow",
        "1 month, before private investors respond",
        "bkmt2013_5y_short_run_low",
        "bkmt2013_5y_short_run_high",
        PER_100,
        "flow-based",
        ("Beltran et al.", "1 month, before private response"),
    ),
    Rows(
        "Beltran, Kretchmer, Marquez and Thomas",
        2013,
        "5-year, foreign official flow",
        "long run",
        "bkmt2013_5y_long_run",
        "bkmt2013_5y_long_run",
        PER_100,
        "flow-based",
        ("Beltran et al.", "long run"),
    ),
    Rows(
        "Ahmed and Rebucci",
        2022,
        "5-, 10- and 30-year, foreign official flow",
        "impact",
        "ahmed_rebucci_impact_5_10_30y",
        None,
        PER_100,
        "flow-based",
        ("Ahmed & Rebucci", "impact"),
    ),
    Rows(
        "Ahmed and Rebucci, conventional identification",
        2022,
        "5- to 30-year, foreign official flow",
        "impact",
        "ahmed_rebucci_conventional_low",
        "ahmed_rebucci_conventional_high",
        PER_100,
        "flow-based",
        ("Ahmed & Rebucci, conventional identification", "impact"),
    ),
    Rows(
        "Federal Reserve Bank of Kansas City, review of studies",
        2025,
        "mixed, all foreign flows",
        "1 month",
        "kcfed2025_low_effect",
        "kcfed2025_high_effect",
        "bp for 141 bn USD sold in a month",
        "flow-based",
        ("Kansas City Fed review", "1 month"),
    ),
    Rows(
        "IMF WP/17/174",
        2017,
        "term premium at 2-3 years, foreign official stock",
        "stock",
        "imf_wp17174_per_100bn_low",
        "imf_wp17174_per_100bn_high",
        PER_100,
        "stock-based",
        ("IMF WP/17/174", "stock"),
    ),
    Rows(
        "Neveu and Schafer, CBO",
        2024,
        "10-year, stock of debt",
        "long run",
        "cbo2024_debt_sensitivity",
        "cbo2024_debt_sensitivity",
        "bp per point of debt/GDP",
        "stock-based",
        ("CBO (Neveu-Schafer)", "long run"),
    ),
    Rows(
        "Bonis, Ihrig and Wei",
        2017,
        "10-year term premium, Federal Reserve holdings",
        "stock",
        "bonis_ihrig_wei_tpe",
        "bonis_ihrig_wei_tpe",
        "bp for 4,500 bn USD bought",
        "stock-based",
        ("Bonis-Ihrig-Wei QE", "stock"),
    ),
    Rows(
        "March 2020, raw ratio of the rise to official sales",
        2020,
        "10-year, foreign official sales",
        "2 weeks",
        "naive_march2020_ratio",
        "naive_march2020_ratio",
        PER_100,
        "stress",
        ("March 2020 raw ratio", "2 weeks"),
    ),
    Rows(
        "Warnock and Warnock",
        2009,
        "10-year, foreign official flow",
        "12 months without any",
        "ww2009_no_official_flows_10y",
        "ww2009_no_official_flows_10y",
        "bp if foreign official flows of a year had been zero",
        "flow-based",
    ),
    Rows(
        "Gagnon, Raskin, Remache and Sack",
        2011,
        "10-year term premium, 1,725 bn USD of purchases",
        "announcements",
        "gagnon_lsap1_low",
        "gagnon_lsap1_high",
        "bp for 1,725 bn USD bought",
        "stock-based",
    ),
    Rows(
        "Li and Wei",
        2012,
        "10-year, LSAP1, LSAP2 and MEP together",
        "stock",
        "li_wei_lsap_mep",
        "li_wei_lsap_mep",
        "bp",
        "stock-based",
    ),
    Rows(
        "Kaminska and Zinna, foreign purchases",
        2014,
        "real long-term yields, foreign holdings",
        "cumulative to 2008",
        "kaminska_zinna_foreign_cumulative",
        "kaminska_zinna_foreign_cumulative",
        "bp",
        "stock-based",
    ),
    Rows(
        "Kaminska and Zinna, Federal Reserve purchases",
        2014,
        "real 10-year yield, Federal Reserve holdings",
        "2008-12",
        "kaminska_zinna_qe_cumulative",
        "kaminska_zinna_qe_cumulative",
        "bp",
        "stock-based",
    ),
    Rows(
        "D'Amico and King",
        2013,
        "purchased securities, flow effect on the day",
        "days of operations",
        "damico_king_flow",
        "damico_king_flow",
        "bp",
        "flow-based",
    ),
    Rows(
        "CBO working paper 2019-01",
        2019,
        "long rates, stock of debt",
        "long run",
        "cbo2019_debt_sensitivity_low",
        "cbo2019_debt_sensitivity_high",
        "bp per point of debt/GDP",
        "stock-based",
    ),
    Rows(
        "Laubach",
        2009,
        "long rates, projected debt",
        "long run",
        "laubach2009_debt_low",
        "laubach2009_debt_high",
        "bp per point of debt/GDP",
        "stock-based",
    ),
    Rows(
        "Krishnamurthy and Vissing-Jorgensen",
        2012,
        "convenience yield of Treasuries",
        "mean of 1926-2008",
        "kvj2012_convenience_mean",
        "kvj2012_convenience_mean",
        "bp",
        None,
    ),
)


def records(source: Path) -> list[dict[str, object]]:
    """One record per entry of `STUDIES`; ValueError where a normalised row is left over."""
    estimates = {
        row["key"]: row
        for row in cleaned(read_facts(source / "facts" / "treasury_price_impact.csv"))
    }
    normalised = {
        (row["study"], row["horizon"]): row
        for row in read_rows(source / "facts" / "treasury_price_impact_normalised.csv")
    }
    left = set(normalised) - {rows.normalised for rows in STUDIES if rows.normalised}
    if left:
        raise ValueError(f"normalised rows without a study: {sorted(left)}")
    found: list[dict[str, object]] = []
    for rows in STUDIES:
        low = estimates[rows.low]
        high = estimates[rows.high]["value"] if rows.high else ""
        scaled = normalised[rows.normalised] if rows.normalised else {}
        # what the sample's market is rests on general knowledge in some rows
        judged = "general knowledge" in scaled.get("sample_market", "") or rows.family == "stress"
        found.append(
            {
                "study": rows.study,
                "year": rows.year,
                "instrument": rows.instrument,
                "horizon": rows.horizon,
                "low": low["value"],
                "high": high,
                "unit": rows.unit,
                "family": rows.family or "",
                "bp_per_100bn_low": scaled.get("bp_per_100bn_low", ""),
                "bp_per_100bn_high": scaled.get("bp_per_100bn_high", ""),
                "bp_per_100bn_2025_low": scaled.get("scaled_to_2025_low", ""),
                "bp_per_100bn_2025_high": scaled.get("scaled_to_2025_high", ""),
                "scaling": scaling(scaled, normalised),
                "source": low["source"],
                "grade": "judgement" if judged else "derived" if scaled else low["grade"],
            }
        )
    return found


def scaling(row: dict[str, str], normalised: dict[tuple[str, str], dict[str, str]]) -> str:
    """How a figure was brought to 2025; "idem" written out, from the first row that says it."""
    if not row:
        return ""
    how, market = row["how_scaled"], row["sample_market"]
    if "idem" in (how, market):
        family = row["study"].split(",")[0]
        for (study, _), other in normalised.items():
            if study.split(",")[0] == family and other is not row:
                how = other["how_scaled"] if how == "idem" else how
                market = other["sample_market"] if market == "idem" else market
                break
    return f"{how}; market of the sample: {market}"


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write facts-price-impact-studies.csv and its provenance; returns the data file."""
    data_file = target / f"{PRICE_IMPACT}.csv"
    write_csv(data_file, columns(PriceImpactStudy), records(source))
    write_provenance(
        data_file,
        {
            "kind": "studies",
            "title": "Price impact of sales and holdings of Treasuries by study and family",
            "source": "as each row states",
            "licence": "single published figures, cited",
            "retrieved": "compiled up to August 2026",
            "notes": [
                "Families: flow-based (what a flow does to yields), stock-based (what holdings or "
                "debt do), stress (a ratio from a crisis). They differ 35-fold and are never "
                "pooled without showing each.",
                "Figures scaled to 2025 carry the size of the market in the sample; where that "
                "size is general knowledge the row is a judgement.",
                "The ratio of March 2020 is confounded by sales of funds: an upper end, no "
                "estimate. That of Ahmed and Rebucci is open above.",
                "The article by Bonis, Ihrig and Wei is about Treasuries and agency securities.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
