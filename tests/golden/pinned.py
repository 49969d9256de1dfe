"""What twelve commands answered when the values were pinned, and how two documents compare.

`python tests/golden/pinned.py` writes the values anew, or those of the commands that it names. Do
that only in a commit whose purpose is to change numbers, and say in CHANGELOG.md which ones
changed and why.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

HERE = Path(__file__).parent / "values"
SEEDS = (1, 2)
# Another processor rounds differently; on one machine every bit stays.
RELATIVE = 1e-7
# Differences of rounding alone: the sum of two terms of size one that cancel.
ABSOLUTE = 1e-11

COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "japan-2025", "--draws", "16"),
    "trade": ("trade", "world-2023", "--set", "USA.*=24%", "--retaliation", "10%"),
    "optimal": ("optimal", "world-2023", "USA", "--uniform"),
    "power": ("power", "USA", "MEX,CAN", "--world", "nafta-1993", "--sector", "Auto"),
    "sell": ("treasuries", "sell", "JPN", "100"),
    "defend": ("currency", "defend", "JPY", "--band", "130:150"),
    "intervene": ("currency", "intervene", "JPY", "50"),
    "dollar": ("dollar",),
    "tip": ("dollar", "tip", "--shock", "0.1"),
    "negotiate": ("negotiate", "japan-2025"),
    "align": ("align", "japan-2025", "--draws", "500"),
    "bluff": ("bluff", "japan-2025"),
    "threats": ("threats", "--score"),
    "backtest": ("backtest", "--draws", "500"),
}
# The trade equilibrium and what rests on the record of threats have no draws.
WITHOUT_SEED = ("trade", "optimal", "power", "threats", "negotiate", "bluff")
# Clock times, places on this machine, and how far an identity is met: size, not value, is checked.
LEFT_OUT = {"seconds", "outputs", "hash", "invariants", "residual", "iterations", "version"}


def answered(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """The JSON document of a command, and for the run a digest of data.nc, without times."""
    words = [sys.executable, "-m", "triffin", *COMMANDS[name], "--json"]
    if name not in WITHOUT_SEED:
        words += ["--seed", str(seed)]
    if name == "run":
        words += ["--out", str(folder)]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "TRIFFIN_CACHE": "off"},
    )
    assert done.returncode == 0, done.stderr
    document = without_times(json.loads(done.stdout))
    assert isinstance(document, dict)
    if name == "run":
        document["data.nc"] = digest(folder / "data.nc")
    return document


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in LEFT_OUT}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return value


def digest(path: Path) -> dict[str, Any]:
    """Shape, extremes, mean and one projection of every variable of a netCDF file."""
    summary: dict[str, Any] = {}
    with xr.open_dataset(path) as data:
        for name in sorted({*data.variables}, key=str):
            values = data[name].values
            shape = {str(dim): int(size) for dim, size in data[name].sizes.items()}
            if values.dtype.kind not in "fiub":
                summary[str(name)] = {
                    "shape": shape,
                    "text": sorted({*map(str, values.flat)})[:400],
                }
                continue
            flat = values.astype(np.float64).ravel()
            known = flat[np.isfinite(flat)]
            # A projection that no reordering of the values leaves alone.
            weights = np.cos(np.arange(known.size) * 0.7) + 1.5
            row: dict[str, Any] = {"shape": shape, "missing": int(flat.size - known.size)}
            if known.size:
                row |= {"low": known.min(), "high": known.max(), "mean": known.mean()}
                row["projection"] = float(known @ weights) / known.size
            summary[str(name)] = row
    return summary


def differences(now: Any, pinned: Any, place: str = "") -> Iterator[str]:
    """Every leaf where two documents differ by more than the rounding of another processor."""
    if isinstance(pinned, dict) and isinstance(now, dict):
        for key in [*pinned, *(key for key in now if key not in pinned)]:
            if key not in now or key not in pinned:
                yield f"{place}.{key} is {'missing' if key in pinned else 'new'}"
            else:
                yield from differences(now[key], pinned[key], f"{place}.{key}")
    elif isinstance(pinned, list) and isinstance(now, list):
        if len(now) != len(pinned):
            yield f"{place} has {len(now)} entries instead of {len(pinned)}"
        for index, (new, old) in enumerate(zip(now, pinned, strict=False)):
            yield from differences(new, old, f"{place}[{index}]")
    elif _number(pinned) and _number(now):
        if abs(now - pinned) > max(ABSOLUTE, RELATIVE * max(abs(now), abs(pinned))):
            yield f"{place} is {now!r} instead of {pinned!r}"
    elif now != pinned and not _same_sentence(now, pinned):
        yield f"{place} is {now!r} instead of {pinned!r}"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_sentence(now: Any, pinned: Any) -> bool:
    """Two sentences alike but for the last digit of a number that rounding tipped."""
    if not (isinstance(now, str) and isinstance(pinned, str)):
        return False
    number = r"\d+(?:\.\d+)?"
    if re.sub(number, "#", now) != re.sub(number, "#", pinned):
        return False
    pairs = zip(re.findall(number, now), re.findall(number, pinned), strict=True)
    return all(a == b or ("." in b and _apart(a, b) <= 1.01 * _last_digit(b)) for a, b in pairs)


def _apart(one: str, other: str) -> float:
    return abs(float(one) - float(other))


def _last_digit(number: str) -> float:
    return float(10.0 ** -len(number.partition(".")[2]))


def read(name: str, seed: int) -> Any:
    return json.loads(gzip.decompress((HERE / f"{name}-{seed}.json.gz").read_bytes()))


def pairs() -> list[tuple[str, int]]:
    return [(n, s) for n in COMMANDS for s in SEEDS if s == 1 or n not in WITHOUT_SEED]


def main() -> None:
    HERE.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or COMMANDS
    for name, seed in (pair for pair in pairs() if pair[0] in wanted):
        with tempfile.TemporaryDirectory() as folder:
            text = json.dumps(answered(name, seed, Path(folder)), indent=1, sort_keys=True)
        (HERE / f"{name}-{seed}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
