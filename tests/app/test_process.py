"""The installed command as a process: exit codes, pure output, signals, pipes, speed of imports."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import ENTRY_POINT, process


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("--version", 0),
        ("worlds --json", 0),
        ("trade world-2023 --set USA.JPN=24% --json", 0),
        ("trade world-2032 --json", 2),
        ("trade world-2023 --frob", 2),
        ("trade world-2023 --set MHL.*=1000% --set GMB.*=1000% --json", 3),
    ],
)
def test_the_exit_code_says_how_it_went(typed: str, code: int, workplace: Path) -> None:
    done = process(*typed.split())
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    if code:
        done.stopped(code)
    elif "--json" in typed:
        assert isinstance(done.json, dict)


def test_json_stands_alone_on_standard_output(workplace: Path) -> None:
    done = process("run", "pause-2025", "--draws", "2", "--json")
    assert done.code == 0
    assert done.out.startswith("{")
    assert done.out.rstrip().endswith("}")
    assert done.json["scenario"] == "pause-2025"


def test_python_m_triffin_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "triffin", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == process("--version").out


def test_a_terminal_that_is_not_utf_8_gets_an_answer_too() -> None:
    done = process("trade", "world-2023", "--set", "USA.JPN=24%", PYTHONIOENCODING="ascii")
    assert done.code == 0, done.err
    assert "United States" in done.out
    done = process(
        "trade", "world-2023", "--set", "USA.JPN=24%", "--json", PYTHONIOENCODING="ascii"
    )
    assert done.json["economies"]["JPN"]["welfare"] < 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_no_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [ENTRY_POINT, "worlds"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    with subprocess.Popen(
        [ENTRY_POINT, "parameters", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.wait(timeout=60) == 0
        assert running.stderr.read() == b""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C reaches children, even where tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_in_the_middle_of_a_run_leaves_nothing(workplace: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [ENTRY_POINT, "run", "pause-2025", "--draws", "100000", "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    try:
        shown = _read_until(ours, b"draws", seconds=60)
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        shown += _read_until(ours, b"left behind", seconds=60)
        out, _ = running.communicate(timeout=60)
    finally:
        running.kill()
        os.close(ours)
    assert b"draws" in shown  # progress is drawn on standard error
    assert running.returncode == 130
    assert out == b""
    assert b"interrupted" in shown
    assert b"Traceback" not in shown
    assert list(workplace.rglob("*")) == []


# What `triffin.app.start` imports as the command line, struck at a moment of its own.
_STRIKE = "os.kill(os.getpid(), signal.{})"
STAGES = {
    "importing": "class Cli(types.ModuleType):\n def __getattr__(self, name): {strike}",
    "working": "class Cli(types.ModuleType):\n def main(self): guarded(lambda: {strike})",
    "in a callback": """class Cli(types.ModuleType):
 def main(self):
  def strike(_):
   {strike}
   time.sleep(0)
  kept = type("Kept", (), {{}})()
  seen = weakref.ref(kept, strike)
  del kept
  time.sleep(30)""",
    "deaf": """class Cli(types.ModuleType):
 def main(self):
  try:
   {strike}
   time.sleep(30)
  except KeyboardInterrupt:
   time.sleep(30)""",
    "in an import that makes another error of it": """class Cli(types.ModuleType):
 def main(self):
  try:
   {strike}
   time.sleep(30)
  except KeyboardInterrupt:
   raise ImportError('multiarray failed to import')""",
}


@pytest.mark.parametrize(("blow", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize("stage", STAGES)
def test_a_signal_at_any_stage_ends_the_command_without_a_traceback(
    stage: str, blow: str, code: int
) -> None:
    program = f"""
import os, signal, sys, time, types, weakref
from triffin.app import start
from triffin.app.terminal import guarded
{STAGES[stage].format(strike=_STRIKE.format(blow))}
sys.modules["triffin.app.cli"] = Cli("cli")
start.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == code, done.stderr
    assert "triffin: interrupted" in done.stderr
    assert "Traceback" not in done.stderr


def _read_until(terminal: int, words: bytes, *, seconds: float) -> bytes:
    """What a pseudo-terminal shows up to `words`, or all of it if it is closed before."""
    shown = b""
    end = time.monotonic() + seconds
    while words not in shown and time.monotonic() < end:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # closed at the other end
            break
        if not part:
            break
        shown += part
    return shown


HEAVY = ("numpy", "scipy", "pandas", "xarray", "pydantic", "altair", "pyarrow", "ruamel")


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import triffin", ()),
        ("from triffin.app.cli import main; sys.argv[1:] = ['--help']; main()", ()),
        (
            "from triffin.app.cli import main; "
            "sys.argv[1:] = ['trade', 'world-2023', '--set', 'USA.JPN=24%', '--json']; main()",
            # the option parser checks numbers with pydantic; the registry is YAML
            ("numpy", "scipy", "pydantic", "ruamel"),
        ),
    ],
)
def test_only_what_is_needed_is_imported(code: str, allowed: tuple[str, ...]) -> None:
    script = (
        "import atexit, sys\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print([n for n in heavy if n in sys.modules], file=sys.stderr))\n"
        f"{code}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.strip().splitlines()[-1]
    assert [name for name in HEAVY if f"'{name}'" in loaded and name not in allowed] == []
