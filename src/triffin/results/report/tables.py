"""The tables of the report: text and numbers as they are printed, ready for the template.

Each is a mapping with title, caption, columns ({label, number}) and rows of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from triffin.answers.headline import headline_table
from triffin.record import figure_rows as figure_data
from triffin.record import tables
from triffin.record.readings import central
from triffin.record.record import Record
from triffin.record.units import variable_label
from triffin.results.figures.figures import Figure
from triffin.world.base.wording import clean, interval_text, number, quantity, words

HEADLINE_LABELS = {
    "question": "Question",
    "answer": "Answer",
    "median": "Median",
    "interval": "90 % interval",
    "sure": "How sure",
    "drivers": "Driven by",
}


def plain_table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = ()
) -> dict[str, Any]:
    """A table for the template; `numbers` are the positions of columns that align right."""
    return {
        "title": caption,
        "caption": caption,
        "columns": [
            {"label": label, "number": position in numbers}
            for position, label in enumerate(columns)
        ],
        "rows": rows,
    }


Column = tuple[str, Callable[[Any], Any]]
"""The header of a column and its cell from a row."""


def of_rows(
    caption: str, rows: Iterable[Any], *columns: Column, numbers: Sequence[int] = ()
) -> dict[str, Any]:
    """A table of rows, column by column; `numbers` as in `plain_table`."""
    cells = [[cell(row) for _, cell in columns] for row in rows]
    return plain_table(caption, [header for header, _ in columns], cells, numbers)


def of_figure(figure: Figure, rows: figure_data.Rows, title: str) -> dict[str, Any]:
    """The rows of a chart under the headers of its CSV."""
    keys = list(figure.columns)
    numeric = [k for k, key in enumerate(keys) if any(isinstance(row[key], float) for row in rows)]
    return plain_table(
        title,
        list(figure.columns.values()),
        [
            [_cell(row[key], position in numeric) for position, key in enumerate(keys)]
            for row in rows
        ],
        numeric,
    )


def _cell(value: Any, numeric: bool) -> str:
    if value is None:
        return "" if not numeric else "–"
    return number(value) if isinstance(value, float) else str(value)


def headline(result: Record) -> dict[str, Any]:
    """All answers, in the reader's order."""
    rows = headline_table(result.headline)
    return plain_table(
        "All answers",
        list(HEADLINE_LABELS.values()),
        [[row[key] for key in HEADLINE_LABELS] for row in rows],
        [position for position, key in enumerate(HEADLINE_LABELS) if key in ("median", "interval")],
    )


