"""Who calls a canonical model: production, the checks of every run, or only tests and `verify`.

Read from the imports of src/triffin, so that no list has to be kept by hand. docs/models/index.md
explains the three roles.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

from triffin.evidence.verification import canonical_model, canonical_models

PACKAGE = Path(__file__).parents[2] / "src" / "triffin"
ROLES = ("production", "check", "reference")


def roles() -> dict[str, str]:
    """Canonical model -> one of ROLES."""
    return {name: _role(name) for name in canonical_models()}


def in_words() -> str:
    """How many models have which role, as a sentence."""
    count = Counter(roles().values())
    return (
        f"Of the {sum(count.values())} models {count['production']} are called by production, "
        f"{count['check']} only by the identities that every run checks, and {count['reference']} "
        "are reference models, called only by tests and by these cases"
    )


def _role(model: str) -> str:
    home = PACKAGE.parent / Path(*canonical_model(model).__module__.split(".")).with_suffix(".py")
    users = {path.stem for path in _importers().get(model, set()) - {home}}
    if not users:
        return "reference"
    return "check" if users == {"invariants"} else "production"


@cache
def _importers() -> dict[str, set[Path]]:
    """Name -> modules that import it; packages that only pass names on are left out, and so are
    the verification of cases and reference models."""
    found: dict[str, set[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.stem in ("__init__", "verification") or "reference" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found.setdefault(alias.name, set()).add(path)
    return found
