"""Commands on data, verification and finance. Rooms are imported inside the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, app


@app.command()
def data(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A dataset; all if left out; or update.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="With update: a file, or a dataset's name."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Draw it (.svg .png …); with update: the folder to keep it in."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of updated data to read from.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """List, show, draw and update the data series."""
    from triffin.app.data_command import fetch_data, list_data, show_data, update_data
    from triffin.world.errors import InputError

    if name is None:
        return list_data(as_json)
    if name != "update":
        return show_data(name, as_json, out, folder)
    if source is None:
        raise InputError(
            "update needs a file.",
            field="FILE",
            valid="a file from the official source (docs/finance-data.md), or a dataset's name to "
            "fetch it",
        )
    if Path(source).exists() or Path(source).suffix:
        return update_data(Path(source), out, as_json)
    return fetch_data(source, out, as_json)


@app.command()
def verify(
    path: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Cases as JSON; ours if left out.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Cases with known answers, through the functions used in production."""
    from triffin.app.verify_command import verify as command

    return command(path, as_json)
