"""The pages docs/validation.md and docs/backtests.md, from the checks themselves.

    python -m tools.write_docs.validation --docs docs

`make validation` runs it. Every count on the pages is taken from what was run here; nothing on them
is written by hand but the words around it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools.write_docs import roles, threats
from tools.write_docs.backtests import figure, table
from tools.write_docs.backtests import page as backtest_page

from triffin.answers.headlines import questions
from triffin.evidence.backtests import backtest
from triffin.evidence.backtests.rates import rates
from triffin.evidence.backtests.rows import MODULES
from triffin.evidence.estimates.versus import versus
from triffin.evidence.replications.replication import replicate
from triffin.evidence.verification import SHIPPED_CASES, read_cases, verify_cases
from triffin.questions.talks.negotiate import SCORES
from triffin.run.headline.known_outcomes import COVERAGE
from triffin.scenario.loading import load_scenario
from triffin.world.base.atomic_files import atomic_file
from triffin.world.registry.registry import GRADES, Parameter, all_parameters

SCENARIO = "japan-2025"
NAMES = {**MODULES, "G": "coupling", "I": "power"}
PAGES = ("validation.md", "backtests.md")


def closed_forms() -> list[dict[str, Any]]:
    """Verification cases by module: {module, models, cases, passed, by_grade, failed: [case]}."""
    cases = read_cases(SHIPPED_CASES)
    status = [row["status"] for row in verify_cases(cases)["cases"]]
    found: dict[str, dict[str, Any]] = {}
    for case, outcome in zip(cases, status, strict=True):
        entry = found.setdefault(
            str(case["module"]),
            {"models": set(), "cases": 0, "passed": 0, "by_grade": Counter(), "failed": []},
        )
        entry["models"].add(case["model"])
        entry["cases"] += 1
        entry["by_grade"][case["grade"]] += 1
        if outcome == "passed":
            entry["passed"] += 1
        else:
            entry["failed"].append(case["case"])
    return [{"module": m, **e, "models": len(e["models"])} for m, e in sorted(found.items())]


def registry(entries: Mapping[str, Parameter] | None = None) -> list[dict[str, Any]]:
    """Entries of the registry by room: {room, entries, by_grade, drawn: by_grade}."""
    found: dict[str, dict[str, Any]] = {}
    for entry in (all_parameters() if entries is None else entries).values():
        row = found.setdefault(entry.room, {"by_grade": Counter(), "drawn": Counter()})
        row["by_grade"][entry.grade] += 1
        if entry.distribution is not None:
            row["drawn"][entry.grade] += 1
    return [
        {"room": room, "entries": sum(r["by_grade"].values()), **r} for room, r in found.items()
    ]


def closed_forms_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Markdown of `closed_forms`."""
    rows = list(rows)
    return table(
        ("module", "models", "cases", "passed", *(f"formula {g}" for g in GRADES)),
        [
            *(
                [
                    f"{row['module']} {NAMES[row['module']]}",
                    str(row["models"]),
                    str(row["cases"]),
                    str(row["passed"]),
                    *(str(row["by_grade"][grade]) for grade in GRADES),
                ]
                for row in rows
            ),
            [
                "all",
                *(str(sum(row[key] for row in rows)) for key in ("models", "cases", "passed")),
                *(str(sum(row["by_grade"][grade] for row in rows)) for grade in GRADES),
            ],
        ],
    )