def behind(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The rows behind an answer: by convention, or by horizon."""
    return of_rows(
        "By convention or horizon",
        entry["table"],
        ("Under", lambda row: row["name"]),
        ("Middle", lambda row: number(row["median"])),
        ("9 in 10 outcomes", lambda row: interval_text(row["low"], row["high"], "")),
        numbers=(1, 2),
    )


def by_phase(result: Record) -> Iterator[dict[str, Any]]:
    """Per role: phases in rows, variables in columns, at the central closure."""
    known = [name for name in tables.ECONOMY_VARIABLES if name in result.data]
    codes = result.labels("economy")
    for code in figure_data.roles(result).values():
        position = codes.index(code)
        rows = []
        for phase in result.labels("phase"):
            values = [central(result, name, phase)[position] for name in known]
            rows.append([phase, *(number(value) for value in values)])
        table = plain_table(
            "By phase, per cent, in the central model. Exports and imports are "
            "changes of their ratio to own income; prices are the relative price level, not "
            "consumer inflation; revenue is a share of baseline spending.",
            ["Phase", *(variable_label(name)[0] for name in known)],
            rows,
            range(1, len(known) + 1),
        )
        yield {**table, "title": result.name_of(code)}


def by_rate(result: Record) -> dict[str, Any]:
    """Welfare of hegemon and focus by rate on the focus, with differences draw by draw."""
    rows = figure_data.focus_rates(result)
    if not rows:
        return {}
    first = rows[0]["rate"]
    return of_rows(
        f"Real income by rate, per cent a year: middle and 9 in 10 outcomes; difference to {first} "
        "under the same assumptions, percentage points",
        rows,
        ("Rate", lambda row: row["rate"]),
        ("Economy", lambda row: row["party"]),
        ("Real income", lambda row: quantity(row["median"], "%")),
        ("90 % interval", lambda row: interval_text(row["low"], row["high"], "%")),
        ("Difference", lambda row: _cell(row["difference"], True)),
        (
            "90 % interval",
            lambda row: interval_text(row["difference_low"], row["difference_high"], ""),
        ),
        numbers=range(2, 6),
    )


def closures(result: Record) -> dict[str, Any]:
    """Models and closures with their weights."""
    central = {result.manifest["central_closure"]: " (central)"}
    return of_rows(
        "Models, and their weight",
        result.manifest["closures"],
        ("Model and conventions", lambda one: one["label"] + central.get(one["id"], "")),
        ("Model", lambda one: one["model"]),
        ("Revenue", lambda one: words(one["revenue"])),
        ("Retaliation", lambda one: words(one["retaliation"])),
        ("Weight", lambda one: quantity(100 * one["weight"], "%", 1)),
        numbers=[4],
    )


def phases(manifest: dict[str, Any]) -> dict[str, Any]:
    """Phases with dates, rates and notes."""
    main = {manifest["main_phase"]: " (main)"}
    return of_rows(
        "Phases; the headline is about the main one",
        manifest["phases"],
        ("Phase", lambda phase: phase["label"] + main.get(phase["label"], "")),
        ("From", lambda phase: str(phase.get("start") or "")),
        ("To", lambda phase: str(phase.get("end") or "")),
        ("Rates", lambda phase: phase.get("rates_note") or ""),
        ("Notes", lambda phase: "; ".join(phase.get("notes") or [])),
    )


def economies(result: Record) -> dict[str, Any]:
    """All economies; cells are {text, raw, named}: raw is what sorting and the CSV use, named marks
    the parties."""
    frame = tables.summary(result)
    named = set(figure_data.roles(result).values())
    order = ["economy", "name", "welfare_median", "welfare_low", "welfare_high"]
    order += [name for name in frame.columns if name not in order]
    frame = frame[[name for name in order if name in frame.columns]]
    rows = []
    for record in frame.to_dict("records"):
        row = []
        for key, value in record.items():
            is_text = isinstance(value, str)
            raw = value if is_text else clean(float(value))
            # ten digits are what the CSV of the run folder has too
            short = raw if is_text or raw is None else f"{raw:.10g}"
            row.append(
                {
                    "text": value if is_text else number(value),
                    "raw": short if is_text or raw is None else float(short),
                    "named": key == "economy" and value in named,
                    "below": "",
                }
            )
        rows.append(row)
    table = plain_table(
        f"{result.manifest['main_phase']}. Real income: middle and 9 in 10 outcomes; the "
        "other columns in the central model. Spending and GDP in bn USD, the rest in "
        "per cent.",
        [_column_label(str(name)) for name in frame.columns],
        rows,
        [k for k, name in enumerate(frame.columns) if name not in ("economy", "name")],
    )
    return table | {"key": 1, "what": "economies"}


def _column_label(name: str) -> str:
    special = {
        "economy": "Code",
        "name": "Economy",
        "welfare": "Real income, central",
        "welfare_low": "Real income, 5 %",
        "welfare_median": "Real income, middle",
        "welfare_high": "Real income, 95 %",
        "tariff_paid": "Tariff paid",
        "gdp": "GDP",
    }
    if name in special:
        return special[name]
    label = variable_label(name)[0]
    return label[:1].upper() + label[1:]


def parameters(manifest: dict[str, Any]) -> dict[str, Any]:
    """Parameters with value, range, grade, source and meaning."""

    def value(item: dict[str, Any]) -> str:
        given = item["value"]
        return quantity(given, item["unit"]) if isinstance(given, float | int) else str(given)

    return of_rows(
        "Parameters, their range, grade and source",
        manifest["parameters"],
        ("Parameter", lambda item: words(item["name"])),
        ("Value", value),
        ("Range", lambda item: interval_text(item.get("low"), item.get("high"), item["unit"])),
        ("Grade", lambda item: item["grade"]),
        ("Source", lambda item: item["source"]),
        ("Meaning", lambda item: item.get("description") or ""),
    )


def data(manifest: dict[str, Any]) -> dict[str, Any]:
    """Datasets with source, terms and checksum."""
    return of_rows(
        "Data",
        manifest["data"],
        ("Name", lambda item: item["name"]),
        ("Title", lambda item: item["title"]),
        ("Source", lambda item: item["source"]),
        ("Licence or terms", lambda item: item.get("licence") or ""),
        ("SHA-256", lambda item: item["sha256"]),
    )


def invariants(manifest: dict[str, Any]) -> dict[str, Any]:
    """Accounting identities and how far any solve missed them."""
    return of_rows(
        "Accounting: largest violation in any solve",
        manifest.get("invariants", {}).items(),
        ("Identity", lambda item: words(item[0])),
        ("Violation", lambda item: f"{item[1]:.1e}"),
        numbers=[1],
    )
