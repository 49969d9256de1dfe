"""`triffin data`: the finance datasets, listed, shown, drawn and updated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import Json
from triffin.app.terminal import number, print_json, print_table, say, writing
from triffin.world.base.errors import InputError, nearest_match, one_of
from triffin.world.base.wording import neutral

FORMATS = ("svg", "png", "html", "json", "csv")
_SHOWN = 10

Rows = list[dict[str, Any]]


@command(example="triffin data usdjpy --out usdjpy.svg")
def data(
    name: Annotated[
        str | None, Argument(metavar="[NAME]", help="A dataset; all if left out; or update.")
    ] = None,
    source: Annotated[
        str | None, Argument(metavar="[FILE]", help="With update: a file, or a dataset's name.")
    ] = None,
    out: Annotated[
        Path | None, Option(help="Draw it (.svg .png …); with update: the folder to keep it in.")
    ] = None,
    folder: Annotated[Path | None, Option(help="Folder of updated data to read from.")] = None,
    as_json: Json = False,
) -> None:
    """List, show, draw and update the data series."""
    if name is None:
        list_data(as_json)
    elif name != "update":
        show_data(name, as_json, out, folder)
    elif source is None:
        raise InputError(
            "update needs a file.",
            field="FILE",
            valid="a file from the official source (docs/finance-data.md), or a dataset's name to "
            "fetch it",
        )
    elif Path(source).exists() or Path(source).suffix:
        update_data(Path(source), out, as_json)
    else:
        fetch_data(source, out, as_json)


def list_data(as_json: bool) -> None:
    """Every dataset and series of finance: title, span, unit, source, terms, updated copies."""
    from triffin.world.data.update import user_folder

    found = [_describe(name) for name in dataset_names()]
    if as_json:
        print_json({"data": found, "user_folder": str(user_folder())})
        return
    show.table(
        "",
        found,
        show.text("name", "name"),
        show.text("what it is", "title"),
        show.text("first", lambda entry: entry["first"] or "—"),
        show.text("last", lambda entry: entry["last"] or "—"),
    )
    updated = [entry["name"] for entry in found if entry["updated"]]
    if updated:
        say(f"Updated copies of {', '.join(updated)} lie in {user_folder()}.")


def show_data(
    name: str, as_json: bool, out: Path | None = None, folder: Path | None = None
) -> None:
    """One dataset or series: where it comes from and its rows.

    out : a file for its chart (.svg .png .html .json) or its rows (.csv).
    folder : read the copy that `triffin data update` wrote there.

    Raises InputError with the nearest name, or for an ending that is no format.
    """
    described = _describe(name, folder)
    rows = rows_of(name, folder)
    if out is not None:
        _write(name, described, rows, out)
        say(f"written: {out}")
    if as_json:
        written = None if out is None else str(out)
        print_json({**described, "rows": rows, "written": written})
    elif out is None:
        _print(described, rows)


def update_data(file: Path, out: Path | None, as_json: bool) -> None:
    """Update from a file that the user downloaded (TIC or FRED); see world/update.py.

    out : folder for the updated data, by default the user's data folder.
    """
    from triffin.world.data.update import update_from_file, user_folder

    with writing(out or user_folder()):
        _report(update_from_file(file, folder=out), as_json)


def fetch_data(name: str, out: Path | None, as_json: bool) -> None:
    """Download the official files of one dataset and update from them; needs the extra stats."""
    from triffin.world.data.series import DATASET_OF
    from triffin.world.data.update import fetch, user_folder

    with writing(out or user_folder()):
        _report(fetch(DATASET_OF.get(name, name), folder=out), as_json)


def _report(done: list[Any], as_json: bool) -> None:
    documents = [{**asdict(one), "folder": str(one.folder)} for one in done]
    if as_json:
        print_json({"updated": documents})
        return
    show.table(
        "",
        documents,
        *(show.text(key, key) for key in ("dataset", "first", "last")),
        show.count("new", "rows_added"),
        show.count("revised", "rows_changed"),
    )
    say(f"written to {documents[0]['folder']}; the data that ship stay as they are.")


def dataset_names() -> tuple[str, ...]:
    """Names that `triffin data NAME` knows: the series, then the tables."""
    from triffin.world.data.series import series_names

    return (*series_names(), *_TABLES)


def rows_of(name: str, folder: Path | None = None) -> Rows:
    """The rows of a series or table as plain mappings; a missing figure is None.

    Raises InputError with the nearest name.
    """
    from triffin.world.data.series import ALIASES, load_series, series_names

    if ALIASES.get(name, name) in series_names():
        series = load_series(name, folder=folder)
        return [
            {"date": str(day), "value": float(v) if v == v else None}
            for day, v in zip(series.dates, series.values, strict=True)
        ]
    one_of(name, dataset_names(), f"there is no dataset {name!r}.")
    if folder is not None and name != "tic-holdings":
        raise InputError(
            f"{name} cannot be updated, so that no copy lies elsewhere.", value=str(folder)
        )
    return _TABLES[name](folder)


def _tic(folder: Path | None) -> Rows:
    from triffin.world.data.holdings import tic_holdings

    found = tic_holdings(folder=folder)
    return [
        {"holder": name, "iso3": code or None, "month": month, "usd_bn": float(value)}
        for name, code, values in zip(found.holders, found.codes, found.usd_bn, strict=True)
        for month, value in zip(found.months, values, strict=True)
        if value == value
    ]


def _interventions(folder: Path | None) -> Rows:
    from triffin.world.data.market_events import interventions

    return [{**(row := asdict(i)), **row.pop("rates")} for i in interventions()]


def _reserves(folder: Path | None) -> Rows:
    from triffin.world.data.market_events import CURRENCIES, reserve_shares

    # a currency that a quarter does not list is missing, not zero
    return [
        {**(row := asdict(r)), **dict.fromkeys(CURRENCIES), **row.pop("shares")}
        for r in reserve_shares()
    ]


def _records(module: str, function: str, *arguments: str) -> Callable[[Path | None], Rows]:
    """Rows of a table that is a function of `triffin.world.data`, imported when it is asked for."""

    def rows(folder: Path | None) -> Rows:
        records = getattr(import_module(f"triffin.world.data.{module}"), function)
        return [asdict(record) for record in records(*arguments)]

    return rows


def _debt_due(folder: Path | None) -> Rows:
    from triffin.world.data.markets.debt import due_rows

    return due_rows()


def _coupons(folder: Path | None) -> Rows:
    from triffin.world.data.markets.debt import coupons_by_month

    return [asdict(month) for month in coupons_by_month().values()]


COUPONS = "coupons-by-month"
_COMPUTED = {COUPONS: "debt-by-security"}
"""Tables that are computed from a dataset -> the dataset."""
_TABLES: dict[str, Callable[[Path | None], Rows]] = {
    "tic-holdings": _tic,
    "auctions": _records("market_events", "auctions"),
    "mof-interventions": _interventions,
    "reserve-shares": _reserves,
    "facts-price-impact-studies": _records("facts", "price_impact"),
    "facts-yield-channel": _records("facts", "yield_channel"),
    "debt-due": _debt_due,
    "debt-by-security": _records("markets.debt", "debt_by_security"),
    "leveraged-holders": _records("markets.stress", "holders"),
    "joint-stress-episodes": _records("markets.stress", "stress_weeks"),
    COUPONS: _coupons,
    **{
        f"facts-{table}": _records("facts", "facts", table)
        for table in ("holdings-and-debt", "fx", "dollar-system", "price-impact")
    },
}


def _describe(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Title, unit, span, source, terms and notes of one series or table."""
    from triffin.world.data.series import ALIASES, DATASET_OF, read_dataset
    from triffin.world.data.shipped import provenance
    from triffin.world.data.update import user_folder

    name = ALIASES.get(name, name)
    if name not in dataset_names():
        rows_of(name)
    dataset = DATASET_OF.get(name, _COMPUTED.get(name, name))
    entry = provenance(dataset) if folder is None else read_dataset(dataset, folder)[0]
    part = next((s for s in entry.get("series", ()) if s["name"] == name), entry)
    return {
        "name": name,
        "title": part["title"],
        "unit": part.get("unit"),
        "frequency": part.get("frequency"),
        "first": part.get("first"),
        "last": part.get("last"),
        "source": entry["source"],
        "licence": entry["licence"],
        "retrieved": entry["retrieved"],
        "sha256": entry["sha256"],
        "notes": list(entry["notes"]),
        "updated": (user_folder() / f"{dataset}.yaml").is_file(),
    }


