"""The command line: every module of commands, in the order of the first page of help."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from triffin.app.declare import app
from triffin.app.terminal import INTERRUPTED, guarded, read_arguments

# Importing a module declares its commands.
_MODULES = (
    "runs.run",
    "runs.compare",
    "runs.files",
    "studies.sweep",
    "studies.solve",
    "studies.cache",
    "trade.trade",
    "trade.games",
    "trade.power",
    "finance.treasuries",
    "finance.currency",
    "finance.dollar",
    "talks.negotiate",
    "talks.bluff",
    "talks.align",
    "talks.threats",
    "evidence.claims",
    "evidence.backtest",
    "evidence.versus",
    "evidence.replicate",
    "evidence.verify",
    "data.lists",
    "data.schedules",
    "data.data",
    "data.world",
    "data.import_world",
    "data.check",
)
for _module in _MODULES:
    import_module(f"triffin.app.commands.{_module}")


def _version(wanted: bool) -> None:
    if wanted:
        import triffin

        print(f"triffin {triffin.__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the `triffin` command."""
    if sys.flags.optimize > 1:
        # Without docstrings (-OO) the library of charts does not load, and commands have no help.
        os.environ["PYTHONOPTIMIZE"] = "1"
        os.execv(sys.executable, [sys.executable, "-O", "-m", "triffin", *sys.argv[1:]])
    arguments = read_arguments(sys.argv[1:])

    def command() -> int:
        try:
            code = int(app(arguments, standalone_mode=False, prog_name="triffin") or 0)
        except typer.Exit as done:
            return int(done.exit_code)
        except typer.Abort:
            raise KeyboardInterrupt from None
        except SystemExit as stop:
            if "_TRIFFIN_COMPLETE" in os.environ:
                return int(stop.code or 0)
            # What the option parser makes of a closed pipe, and of nothing else in this mode.
            raise BrokenPipeError from stop
        except typer.TyperException as error:
            # Errors of the option parser carry their own message and exit code (2).
            shown: Any = error  # the public base class does not declare what every subclass has
            shown.show()
            return int(shown.exit_code)
        if code == INTERRUPTED:  # the option parser caught it, and said nothing
            raise KeyboardInterrupt
        return code

    sys.exit(guarded(command))
