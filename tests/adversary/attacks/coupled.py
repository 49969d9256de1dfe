"""Random scenarios through `triffin run --draws 8 --json`: no crash, nothing without meaning."""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..finding import Finding, Finished, command, repeat, shown
from ..worlds import ordinary, save_tables

FULL = 500
LIMIT = 150.0  # seconds; a run of eight draws takes two to ten on one core
# Answers in per cent of real income or spending, which cannot fall below -100.
BOUNDED = ("welfare", "real_income")
FIRST_DAY = dt.date(2025, 3, 28)
PLAYERS = ("USA", "CHN", "JPN", "DEU", "GUY", "GIN", "KOR", "MEX", "HKG", "CHE", "BRA")

Generator = np.random.Generator


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n random scenarios."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one scenario: it is run, and everything it says is read."""
    rng = np.random.default_rng([seed, index, 5])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = scenario(rng, folder)
        (folder / "own.yaml").write_text(text, encoding="utf-8")
        words = ("run", "own.yaml", "--draws", "8", "--seed", "1", "--json", "--out", "answer")
        done = command(*words, folder=folder, limit=LIMIT)
        kinds = judge(done, folder)
    return [
        Finding("coupled", seed, index, kind, f"{shown(words)}: {what}", text)
        for kind, what in kinds
    ]


def judge(done: Finished, folder: Path) -> list[tuple[str, str]]:
    """Kinds and words of what is wrong with how a run ended."""
    if done.hung:
        return [("hang", f"no end after {LIMIT:.0f} s")]
    last = done.err.strip().splitlines()[-1:] or [""]
    if done.traceback or done.code not in (0, 2, 3):
        return [("crash", f"exit {done.code}: {last[0][:300]}")]
    if "Warning" in done.err or "no finite draw" in done.err:
        return [("crash", f"exit {done.code} on a scenario with nothing wrong in it: {last[0]}")]
    if done.code:
        return [] if done.err.strip() else [("silent", f"exit {done.code} without a word")]
    try:
        answer = json.loads(done.out, parse_constant=_no_constant)
    except ValueError as error:
        return [("json", f"{error}")]
    found = [("impossible", what) for what in outside(answer)]
    for key, path in answer.get("outputs", {}).items():
        if path and not (folder / path).exists():
            found.append(("missing", f"outputs.{key} {path} does not exist"))
    return found


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def outside(answer: dict[str, Any]) -> list[str]:
    """What the headlines of a run say that cannot be."""
    out = []
    for line in answer["headline"]:
        name, unit = line["id"], str(line.get("unit") or "")
        low, median, high = (line.get(k) for k in ("low", "median", "high"))
        numbers = [v for v in (low, median, high) if v is not None]
        if not all(math.isfinite(v) for v in numbers):
            out.append(f"{name} is {numbers}")
        if len(numbers) == 3 and not low <= median <= high:
            out.append(f"{name}: {median} is not within {low} to {high}")
        if any(word in name for word in BOUNDED) and unit == "%" and min(numbers, default=0) < -100:
            out.append(f"{name} is {median} ({low} to {high}) %")
        if (
            unit in ("share", "probability")
            and numbers
            and not (0 <= min(numbers) <= max(numbers) <= 1)
        ):
            out.append(f"{name} is {numbers} as a {unit}")
        if not line.get("drivers"):
            out.append(f"{name} has no drivers")
        if median is None and not (line.get("answer") or line.get("sentence")):
            out.append(f"{name} says nothing")
    for name, violation in answer.get("invariants", {}).items():
        if not isinstance(violation, int | float) or not abs(violation) <= 1e-9:
            out.append(f"invariant {name} is violated by {violation}")
    return out