def registry_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Markdown of `registry`: all entries, and those that are drawn, by grade."""
    rows = list(rows)
    lines = [
        [row["room"], str(row["entries"]), *_graded(row["by_grade"]), *_graded(row["drawn"])]
        for row in rows
    ]
    total: dict[str, Counter[str]] = {
        key: sum((row[key] for row in rows), Counter()) for key in ("by_grade", "drawn")
    }
    lines.append(
        [
            "all",
            str(sum(row["entries"] for row in rows)),
            *_graded(total["by_grade"]),
            *_graded(total["drawn"]),
        ]
    )
    return table(("room", "entries", *GRADES, *(f"drawn, {g}" for g in GRADES)), lines)


def replications_table(papers: Iterable[Mapping[str, Any]]) -> str:
    """Markdown of `replicate`: rows that agree, and what is explained and not reproduced."""
    return table(
        ("paper", "rows", "agree", "artefacts explained", "beside other models"),
        (
            [
                f"`{paper['id']}`",
                str(len(paper["rows"])),
                str(sum(row["ok"] for row in paper["rows"])),
                str(len(paper["artefacts"])),
                str(len(paper.get("comparisons", ()))),
            ]
            for paper in papers
        ),
    )


def page(
    forms: list[dict[str, Any]],
    papers: list[dict[str, Any]],
    history: dict[str, Any],
    others: dict[str, Any],
    entries: list[dict[str, Any]],
) -> str:
    """Markdown of docs/validation.md."""
    failed = [case for row in forms for case in row["failed"]]
    off = [f"{p['id']}: {row['what']}" for p in papers for row in p["rows"] if not row["ok"]]
    agree, rows = (
        sum(sum(row["ok"] for row in p["rows"]) for p in papers),
        sum(len(p["rows"]) for p in papers),
    )
    judged = sum(row["by_grade"]["judgement"] for row in entries)
    every = sum(row["entries"] for row in entries)
    counts = others["counts"]
    causes = ", ".join(f"{name} {n}" for name, n in counts["explained_by"].items())
    parts = [
        "# What is verified, and what is judgement",
        "*Question: how far can these numbers be trusted, and which of them not at all?*",
        "Written by `make validation`; do not edit.",
        "## Closed forms",
        f"{sum(row['passed'] for row in forms)} of {sum(row['cases'] for row in forms)} cases with "
        f"known answers pass (`triffin verify`). {roles.in_words()} "
        "([the list](models/index.md#canonical-models)). The grade is that of the formula: a "
        "derived one was checked by an independent method, not against a paper.",
        closed_forms_table(forms),
        *([f"Failed: {', '.join(failed)}."] if failed else []),
        "## Published tables",
        f"{agree} of {rows} published numbers are met to the printed digit (`triffin replicate`, "
        "[replications.md](replications.md)).",
        replications_table(papers),
        *([f"Not met: {'; '.join(off)}."] if off else []),
        "## History",
        "Default parameters, nothing refitted (`triffin backtest`, [backtests.md](backtests.md)).",
        _coverage(history),
        "Outside the 90 % interval:",
        _failures(history),
        "## Threats and rates",
        "Nothing later than each forecast's day is counted (`triffin threats --score`, `triffin "
        "backtest rates`, [threats.md](threats.md)).",
        threats.scores(),
        "## Other people's estimates",
        f"{counts['compared']} of {counts['published']} published estimates have a counterpart in "
        f"`{others['scenario']}`; {counts['inside_range']} lie in our range over models and "
        f"closures, and {counts['inside_alike']} once tariffs and retaliation are theirs. The gaps "
        f"go with: {causes} (`triffin versus`, [versus.md](versus.md)).",
        "## Judgement",
        f"{judged} of {every} entries of the registry are judgements; no amount of drawing makes "
        "them more. Every headline carries the weakest grade among what drives it.",
        registry_table(entries),
    ]
    return "\n\n".join(parts) + "\n"


def write(folder: Path) -> list[Path]:
    """Run every check; write the pages into `folder`, the tests of the answers and the scores of
    rules for rates to where answers read them. Returns the paths of the pages."""
    history = backtest()
    with atomic_file(COVERAGE) as partial:
        partial.write_text(json.dumps(tests(history), indent=1) + "\n", encoding="utf-8")
    with atomic_file(SCORES) as partial:
        kept = ("name", "mae", "mae_se", "weighted", "rank", "crps")
        rows = [{key: row[key] for key in kept} for row in rates()["rates"][0]["rules"]]
        partial.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    others = versus(load_scenario(SCENARIO))
    text = {
        "validation.md": page(closed_forms(), replicate()["papers"], history, others, registry()),
        "backtests.md": backtest_page(history),
    }
    for name in PAGES:
        with atomic_file(folder / name) as partial:
            partial.write_text(text[name], encoding="utf-8", newline="\n")
    return [folder / name for name in PAGES]


def tests(history: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Id of an answer -> rows that score this very answer, and those inside the interval."""
    rows = [row for episode in history["episodes"] for row in episode["rows"] if row["scored"]]
    found = {}
    for name, asked in questions().items():
        scored = [
            row for row in rows if asked.scored_by and row["what"].startswith(asked.scored_by)
        ]
        if scored:
            inside = sum(row["inside"] for row in scored)
            found[name] = {"inside": inside, "scored": len(scored)}
    return found


def _coverage(history: dict[str, Any]) -> str:
    return table(
        ("module", "rows scored", "inside", "coverage of 90 %", "not scored, inside of"),
        (
            [
                score["name"] if letter == "trade" else f"{letter} {score['name']}",
                str(score["scored"]),
                str(score["inside"]),
                "no score" if score["coverage"] is None else f"{100 * score['coverage']:.0f} %",
                _not_scored(history, letter),
            ]
            for letter, score in history["scores"].items()
        ),
    )


def _not_scored(history: dict[str, Any], module: str) -> str:
    rows = [
        row
        for e in history["episodes"]
        for row in e["rows"]
        if row["module"] == module and not row["scored"]
    ]
    return f"{sum(row['inside'] for row in rows)} of {len(rows)}"


def _failures(history: dict[str, Any]) -> str:
    return "\n".join(
        f"- `{e['id']}`: {row['what']}: {_failure(row)}{'' if row['scored'] else ' (not scored)'}"
        for e in history["episodes"]
        for row in e["rows"]
        if not row["inside"]
    )


def _failure(row: dict[str, Any]) -> str:
    if row["kind"] == "event":
        happened = "it happened" if row["observed"] else "it did not happen"
        return f"{happened}, probability {100 * row['probability']:.0f} %"
    ends = f"{figure(row['low'])} to {figure(row['high'])}"
    return f"{figure(row['observed'])} {row['unit']}, interval {ends}"


def _graded(counts: Counter[str]) -> list[str]:
    return [str(counts[grade]) for grade in GRADES]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--docs", type=Path, required=True, help="folder of the pages")
    write(parser.parse_args().docs)
