"""What the command line printed when it was pinned: the help of every command, and ten answers.

`python tests/golden/printed.py` writes the texts anew; do that in a commit that means to change
what is printed.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import typer.main

from triffin.app.cli import app, main

HERE = Path(__file__).parent / "printed"

ANSWERS = (
    "worlds",
    "parameters trade_elasticity",
    "trade world-2023 --set USA.JPN=24% --sensitivities USA",
    "optimal world-2023 USA --uniform",
    "payoffs world-2023 USA,CHN",
    "world check world-2023",
    "treasuries sell JPN 100 --draws 200",
    "treasuries wall 2025-06 --claim 9.2",
    "currency defend JPY --band 130:150 --draws 200",
    "currency intervene JPY 50 --draws 200",
    "dollar --draws 200",
    "dollar tip --shock 10% --layer reserves --draws 200",
    "backtest plaza-1985 --draws 200",
    "data auctions",
    "check --example holdings",
    "verify",
)


def commands() -> list[str]:
    """Every command, as typed: "triffin", "triffin run", "triffin world check"."""

    def below(command: object, typed: str) -> Iterator[str]:
        yield typed
        for name, part in getattr(command, "commands", {}).items():
            yield from below(part, f"{typed} {name}")

    return list(below(typer.main.get_command(app), "triffin"))


def printed(typed: str) -> str:
    """Standard output of a command on a terminal of 80 columns without colours."""
    out = io.StringIO()
    with (
        patch.dict(os.environ, COLUMNS="80", NO_COLOR="1", TRIFFIN_CACHE="off"),
        patch.object(sys, "argv", typed.split()),
        redirect_stdout(out),
        redirect_stderr(io.StringIO()),
    ):
        try:
            main()
        except SystemExit as done:
            if done.code:
                raise RuntimeError(typed) from done
    return out.getvalue()


def pages() -> dict[str, str]:
    """File name -> the command whose text it holds."""
    helped = {f"help {name}": f"{name} --help" for name in commands()}
    answered = {typed: f"triffin {typed}" for typed in ANSWERS}
    return {
        re.sub(r"[^\w.]+", "-", name) + ".txt": typed for name, typed in (helped | answered).items()
    }


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for file, typed in pages().items():
        (HERE / file).write_text(printed(typed), encoding="utf-8")
