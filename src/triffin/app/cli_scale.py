"""Commands for much work: kept runs, thresholds, large Monte Carlo. Rooms are imported inside."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from triffin.app.options import Json, app


@app.command()
def cache(
    action: Annotated[
        str, typer.Argument(metavar="[ACTION]", help="list, size or clear; list if left out.")
    ] = "list",
    as_json: Json = False,
) -> Any:
    """Solved runs that are kept to be reused."""
    from triffin.app.cache_command import cache as command

    return command(action, as_json)
