"""Write docs/readers.md: how long it takes a reader to the answers, measured.

python -m tools.write_docs.readers
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.write_docs.backtests import table

from triffin.answers.headline import first_of
from triffin.results.result import Result
from triffin.scenario.loading import shipped_names

SCENARIO = "japan-2025"
DRAWS = 64
FORBIDDEN = re.compile(
    r"\b(hegemon|focus|rival|pivot\w*|draws?|closures?|log points|kappa|zone of safe)\b", re.I
)
"""Words that only modellers know."""

PAGE = Path(__file__).parents[2] / "docs" / "readers.md"


def reading_ease(text: str) -> float:
    """Flesch reading ease (1948): 206.835 − 1.015 words a sentence − 84.6 syllables a word.

    A number counts as a word of one syllable.
    """
    words = re.findall(r"[A-Za-z’']+|\d[\d.,]*", text)
    stops = len(re.findall(r"[.!?](?=\s|$)", text)) or 1
    syllables = sum(_syllables(word) for word in words)
    return 206.835 - 1.015 * len(words) / stops - 84.6 * syllables / len(words)


def _syllables(word: str) -> int:
    if not word[0].isalpha():
        return 1
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def terminal(folder: Path) -> list[str]:
    """What `triffin run` prints on a terminal of 80 columns, both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "triffin", "run", SCENARIO, "--draws", str(DRAWS), "--out", "run"],
        cwd=folder,
        env={"COLUMNS": "80", "PATH": "", "PYTHONPATH": ":".join(sys.path), "LANG": "C.UTF-8"},
        text=True,
        capture_output=True,
        check=True,
    )
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def pages(report: Path) -> dict[str, Any]:
    """Pixels until the first picture on a desktop and a phone, and pages of A4; empty without a
    browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return {}
    from playwright.sync_api import sync_playwright

    top = (
        "Math.min(...[...document.querySelectorAll('.chart svg')].filter(one => one.clientWidth)"
        ".map(one => one.getBoundingClientRect().top + scrollY))"
    )
    found: dict[str, Any] = {}
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=chromium, args=options)
        for name, wide, high in (("desktop", 1280, 900), ("phone", 390, 844)):
            page = browser.new_page(viewport={"width": wide, "height": high})
            page.goto(report.resolve().as_uri())
            page.wait_for_selector("html[data-drawn]", timeout=120_000)
            found[name] = round(page.evaluate(top))
            if name == "desktop":
                paper = page.pdf(format="A4")
                found["pages"] = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
        browser.close()
    return found


def forbidden() -> tuple[int, int]:
    """Sentences of the answers of all shipped scenarios, and those with a forbidden word."""
    import triffin

    every = [
        str(entry[key])
        for name in shipped_names()
        for entry in triffin.run(name, draws=2).headline
        for key in ("question", "sentence")
    ]
    return len(every), sum(bool(FORBIDDEN.search(text)) for text in every)


def page() -> str:
    """The page, from a run in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        lines = terminal(Path(folder))
        first = first_of(Result.load(Path(folder) / "run").headline)
        seen = pages(Path(folder) / "run" / "report.html")
    cost = next(k for k, line in enumerate(lines, start=1) if "tariff costs Japan" in line)
    ease = reading_ease(" ".join(str(entry["sentence"]) for entry in first))
    every, bad = forbidden()
    rows = [
        ("lines until what a point of tariff costs Japan", str(cost), "36", "10"),
        ("lines that `triffin run` prints", str(len(lines)), "more than 100", "24"),
        ("pixels until the first picture, desktop", str(seen.get("desktop", "")), "5,000", "700"),
        ("pixels until the first picture, phone", str(seen.get("phone", "")), "", "1,000"),
        ("pages on paper (A4)", str(seen.get("pages", "")), "39", "8"),
        ("Flesch reading ease of the first sentences", f"{ease:.0f}", "", ""),
        (f"sentences of {every} with a word only modellers know", str(bad), "", "0"),
    ]
    parts = [
        "# How it reads, measured",
        "*Question: how long does it take a reader to the answers?*",
        "Written by `python -m tools.write_docs.readers`; do not edit.",
        f"`triffin run {SCENARIO} --draws {DRAWS}` on 80 columns, its report in a browser, and the "
        "questions and answers of all shipped scenarios.",
        table(("measure", "now", "before", "at most"), rows),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
