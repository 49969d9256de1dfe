"""Every command explains itself: an example that is accepted, a named group, shell completion."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import typer.main
from command_line import process, triffin

from triffin.app.declare import PANELS, app

ROOT: Any = typer.main.get_command(app)


def _commands(command: Any, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found = {words: command} if words else {}
    for name, part in getattr(command, "commands", {}).items():
        found |= _commands(part, (*words, name))
    return found


COMMANDS = _commands(ROOT)


def _example(page: str) -> list[str]:
    """The words of the example on a page of help, over several lines where it is long."""
    lines = page.split("Example:\n")[1].replace("\\\n", " ")
    return shlex.split(lines)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_example_of_a_command_is_one_that_it_accepts(words: tuple[str, ...]) -> None:
    page = triffin(*words, "--help").out
    program, *typed = _example(page)
    assert program == "triffin"
    assert tuple(typed[: len(words)]) == words
    command, context = ROOT, ROOT.make_context(program, typed)
    while context._protected_args:  # the name of the command below; its options are checked there
        (name,) = context._protected_args
        command = command.commands[name]
        context = command.make_context(name, context.args, parent=context)
    assert max(map(len, page.splitlines())) <= 80


def test_every_command_stands_in_a_named_group() -> None:
    page = triffin("--help").out
    at = [page.index(f"\n{panel}:\n") for panel in PANELS.values()]
    assert at == sorted(at)
    assert {name for name, *below in COMMANDS if not below} == set(ROOT.commands)
    assert len(ROOT.commands) == 36


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("triffin trea", "treasuries"),
        ("triffin currency int", "intervene"),
        ("triffin run --dr", "--draws"),
        ("triffin run jap", "japan-2025"),
        ("triffin trade wor", "world-2023"),
    ],
)
def test_the_shell_completes_commands_and_options(typed: str, offered: str) -> None:
    words = typed.split()
    done = process(
        _TRIFFIN_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1)
    )
    assert done.code == 0
    assert offered in done.out.split()
    assert done.err == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_completion_can_be_had(shell: str) -> None:
    done = process(_TRIFFIN_COMPLETE=f"source_{shell}")
    assert done.code == 0
    assert "_TRIFFIN_COMPLETE" in done.out
