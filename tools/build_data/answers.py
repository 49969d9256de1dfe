"""Build `answers-2025`: what Canada and China answered US tariffs with, by sector.

    python -m tools.build_data.answers --source FOLDER

FOLDER holds `retaliation-2025` (lists by HS6 with US exports to the country) and
`us-imports-2024/hs6_gtap_crosswalk.csv`. Shipped are the sums by ICIO sector, not the lists.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from tools.build_data.provenance import write_provenance

from triffin.world.data.answers import DATASET
from triffin.world.data.shipped import DATASETS

SECTORS = {
    "A01": "pdr wht gro v_f osd c_b pfb ocr ctl oap rmk wol",
    "A02": "frs", "A03": "fsh",
    "B05": "coa", "B06": "oil gas", "B07": "oxt", "C10T12": "cmt omt vol mil pcr sgr ofd b_t",
    "C13T15": "tex wap lea", "C16": "lum", "C17_18": "ppp", "C19": "p_c", "C20": "chm",
    "C21": "bph",
    "C22": "rpp", "C23": "nmm", "C24A": "i_s", "C24B": "nfm", "C25": "fmp", "C26": "ele",
    "C27": "eeq",
    "C28": "ome", "C29": "mvh", "C302T309": "otn", "C31T33": "omf",
}  # fmt: skip
USD_PER_CAD = 0.70  # March 2025
METALS = ("72", "73", "76")
CANADA = "Department of Finance Canada, lists of 4 and 13 March 2025"
CHINA = (
    "State Council Tariff Commission of China, announcements of 4 March, 4, 9 and 11 April, 12 May"
)
LISTS = (
    # importer, first, last, rate in per cent, file, part of it, value as announced in bn CAD,
    # source
    ("CAN", "2025-03-04", "2025-08-31", 25, "canada-US-exports-030425", None, 30.0, CANADA),
    ("CAN", "2025-03-13", "2025-08-31", 25, "canada-steel-US-exports-031225", None, 29.8, CANADA),
    ("CAN", "2025-09-01", "", 25, "canada-steel-US-exports-031225", METALS, 15.6, CANADA),
    ("CHN", "2025-03-10", "2025-11-09", 10, "china-10-percent-US-exports-030425", None, 0, CHINA),
    ("CHN", "2025-03-10", "2025-11-09", 15, "china-15-percent-US-exports-030425", None, 0, CHINA),
)  # fmt: skip
ALL_GOODS = (
    ("CHN", "2025-04-10", "2025-04-11", 84),
    ("CHN", "2025-04-12", "2025-05-13", 125),
    ("CHN", "2025-05-14", "", 10),
)


def table(source: Path) -> pd.DataFrame:
    """Rows of the dataset: a list by sector with the US exports on it, or a rate on all goods."""
    crosswalk = pd.read_csv(source / "us-imports-2024" / "hs6_gtap_crosswalk.csv", dtype=str)
    gtap = crosswalk.set_index("hs6_code").gtap_code.str.lower().dropna()
    sector = {code: icio for icio, codes in SECTORS.items() for code in codes.split()}
    rows = []
    for importer, first, last, rate, file, part, announced, origin in LISTS:
        listed = pd.read_csv(source / "retaliation-2025" / f"{file}.csv", dtype={"hs-code": str})
        if part is not None:
            listed = listed[listed["hs-code"].str[:2].isin(part)]
        # Codes of a later nomenclature are where their neighbours of the same heading are.
        heading = gtap.groupby(gtap.index.str[:4]).agg(lambda codes: codes.mode()[0])
        code = listed["hs-code"].map(gtap).fillna(listed["hs-code"].str[:4].map(heading))
        sums = listed.exports.groupby(code.map(sector)).sum() / 1e6
        if announced:  # six digits hold more than a list of eight
            sums *= min(1.0, 1000 * announced * USD_PER_CAD / sums.sum())
        rows += [
            (importer, first, last, icio, rate, round(usd, 2), origin, "derived")
            for icio, usd in sums.items()
            if usd > 0
        ]
    rows += [(*row[:3], "all", row[3], "", CHINA, "published") for row in ALL_GOODS]
    columns = ["importer", "first", "last", "sector", "rate_pct", "listed_musd", "source", "grade"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--target", type=Path, default=DATASETS)
    given = parser.parse_args()
    path = given.target / f"{DATASET}.csv"
    table(given.source).to_csv(path, index=False, lineterminator="\n")
    entry = {
        "kind": "answers",
        "title": "What Canada and China put on US goods in 2025, by sector",
        "source": "official lists as compiled in tradewartracker/trade-war-redux-2025 (MIT)",
        "licence": "facts, cited",
        "retrieved": "summed by sector from lists at six digits; the year of the exports is not "
        "stated",
        "notes": [
            "Canada's duty on cars from the United States (9 April 2025) and China's duties of "
            "10 February "
            "2025 on fuels and machines have no list at hand and are left out; so are remissions.",
            "Canada's lists have eight digits: exports at six are brought down to the value "
            "announced (30, "
            "29.8 and, of it, metals 15.6 bn Canadian dollars).",
            "From 1 September 2025 Canada kept the duty on steel and aluminium: chapters 72, 73 "
            "and 76 of "
            "its second list. China suspended its lists of March on 10 November 2025 and kept 10 "
            "% on all.",
            "China's days and Canada's of September are from memory of the announcements.",
        ],
    }
    write_provenance(path, entry)


if __name__ == "__main__":
    main()
