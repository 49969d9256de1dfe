"""The `triffin` command as tests call it: within this process, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from triffin.app.cli import main

ENTRY_POINT = Path(sys.executable).with_name("triffin")


@dataclass(frozen=True)
class Outcome:
    """Exit code, standard output and standard error of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output; NaN and Infinity are not JSON."""
        return json.loads(self.out, parse_constant=_refuse)

    def refused(self, *words: str) -> None:
        """Bad input: exit code 2, nothing on standard output, a message with all of `words`."""
        self.stopped(2, *words)

    def stopped(self, code: int, *words: str) -> None:
        assert (self.code, self.out) == (code, ""), self
        assert "Traceback" not in self.err
        assert self.err.strip()
        for word in words:
            assert word in self.err, f"{word!r} is not in {self.err!r}"


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def triffin(*arguments: str | Path) -> Outcome:
    """Run the command in this process. An error that it does not expect is raised."""
    out, err = io.StringIO(), io.StringIO()
    words = ["triffin", *(str(argument) for argument in arguments)]
    with (
        patch.object(sys, "argv", words),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as stop,
    ):
        main()
    code = stop.value.code
    assert isinstance(code, int)
    return Outcome(code, out.getvalue(), err.getvalue())


def process(*arguments: str | Path, **variables: str) -> Outcome:
    """Run the installed command as a process, with environment `variables` on top."""
    done = subprocess.run(
        [ENTRY_POINT, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **variables},
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Finished:
    """A run: what the command printed, and its folder."""

    outcome: Outcome
    folder: Path


def folder_of(archive: Path, scenario: str) -> Path:
    """The folder of the only run of a scenario."""
    (found,) = [item for item in (archive / "runs").glob(f"{scenario}-*") if item.is_dir()]
    return found