def _pick(rng: Generator, values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _day(rng: Generator, span: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=int(rng.integers(span)))


def scenario(rng: Generator, folder: Path) -> str:
    """The text of a random scenario; where it names an own world, that is written too."""
    start = _day(rng, 40)
    days = int(_pick(rng, (1, 2, 3, 7, 30, 90, 135, 200)))
    world, players = "world-2023", list(PLAYERS)
    draw = rng.random()
    if draw < 0.25:
        case = ordinary(rng, int(rng.integers(3, 7)))
        save_tables(case, folder / "small", unit="USD")
        world, players = "./small", list(case.codes)
    elif draw < 0.3:
        world, players = "nafta-1993", ["USA", "CHN", "JPN", "MEX", "CAN"]
    hegemon = "USA" if rng.random() < 0.6 else str(_pick(rng, players))
    others = [p for p in players if p != hegemon]
    order = rng.permutation(len(others))
    rival, focus = others[order[0]], others[order[-1]]
    if rng.random() < 0.1:
        focus = "USA" if hegemon != "USA" else focus
        rival = next(p for p in others if p != focus)
    lines = [
        "scenario: random",
        "title: a random confrontation",
        f"world: {world}",
        f"start: {start}",
        f"days: {days}",
        f"hegemon: {hegemon}",
        f"focus: {focus}",
    ]
    if rng.random() < 0.85:
        lines.append(f"rival: {rival}")
    lines += _tariff_lines(rng, start, days, hegemon, rival, focus)
    if rng.random() < 0.5 and days > 2:
        dates = sorted({start + dt.timedelta(days=int(rng.integers(1, days))) for _ in range(3)})
        lines.append(f"deadlines: [{', '.join(map(str, dates[: int(rng.integers(1, 4))]))}]")
    lines += _sections(rng, start, days, focus)
    return "\n".join(lines) + "\n"


def _rate(rng: Generator) -> str:
    top = float(_pick(rng, (0.5, 5, 30, 100, 400)))
    return f"{rng.uniform(-6 if rng.random() < 0.1 else 0, top):.2f}%"


def _tariff_lines(
    rng: Generator, start: dt.date, days: int, hegemon: str, rival: str, focus: str
) -> list[str]:
    lines = ["tariffs:"]
    for _ in range(int(rng.integers(1, 4))):
        begin = start + dt.timedelta(days=int(rng.integers(-3, max(1, days))))
        pairs = [(hegemon, "*"), (hegemon, focus), (hegemon, rival), (rival, hegemon), ("*", focus)]
        chosen = rng.permutation(len(pairs))[: int(rng.integers(1, 4))]
        setting = ", ".join(f"'{pairs[k][0]}.{pairs[k][1]}': {_rate(rng)}" for k in chosen)
        ends = f", days: {int(rng.integers(1, 60))}" if rng.random() < 0.3 else ""
        lines.append(f"  - {{from: {begin}{ends}, set: {{{setting}}}}}")
    return lines


def _sections(rng: Generator, start: dt.date, days: int, focus: str) -> list[str]:
    """Each section with a chance of its own."""
    lines: list[str] = []
    amount = float(np.exp(rng.uniform(0, 6)))
    sale = start + dt.timedelta(days=int(rng.integers(-5, max(1, days))))
    sections = (
        [
            "demands:",
            f"  {focus}:",
            f"    security: {{usd_bn_per_year: [0, {amount:.2f}]}}",
            f"    investment: {{usd_bn: [0, {10 * amount:.1f}]}}",
            "    open_clause: true",
        ],
        [
            "treasuries:",
            f"  - {{holder: {_pick(rng, ('JPN', 'CHN', 'GBR', focus))}, sector: "
            f"{_pick(rng, ('private', 'official'))}, sell_treasuries_usd_bn: {amount:.2f}, "
            f"from: {sale}, days: {int(rng.integers(1, 40))}}}",
        ],
        [
            "currency:",
            f"  JPY: {{band: [{rng.uniform(90, 148):.1f}, {rng.uniform(149, 190):.1f}], defend: "
            f"{_pick(rng, ('true', 'false'))}, drift_pct_per_week: {rng.uniform(-2, 2):.2f}}}",
        ],
        [f"backstop: {{federal_reserve: {_pick(rng, ('true', 'false'))}}}"],
        [f"wall: {{month: {_pick(rng, ('2025-03', '2025-04', '2025-06'))}}}"],
        [_pick(rng, ("dollar: {alternative: true}", f"dollar: {{shock_pct: {amount / 10:.2f}}}"))],
        [f"talks: {{decision: {_pick(rng, ('free', 'punish', 'back-down'))}}}"],
        [
            "modules: {"
            + ", ".join(
                f"{name}: false"
                for name in ("negotiation", "credibility", "alignment", "treasuries", "currency")
                if rng.random() < 0.4
            )
            + "}"
        ],
        [f"feedbacks: {{sales-to-transfers: {_pick(rng, ('true', 'false'))}}}"],
        [
            "changes:",
            f"  trade_elasticity: {{value: {rng.uniform(2, 9):.3f}, source: own}}",
        ],
    )
    for section in sections:
        if rng.random() < 0.3:
            lines += section
    return lines
