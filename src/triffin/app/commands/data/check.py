"""`triffin check`: which table a file is, what it holds, and what is wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app.commands.data.own_tables import KINDS, recognise
from triffin.app.declare import command
from triffin.app.options import Json
from triffin.app.terminal import print_json, print_table, say, writing
from triffin.world.base.errors import InputError, one_of
from triffin.world.base.rates import format_rate
from triffin.world.base.wording import exact

_DEFAULT_WORLD = "world-2023"
_SHOWN = 12


@command(example="triffin check my-tariffs.csv --as tariffs")
def check(
    path: Annotated[
        Path | None, Argument(metavar="[FILE]", help="A table, or a folder of tables.")
    ] = None,
    kind: Annotated[
        str | None, Option("--as", help="Which table it is; recognised if left out.")
    ] = None,
    world: Annotated[str | None, Option(help="The world that tariffs are for.")] = None,
    example: Annotated[
        str | None, Option(help="Print an example file of this table instead.")
    ] = None,
    shipped: Annotated[
        str | None, Option(help="Write the shipped table instead, to start from.")
    ] = None,
    out: Annotated[
        Path | None, Option(help="With --example or --shipped: where to write it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a file of your own, and say what it holds."""
    if sum(given is not None for given in (path, example, shipped)) != 1:
        raise InputError(
            "name a file, an example or a shipped table.",
            field="FILE",
            valid="triffin check FILE, --example NAME, or --shipped NAME --out FILE",
        )
    if example is not None:
        show_example(example, out, as_json)
    elif shipped is not None:
        write_shipped(shipped, out, as_json)
    elif path is not None:
        check_file(path, kind, world, as_json)


def check_file(path: Path, kind: str | None, world: str | None, as_json: bool) -> None:
    """Read a file with the reader of its table and say what it holds.

    kind: one of `KINDS`, by default recognised; world: the one that a table of tariffs is for.
    Raises InputError naming row and column (entry, line) of what is wrong, and for a file that is
    none of the tables.
    """
    if not path.exists():
        raise InputError("there is no such file or folder.", file=str(path), valid="a path")
    chosen = kind or recognise(path)
    one_of(chosen, KINDS, f"there is no table {kind!r}.", field="--as")
    table = KINDS[chosen]
    found = table.read(path, world or _DEFAULT_WORLD)
    document = {
        "file": str(path),
        "table": chosen,
        "title": table.title,
        "valid": True,
        "rows": found.rows,
        "holds": found.holds,
        "notes": list(found.notes),
        "used_by": table.used,
    }
    if as_json:
        print_json(document)
        return
    rows = [["table", table.title]]
    if found.rows is not None:
        rows.append(["rows", f"{found.rows:,}"])
    rows += [
        [key.replace("_", " "), format_rate(value) if key in found.rates else _shown(value)]
        for key, value in found.holds.items()
    ]
    rows += [["note", note] for note in found.notes]
    rows.append(["used by", table.used])
    print_table("", [path.name or str(path), "valid"], rows)


def show_example(name: str, out: Path | None, as_json: bool) -> None:
    """Print an example file, or write it (a folder where files belong together) to `out`.

    Raises InputError for an unknown name and where `out` is there already.
    """
    from triffin.world.data.own.example_files import example_path

    source = example_path(name)
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    files = [file for file in files if file.is_file()]
    if out is not None:
        if out.exists():
            raise InputError("the file is there already.", file=str(out), valid="a new path")
        with writing(out):
            if source.is_dir():
                shutil.copytree(source, out)
            else:
                out.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, out)
        say(f"written: {out}")
    texts = {
        str(file.relative_to(source) if source.is_dir() else file.name): file.read_text("utf-8")
        for file in files
    }
    if as_json:
        print_json({"example": name, "files": texts, "written": None if out is None else str(out)})
    elif out is None:
        for file, text in texts.items():
            if len(texts) > 1:
                print(f"--- {file}")
            print(text, end="")


def write_shipped(name: str, out: Path | None, as_json: bool) -> None:
    """Write a table that ships in the format of an own one, to be changed.

    Raises InputError for an unknown name, without `out`, and where it is there already.
    """
    from triffin.finance.treasuries.own_holdings import shipped_holdings, write_holdings
    from triffin.world.data.facts import maturities
    from triffin.world.data.own.maturities import write_maturities
    from triffin.world.data.own.partners import write_partners
    from triffin.world.data.own.priors import write_priors
    from triffin.world.data.partners import partners
    from triffin.world.registry.registry import all_parameters

    writers: dict[str, Callable[[Path], None]] = {
        "holdings": lambda path: write_holdings(path, shipped_holdings()),
        "maturities": lambda path: write_maturities(path, maturities()),
        "partners": lambda path: write_partners(path, partners()),
        "priors": lambda path: write_priors(path, all_parameters()),
    }
    one_of(
        name,
        writers,
        f"there is no shipped table {name!r} to start from.",
        valid=(*writers, "and `triffin world check WORLD --out FOLDER` for a world"),
        field="--shipped",
    )
    if out is None or out.exists() or out.suffix.casefold() != ".csv":
        raise InputError(
            "name a new CSV file for the table.", field="--out", valid="--out my-table.csv"
        )
    with writing(out):
        writers[name](out)
    say(f"written: {out}")
    if as_json:
        print_json({"shipped": name, "written": str(out)})


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict):
        value = [f"{key} {_shown(item)}" for key, item in value.items()]
    if isinstance(value, list | tuple):
        more = f" and {len(value) - _SHOWN} more" if len(value) > _SHOWN else ""
        return ", ".join(map(str, value[:_SHOWN])) + more
    return exact(value) if isinstance(value, float) else str(value)
