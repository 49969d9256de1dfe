"""`triffin show`, `export`, `chart`, `brief` and `cite`: files and citations of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show as tables
from triffin.app.commands.runs.run import find_run, load_run
from triffin.app.declare import command
from triffin.app.options import Json, Run
from triffin.app.terminal import print_json, print_table, print_text, wrapped, writing
from triffin.world.base.errors import InputError, one_of


@command(example="triffin export japan-2025 --table draws --out draws.csv")
def export(
    run: Run,
    to: Annotated[
        str | None, Option(help="xlsx, dta, csv or parquet; default: as --out ends, or xlsx.")
    ] = None,
    table: Annotated[
        str | None, Option(help="For dta, csv, parquet: draws, partners, paths, headline, …")
    ] = None,
    out: Annotated[Path | None, Option(help="File to write.")] = None,
    as_json: Json = False,
) -> None:
    """Write a run as one file for other programs."""
    from triffin.results.export import export as exported

    folder = find_run(run)
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    to = to or ending or "xlsx"
    if ending and ending != to:
        # A workbook named .csv opens in no program.
        raise InputError(
            f"the ending is not that of the format {to}.",
            file=str(out),
            field="--out",
            value=str(out),
            valid=f"a file that ends in .{to}, or --to {ending}",
        )
    result = load_run(run)
    target = out or _beside(folder, f"-{table}.{to}" if table else f".{to}")
    with writing(target):
        written = exported(result, to, target, table)
    _say_written({"run": str(folder), "to": to, "file": str(written)}, as_json)


@command(example="triffin chart japan-2025 list")
def chart(
    run: Run,
    name: Annotated[
        str, Argument(metavar="NAME", help="Name of the chart; `triffin chart RUN list`.")
    ],
    theme: Annotated[str, Option(help="light or dark.")] = "light",
    size: Annotated[str, Option(help="16:9, 4:3, 1:1 or phone.")] = "16:9",
    out: Annotated[Path | None, Option(help="File: .svg .png .html .json .csv.")] = None,
    as_json: Json = False,
) -> None:
    """Draw one chart of a run."""
    from triffin.results.figures.figures import FIGURES, save_chart

    name = name.replace("_", "-")  # as the methods of Result.plot are spelled
    if name == "list":
        if as_json:
            print_json({"charts": list(FIGURES)})
        else:
            print("\n".join(FIGURES))
        return
    folder, result = find_run(run), load_run(run)
    target = out or _beside(folder, f"-{name}.svg")
    with writing(target):
        written = save_chart(result, name, target, theme=theme, size=size)
    _say_written({"run": str(folder), "chart": name, "file": str(written)}, as_json)


@command(example="triffin brief japan-2025 --out japan.html")
def brief(
    run: Run,
    out: Annotated[Path | None, Option(help="File: .html; print it for PDF.")] = None,
    as_json: Json = False,
) -> None:
    """Write a run as one page: answers, pictures, citation."""
    from triffin.results.report.brief import checked_file, save_brief

    if out is not None:
        checked_file(out)
    folder, result = find_run(run), load_run(run)
    target = out or _beside(folder, "-brief.html")
    with writing(target):
        written = save_brief(result, target)
    _say_written({"run": str(folder), "file": str(written)}, as_json)


@command(example="triffin cite japan-2025")
def cite(run: Run, as_json: Json = False) -> None:
    """How to cite a run, its data and its models."""
    from triffin.record import cite as citing

    result = load_run(run)
    if as_json:
        print_json({"text": citing.citations(result), "bibtex": citing.bibtex(result)})
    else:
        print(citing.cite(result))


@command(example="triffin show japan-2025 pays")
def show(
    run: Run,
    section: Annotated[
        str, Argument(help="Name of a section of the report; `triffin show RUN list`.")
    ],
    as_json: Json = False,
) -> None:
    """One section of a run: answers and what they rest on."""
    from triffin.results.report.sections import sections_of

    result = load_run(run)
    known = {found.name: found for found in sections_of(result)}
    if section == "list":
        if as_json:
            print_json({"sections": {name: found.title for name, found in known.items()}})
        else:
            tables.lines("", ["section", "what"], [[n, found.title] for n, found in known.items()])
        return
    one_of(section, known, f"the run has no section {section!r}.", field="section")
    found = known[section]
    if as_json:
        answers = [entry for entry in result.headline if entry["section"] == section]
        print_json({"section": section, "title": found.title, "answers": answers})
        return
    for item in found.answers:
        print_text(item["question"])
        for text in filter(None, (item["sentence"], item["outcome"], item["more"])):
            print(wrapped(text, first="  ", rest="  "))
        if item["table"]:
            _print_table(item["table"])
    tables.paragraphs(found.texts)
    for table in found.tables:
        _print_table(table)


def _print_table(table: dict[str, Any]) -> None:
    """A table of the report in the terminal."""
    rows = [[c["text"] if isinstance(c, dict) else str(c) for c in row] for row in table["rows"]]
    numeric = sum(column["number"] for column in table["columns"])
    print_table(table["title"], [c["label"] for c in table["columns"]], rows, numeric=numeric)


def _say_written(document: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        print(document["file"])


def _beside(folder: Path, ending: str) -> Path:
    """The sibling of a run folder with `ending` added to its name ("." has a name, too)."""
    named = folder if folder.name else folder.resolve()
    return named.with_name(named.name + ending)
