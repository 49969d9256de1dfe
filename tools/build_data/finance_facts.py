"""Build `facts-holdings-and-debt`, `facts-fx`, `facts-dollar-system`, `facts-price-impact`.

    python -m tools.build_data.finance_facts --source FOLDER

FOLDER holds `facts/` and `treasuries/` (the monthly holdings, against which the facts that repeat
them are checked and then left out).
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from tools.build_data.finance_common import UNSOURCED, write_csv
from tools.build_data.finance_tic import read_table
from tools.build_data.provenance import write_provenance

from triffin.world.data.facts import KIND, Fact
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

HEADER = ["key", "value", "unit", "date", "source", "note", "confidence"]
TITLES = {
    "holdings-and-debt": (
        "holdings_and_debt.csv",
        "Treasury holdings, marketable debt, maturities, auctions: single figures",
    ),
    "fx": ("fx.csv", "The yen, Japan's reserves, intervention, pass-through: single figures"),
    "dollar-system": ("dollar_system.csv", "The dollar's shares and privilege: single figures"),
    "price-impact": (
        "treasury_price_impact.csv",
        "Price impact of sales and holdings of Treasuries: figures as printed in the studies",
    ),
}
# Where a source names a working file or a copy, the name of the publication.
SOURCES = (
    (
        re.compile(r'US Treasury TIC "Major Foreign Holders" history mfhhis01\.txt, GitHub.*csv'),
        "US Treasury, TIC, Major Foreign Holders, mfhhis01.txt (release of 18 March 2026)",
    ),
    (re.compile(r"US Treasury TIC slt_table5 .*"), "US Treasury, TIC, slt_table5.txt (2026-02)"),
    (
        re.compile(r"Federal Reserve H\.10 via FRED EXJPUS/DEXJPUS; data/fred/\S+ and daily files"),
        "Federal Reserve, H.10 and G.5, through FRED (EXJPUS, DEXJPUS)",
    ),
    (re.compile(r"FRED DTWEXBGS; data/fred\S*"), "Federal Reserve, H.10, through FRED (DTWEXBGS)"),
    (re.compile(r"FRED FDHBFIN; data/fred\S*"), "US Treasury, through FRED (FDHBFIN)"),
    (
        re.compile(r"computed from data/auctions/auctions_2022_2025\.csv"),
        "computed from the dataset auctions",
    ),
    (re.compile(r"GitHub bobaoxu2001/\S+ table2 "), "a public table of auctions "),
)
# What is left where a link was taken out of a source.
EMPTY = (re.compile(r"[;,]\s*([;)])"), re.compile(r"\(\s*()\)"))
NOTES = ((re.compile(r"checked with data/fred/DGS10\.csv"), "as in the series yield-10y"),)
UNITS = re.compile(r"^(USD tn|USD bn|percent|ratio|JPY tn|JPY per USD|bp)(?=$|[ ,(])[ ,]*(.*)$")
LEVEL = re.compile(r"^tic_(?P<holder>[a-z_]+)_(?P<month>\d{4}-\d{2})$")
HOLDERS = {
    "japan": "Japan",
    "china": "China, Mainland",
    "uk": "United Kingdom",
    "cayman": "Cayman Islands",
    "korea": "Korea, South",
    "uae": "United Arab Emirates",
    "total_foreign": "Grand Total",
    "foreign_official": "Foreign Official",
    "foreign_official_bills": "Foreign Official: bills",
    "foreign_official_coupons": "Foreign Official: bonds and notes",
}


def read_facts(path: Path) -> list[dict[str, str]]:
    """Rows of a table of facts. In a row with six cells, date and source share one: the date is
    its first word, and the cell after it is the note."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    if header != HEADER:
        raise ValueError(f"{path.name}: the header is {header}")
    found = []
    for number, cells in enumerate(rows, start=2):
        if len(cells) == len(HEADER) - 1:
            date, _, source = cells[3].partition(" ")
            cells = [*cells[:3], date, source, *cells[4:]]
        if len(cells) != len(HEADER):
            raise ValueError(f"{path.name}, row {number}: {len(cells)} cells")
        found.append(dict(zip(HEADER, (cell.strip() for cell in cells), strict=True)))
    return found


def cleaned(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with full sources ("idem" is written out), plain units and grades."""
    previous = ""
    found = []
    for row in rows:
        source = row["source"]
        if source.startswith("idem"):
            source = previous + source.removeprefix("idem")
        else:
            for pattern, name in SOURCES:
                source = pattern.sub(name, source)
            for pattern in EMPTY:
                source = pattern.sub(r"\1", source)
            source = previous = source.strip(" ;,")
        note = row["note"]
        for pattern, name in NOTES:
            note = pattern.sub(name, note)
        unit, rest = row["unit"], ""
        match = UNITS.match(unit)
        if match and not match[2].startswith(("per ", "higher ", "average ", "lower ", "rise ")):
            unit, rest = match[1], match[2]
            if rest.startswith("(") and rest.endswith(")") and rest.count("(") == 1:
                rest = rest[1:-1]
        note = "; ".join(part for part in (rest, note) if part)
        found.append({**row, "source": source, "note": note, "unit": unit})
    for row in found:
        row["grade"] = grade(row)
    return found


def grade(row: dict[str, str]) -> str:
    """Grade of a fact by its source: unsourced, inferred or weakly sourced is a judgement."""
    source = row["source"]
    if UNSOURCED in source or source.startswith(("judgement", "inference", "the article")):
        return "judgement"
    if row["confidence"] == "low" or "unverified" in row["note"]:
        return "judgement"
    if source.startswith(("computed", "residual")) or re.fullmatch(r"[\d.*+ /-]+", source):
        return "derived"
    return "published"


def without_levels(
    rows: list[dict[str, str]], table: dict[tuple[str, str], float]
) -> list[dict[str, str]]:
    """The rows without the levels of TIC, each checked against the holdings that ship."""
    kept = []
    for row in rows:
        match = LEVEL.match(row["key"])
        if match is None:
            kept.append(row)
            continue
        name = HOLDERS.get(match["holder"], match["holder"].replace("_", " ").title())
        if table[name, match["month"]] != float(row["value"]):
            raise ValueError(f"{row['key']} is {row['value']}, TIC has another figure")
    return kept


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """Write the four tables and their provenance into `target`; returns the data files."""
    table = read_table(source / "treasuries" / "tic_holders_monthly.csv")
    files = []
    for name, (file, title) in TITLES.items():
        rows = cleaned(without_levels(read_facts(source / "facts" / file), table))
        data_file = target / f"facts-{name}.csv"
        write_csv(data_file, columns(Fact), rows)
        graded = {g: sum(row["grade"] == g for row in rows) for g in ("derived", "judgement")}
        notes = [
            "Every row names its source, and its confidence in that source.",
            f"{graded['judgement']} of {len(rows)} rows are graded judgement (no source, or one "
            f"of low confidence), {graded['derived']} derived, the rest published.",
        ]
        if name == "holdings-and-debt":
            notes.append("Levels of TIC stand in tic-holdings and are not repeated here.")
        write_provenance(
            data_file,
            {
                "kind": KIND,
                "title": title,
                "source": "as each row states; compiled from official releases, studies and press",
                "licence": "single published figures, cited; US government works: public domain",
                "retrieved": "compiled up to August 2026",
                "notes": notes,
            },
        )
        files.append(data_file)
    return files


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
