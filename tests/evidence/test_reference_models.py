"""Which canonical models production computes with, and which are references that hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import triffin
from triffin.evidence.verification import (
    canonical_model,
    canonical_models,
    model_counts,
    model_kind,
)

SOURCE = Path(triffin.__file__).parent
TESTS = Path(__file__).parents[1]
# They compute no answer: the command that verifies, and the identities checked in every run.
CHECKS = {"evidence/verification.py", "run/plan/invariants.py"}
REFERENCE = tuple(name for name in canonical_models() if model_kind(name) == "reference")
PRODUCTION = tuple(name for name in canonical_models() if model_kind(name) == "production")
HELD = re.compile(r"Held to production by (tests/\S+\.py):\s+(\w+)\.")


def production_files() -> Iterator[tuple[str, ast.Module]]:
    """Modules in which answers are computed: all but references and checks."""
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE).as_posix()
        if "reference/" not in name and name not in CHECKS:
            yield name, ast.parse(file.read_text(encoding="utf-8"))


@cache
def uses() -> dict[str, set[str]]:
    """Name -> the functions and classes of production whose code mentions it."""
    found: dict[str, set[str]] = {}
    for file, tree in production_files():
        for top in tree.body:
            if isinstance(top, ast.Import | ast.ImportFrom):
                continue
            where = f"{file}:{getattr(top, 'name', '')}"
            for node in ast.walk(top):
                if isinstance(node, ast.Name):
                    found.setdefault(node.id, set()).add(where)
    return found


def used_outside(name: str, model: str) -> bool:
    """Whether production mentions a name anywhere but in a canonical model itself."""
    return any(where.split(":")[1] != model for where in uses().get(name, ()))


def called_by(model: str) -> set[str]:
    """Functions and classes of Triffin that the code of a canonical model calls."""
    function = canonical_model(model).__wrapped__
    tree = ast.parse(Path(function.__code__.co_filename).read_text(encoding="utf-8"))
    (body,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == model)
    called = {n.func.id for n in ast.walk(body)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
    ours = {name: getattr(function.__globals__.get(name), "__module__", "") for name in called}
    return {name for name, module in ours.items()
            if module.startswith(("triffin.finance", "triffin.strategy"))}  # fmt: skip


@pytest.mark.parametrize("model", PRODUCTION)
def test_production_computes_with_the_model_or_with_the_function_it_is_a_row_of(model: str) -> None:
    kernels = {name for name in called_by(model) if used_outside(name, model)}
    assert used_outside(model, model) or kernels


@pytest.mark.parametrize("model", REFERENCE)
def test_a_reference_model_is_held_to_production_by_a_test_or_has_no_counterpart(
    model: str,
) -> None:
    assert not uses().get(model)
    text = canonical_model(model).__doc__ or ""
    held = HELD.search(text)
    assert (held is None) == ("Production has no counterpart." in text)
    if held is not None:
        file = TESTS.parent / held[1]
        assert f"def {held[2]}(" in file.read_text(encoding="utf-8")


def test_production_imports_no_reference() -> None:
    for file, tree in production_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert ".reference" not in (node.module or ""), file


def test_every_model_is_of_one_of_two_kinds() -> None:
    assert model_counts() == {"production": len(PRODUCTION), "reference": len(REFERENCE)}
    assert sum(model_counts().values()) == len(canonical_models()) == 72
