"""Bad files and options: refused in words with file and line, within seconds and a gigabyte."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np

from ..bad import Bad
from ..bad_files import MAKERS
from ..finding import Finding, Finished, command, repeat, shown

FULL = 400
LIMIT = 10.0  # seconds of work; on a busy machine the clock runs ahead of it
MEMORY_MB = 1024.0
PLACE = re.compile(r"\b(line|row|lines|rows)\s+\d+")


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n bad inputs, the kinds in turn."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one bad input."""
    rng = np.random.default_rng([seed, index, 6])
    make = MAKERS[index % len(MAKERS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bad = make(rng, folder)
        done = command(
            *bad.arguments,
            folder=folder,
            limit=6 * LIMIT,
            close_output=bad.close_output,
            **bad.environment,
        )
        kept = "".join(
            f"\n    {path.name}: {path.read_text(errors='replace')[:600]!r}"
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in (".yaml", ".csv")
        )
    return [
        Finding(
            "bad_input",
            seed,
            index,
            f"{make.__name__}: {kind}",
            f"{shown(bad.arguments)}: {what}",
            f"{bad.environment or ''}{kept}",
        )
        for kind, what in judge(bad, done)
    ]


def judge(bad: Bad, done: Finished) -> list[tuple[str, str]]:
    """Kinds and words of what is wrong with the answer to a bad input."""
    said = done.err.strip()
    brief = said[-300:]
    found = []
    if done.hung or done.worked > LIMIT:
        found.append(("hang", f"{done.worked:.0f} s of work in {done.seconds:.0f} s"))
    if done.peak_mb > MEMORY_MB:
        found.append(("memory", f"{done.peak_mb:.0f} MB"))
    if found:
        return found
    if done.traceback or done.code == 1 or done.code < 0:
        return [("crash", f"exit {done.code}: {brief}")]
    if bad.code == -1:
        # Closed output: a clean end of any honest kind.
        return [] if done.code in (0, 2) else [("exit", f"exit {done.code}: {brief}")]
    if done.code != bad.code:
        return [("exit", f"exit {done.code} where {bad.code} is right: {brief or done.out[:200]}")]
    if bad.code == 0:
        return []
    if done.out.strip():
        found.append(("output", f"refused, with output: {done.out[:200]}"))
    if bad.file and bad.file not in said:
        found.append(("message", f"does not name {bad.file}: {brief}"))
    if bad.place and not PLACE.search(said):
        found.append(("message", f"names no line or row: {brief}"))
    unsaid = [word for word in bad.words if word not in said]
    found += [("message", f"does not say {word!r}: {brief}") for word in unsaid]
    if bad.problems > 1 and len(PLACE.findall(said)) < bad.problems:
        listed = len(PLACE.findall(said))
        found.append(("message", f"lists {listed} of {bad.problems} problems: {brief}"))
    return found
