"""The attack at full size: `python -m tests.adversary NAME --n N --seed S`, or `make attack`.

Findings go to standard output, progress to standard error. What is done is kept in a folder, case
by case, so that `--resume` goes on after an interruption; a changed program begins anew. Exit code
0: nothing found; 1: something found; 2: bad options.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType

import triffin

from .finding import Finding

NAMES = (
    "one_sector",
    "many_sector",
    "metamorphic",
    "optima",
    "bad_input",
    "damaged",
    "kills",
    "coupled",
)
EVERY = 5.0  # seconds between two lines of progress


def main() -> int:
    """Run the attacks asked for; the exit code."""
    options = _options()
    names = NAMES if options.name == "all" else (options.name,)
    total = 0
    for name in names:
        module = import_module(f".attacks.{name}", __package__)
        if options.only is not None:
            found = module.one(options.seed, options.only)
            for finding in found:
                _say(str(finding))
            total += len(found)
            continue
        total += _run(name, module, options.n or module.FULL, options)
    return 1 if total else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.adversary", description=__doc__)
    parser.add_argument("name", choices=(*NAMES, "all"))
    parser.add_argument("--n", type=int, help="number of cases (default: the full size)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case by its number, as a finding names it")
    parser.add_argument("--part", default="1/1", help="K/M: every M-th case, from the K-th")
    parser.add_argument("--resume", action="store_true", help="go on where the last attack ended")
    parser.add_argument(
        "--folder", type=Path, default=Path(".adversary"), help="keeps what is done"
    )
    options = parser.parse_args()
    try:
        k, m = (int(word) for word in options.part.split("/"))
    except ValueError:
        parser.error(f"--part {options.part}: two numbers such as 1/2")
    if not 1 <= k <= m:
        parser.error(f"--part {options.part}: the first number is from 1 to the second")
    options.part = (k - 1, m)
    return options


def _run(name: str, module: ModuleType, n: int, options: argparse.Namespace) -> int:
    """Run the cases of one attack that are not done yet; the number of findings in all."""
    first, step = options.part
    options.folder.mkdir(exist_ok=True)
    log = options.folder / f"{name}-{options.seed}-{first + 1}of{step}.jsonl"
    done, found = _read(log) if options.resume else (set(), [])
    if not done:
        log.write_text(json.dumps({"program": _fingerprint()}) + "\n", encoding="utf-8")
    for finding in found:
        _say(str(finding))
    kinds = Counter(finding.kind for finding in found)
    cases = range(first, n, step)
    begun = shown = time.monotonic()
    with log.open("a", encoding="utf-8") as book:
        for index in cases:
            if index in done:
                continue
            new = module.one(options.seed, index)
            for finding in new:
                _say(str(finding))
                kinds[finding.kind] += 1
            done.add(index)
            record = {"case": index, "findings": [vars(finding) for finding in new]}
            book.write(json.dumps(record) + "\n")
            book.flush()
            if time.monotonic() - shown > EVERY:
                shown = time.monotonic()
                _progress(name, len(done), len(cases), kinds, shown - begun)
    _progress(name, len(done), len(cases), kinds, time.monotonic() - begun)
    return kinds.total()


def _read(log: Path) -> tuple[set[int], list[Finding]]:
    """Cases done by an earlier attack on the same program, and what they found."""
    if not log.exists():
        return set(), []
    records = []
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            records.append(json.loads(line))
        except ValueError:
            continue  # the line that was being written when the attack was interrupted
    if not records or records[0].get("program") != _fingerprint():
        return set(), []
    cases = [record for record in records if "case" in record]
    found = [Finding(**finding) for record in cases for finding in record["findings"]]
    return {record["case"] for record in cases}, found


def _fingerprint() -> str:
    """Checksum of the program's and the attack's own code."""
    digest = hashlib.sha256()
    for root in (Path(triffin.__file__).parent, Path(__file__).parent):
        for path in sorted(root.rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _progress(name: str, done: int, of: int, kinds: Counter[str], seconds: float) -> None:
    what = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "nothing found"
    sys.stderr.write(f"{name}: {done} of {of} in {seconds:.0f} s: {what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
