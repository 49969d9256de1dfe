"""Every equation that code and pages name has a place in docs/, and pages name code that is there.

`A.2` or `H.9` is an anchor of docs/models, `section 4` of `trade.md` one of docs/trade.md. No file
names a document that does not ship.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from triffin.evidence.verification import (
    SHIPPED_CASES,
    canonical_models,
    model_counts,
    model_kind,
    read_cases,
)

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MODELS = sorted((DOCS / "models").glob("*.md"))
EQUATIONS = [*MODELS, DOCS / "trade.md"]
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])

REFERENCE = re.compile(r"(?<![\w./-])([A-I])\.(\d+(?:\.\d+)?)(?![\w-])")
TRADE_SECTION = re.compile(r"\btrade\.md[\s#*,]+(?:section|sec\.)[\s#*]+(\d+(?:\.\d+)?)")
DOCUMENT = re.compile(r"[\w./-]*[\w-]\.md\b")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
# Statistical releases of the Federal Reserve have names of the same form.
RELEASES = {"H.4.1", "H.15"}
PARTS = ("**Question.**", "**Symbols.**", "**Source.**", "**In the code.**", "**Tested in.**")


def _files(*suffixes: str) -> Iterator[Path]:
    for folder in ("src", "tests", "docs", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path != Path(__file__):
                yield path
    yield ROOT / "README.md"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _place(path: Path, at: int) -> str:
    return f"{path.relative_to(ROOT)}:{_text(path).count(chr(10), 0, at) + 1}"


@cache
def _anchors(path: Path) -> frozenset[str]:
    """Explicit anchors of a page, and those that its headings get."""
    text = _text(path)
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", plain, flags=re.MULTILINE)
    return frozenset(ANCHOR.findall(text)) | frozenset(map(_slug, headings))


def _slug(heading: str) -> str:
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def test_every_anchor_of_a_page_is_given_once() -> None:
    for page in PAGES:
        given = ANCHOR.findall(_text(page))
        assert len(given) == len(set(given)), page


def test_every_equation_that_is_named_has_an_anchor() -> None:
    anchors = {anchor for page in MODELS for anchor in ANCHOR.findall(_text(page))}
    found, lost = 0, []
    for path in _files(".py", ".yaml", ".md"):
        for match in REFERENCE.finditer(_text(path)):
            found += 1
            name = match.group()
            if name not in RELEASES and name.lower().replace(".", "-") not in anchors:
                lost.append(f"{_place(path, match.start())} names {name}")
    assert not lost
    assert found > 300


def test_every_section_of_the_page_on_trade_that_is_named_is_there() -> None:
    anchors = set(ANCHOR.findall(_text(DOCS / "trade.md")))
    found, lost = 0, []
    for path in _files(".py", ".yaml", ".md"):
        for match in TRADE_SECTION.finditer(_text(path)):
            found += 1
            if f"trade-{match[1].replace('.', '-')}" not in anchors:
                lost.append(f"{_place(path, match.start())} names section {match[1]}")
    assert not lost
    assert found > 20


def test_no_file_names_a_document_that_does_not_ship() -> None:
    shipped = {path.name for path in ROOT.glob("*.md")}
    shipped |= {path.name for folder in ("docs", "benchmarks") for path in
                (ROOT / folder).rglob("*.md")}  # fmt: skip
    lost = []
    for path in _files(".py", ".yaml", ".json", ".md", ".html", ".js"):
        # Sources of data may name a document of somebody else's repository.
        if path.suffix == ".json" and path.parent.name == "datasets":
            continue
        lost += [
            f"{_place(path, match.start())} names {match.group()}"
            for match in DOCUMENT.finditer(_text(path))
            if Path(match.group()).name not in shipped
        ]
    assert not lost


def test_no_file_speaks_of_a_design_that_does_not_ship() -> None:
    words = re.compile(r"\b(?:the|of|by) design\b|\bdesign document|\bdesign/", re.IGNORECASE)
    lost = [
        _place(path, match.start())
        for path in _files(".py", ".yaml", ".json", ".md")
        for match in words.finditer(_text(path))
    ]
    assert not lost


def _arrives(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = (page.parent / name).resolve() if name else page
    if not there.exists():
        return False
    return not anchor or there.suffix != ".md" or anchor in _anchors(there)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_repository_arrive(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", _text(page))
    own = [target for target in links if not re.match(r"[a-z]+:", target)]
    assert [target for target in own if not _arrives(page, target)] == []


def test_the_index_lists_every_page() -> None:
    index = DOCS / "index.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for target in re.findall(r"\]\(([^)\s]+)\)", _text(index))
    }
    pages = {path.resolve() for path in DOCS.rglob("*.md")} - {index.resolve()}
    assert pages - linked == set()


def test_every_numbered_item_says_what_it_answers_and_where_it_is() -> None:
    for page in EQUATIONS:
        items = re.split(r"^## (?=[A-I]\.\d|\d\. )", _text(page), flags=re.MULTILINE)[1:]
        for item in items:
            title = item.splitlines()[0]
            assert all(part in item for part in PARTS), f"{page.name}: {title}"


@cache
def _module(name: str) -> Path | None:
    """The file of a dotted module, found without importing it."""
    base = ROOT / "src" / Path(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _names(path: Path) -> frozenset[str]:
    found: set[str] = set()
    tree = ast.parse(_text(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = _module(".".join(parts[:length]))
        if path is not None:
            rest = parts[length:]
            return not rest or (len(rest) == 1 and rest[0] in _names(path))
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_function_that_a_page_names_exists(page: Path) -> None:
    text = _text(page)
    imports = re.findall(r"^ *from (triffin[\w.]*) import ([\w, ]+)", text, flags=re.MULTILINE)
    named = {f"{home}.{name.split()[0]}" for home, names in imports for name in names.split(",")}
    named |= set(re.findall(r"\btriffin(?:\.[A-Za-z_]\w*)+(?![\w.]*://)", text))
    assert sorted(name for name in named if not _exists(name)) == []


@pytest.mark.parametrize("page", EQUATIONS, ids=lambda path: path.name)
def test_every_test_that_a_page_of_equations_names_exists(page: Path) -> None:
    tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", _text(page))
    assert [
        f"{file}::{test}"
        for file, test in tests
        if not (ROOT / file).is_file() or (test and test not in _names(ROOT / file))
    ] == []


def test_the_roles_of_canonical_models_are_those_of_the_code() -> None:
    page = _text(DOCS / "models" / "index.md")
    rows = re.findall(r"^\| [A-I] \| `(\w+)` \| [^|]+ \| (\w+) \|", page, flags=re.MULTILINE)
    stated = dict(rows)
    assert len(rows) == len(stated)
    assert stated == {name: model_kind(name) for name in canonical_models()}
    counts = re.search(r"(\d+) production, (\d+) reference", page)
    assert counts is not None
    assert [int(count) for count in counts.groups()] == list(model_counts().values())


def _numbers(value: object) -> list[float]:
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return [number for part in parts for number in _numbers(part)]
    return [float(value)] if isinstance(value, int | float) else []


def test_the_numbers_of_the_examples_are_those_of_the_cases() -> None:
    cases = {case["case"]: case for case in read_cases(SHIPPED_CASES)}
    pair = r"`(\w+)` (-?\d+(?:\.\d+)?)"
    found, lost = 0, []
    for page in MODELS:
        text = " ".join(_text(page).split())
        for name, pairs, *_ in re.findall(rf"Case `(\w+)`: ({pair}(?:, {pair})*)\.", text):
            known = cases[name]["inputs"] | cases[name]["expected"]
            for entry, number in re.findall(pair, pairs):
                found += 1
                near = 0.5 * 10.0 ** -len(number.partition(".")[2]) * (1 + 1e-9)
                if not any(abs(x - float(number)) <= near for x in _numbers(known[entry])):
                    lost.append(f"{page.name}: case {name}, {entry} {number}")
    assert not lost
    assert found > 70