def _print(described: dict[str, Any], rows: Rows) -> None:
    keys = ("title", "unit", "frequency", "source", "licence", "retrieved")
    about = [[key, str(described[key])] for key in keys if described[key]]
    about += [["note", text] for text in described["notes"]]
    print_table("", [described["name"], ""], about)
    shown, which = rows if len(rows) <= 2 * _SHOWN else rows[-_SHOWN:], "Last"
    if described["name"] == "tic-holdings":
        latest = [row for row in rows if row["month"] == described["last"]]
        shown, which = sorted(latest, key=lambda row: -row["usd_bn"])[:_SHOWN], "Largest"
    columns = _columns(described["name"], rows)
    right = any(isinstance(row[columns[-1]], float) for row in shown)
    show.table(
        f"{which} {len(shown)} of {len(rows)} rows",
        shown,
        *(show.Column(key, key, _cell, right=right and key == columns[-1]) for key in columns),
    )


def _columns(name: str, rows: Rows) -> list[str]:
    """Columns that fit a terminal; `--json` and CSV have all."""
    some = {
        "tic-holdings": ["holder", "month", "usd_bn"],
        "auctions": ["date", "type", "term", "high_yield", "bid_to_cover"],
        "mof-interventions": ["date", "status", "jpy_tn"],
        "reserve-shares": ["period", "basis", "EUR", "USD"],
        "facts-price-impact-studies": ["study", "family", "grade", "bp_per_100bn_2025_low"],
        "facts-yield-channel": ["sample", "regressors", "coefficient", "horizon_days", "estimate"],
    }
    if name.startswith("facts-") and name not in some:
        return ["key", "date", "unit", "grade", "value"]
    return some.get(name, list(rows[-1]))


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return number(value, 4 if 0 < abs(value) < 0.1 else 2)
    return "—" if value is None else str(value)


def _write(name: str, described: dict[str, Any], rows: Rows, out: Path) -> None:
    from triffin.world.base.atomic_files import atomic_file

    ending = out.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise InputError(
            f"{ending or 'no ending'} is no format of a chart or table.",
            field="--out",
            value=str(out),
            nearest=nearest_match(ending, FORMATS),
            valid=FORMATS,
        )
    spec = None
    if ending != "csv":
        from triffin.app.commands.data.data_chart import chart

        spec = chart(name, described, rows)
    with writing(out), atomic_file(out) as partial:
        if spec is None:
            import csv

            with partial.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows({k: neutral(v) for k, v in row.items()} for row in rows)
            return
        if ending == "json":
            partial.write_text(json.dumps(spec, ensure_ascii=False, allow_nan=False), "utf-8")
            return
        import vl_convert

        if ending == "svg":
            partial.write_text(vl_convert.vegalite_to_svg(spec), "utf-8")
        elif ending == "png":
            partial.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
        else:
            partial.write_text(vl_convert.vegalite_to_html(spec, bundle=True), "utf-8")
