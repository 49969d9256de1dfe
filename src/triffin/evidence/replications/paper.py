"""One paper: a published number, the computed one, and whether they agree."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from triffin.world.base.arrays import Array
from triffin.world.loading import load_world

Row = dict[str, Any]


def compare(what: str, published: float, computed: float, decimals: int, note: str) -> Row:
    """One row: is `computed` within half a unit of the last of `decimals` printed digits?"""
    tolerance = 0.5 * 10.0**-decimals
    return {
        "what": what,
        "published": published,
        "computed": float(computed),
        "tolerance": tolerance,
        "ok": bool(abs(computed - published) <= tolerance),
        "note": note,
    }


def beside(what: str, published: float | None, computed: float, why: str) -> Row:
    """Two numbers that are not held to agree, and the reason why; `published` may be None."""
    return {"what": what, "published": published, "computed": float(computed), "why": why.strip()}


class Paper(ABC):
    """A paper's published numbers, the content of `papers/NAME.yaml`, and its entry of
    `replicate`."""

    def __init__(self, published: dict[str, Any]) -> None:
        self.published = published

    @abstractmethod
    def rows(self) -> list[Row]:
        """Published numbers that are held to agree."""

    @abstractmethod
    def artefacts(self) -> list[Row]:
        """What the literature got wrong, with the reason."""

    def comparisons(self) -> list[Row]:
        """Numbers of another model, which are not held to agree."""
        return []

    def economies(self) -> dict[str, dict[str, float | None]]:
        """Economy -> variable -> number; empty for a paper without a world."""
        return {}

    def report(self) -> dict[str, Any]:
        """The paper's entry of `replicate`."""
        economies, comparisons = self.economies(), self.comparisons()
        said = {key: self.published[key] for key in ("note",) if key in self.published}
        return {
            "id": self.published["id"],
            "citation": self.published["citation"].strip(),
            **said,
            "rows": self.rows(),
            **({"comparisons": comparisons} if comparisons else {}),
            "artefacts": self.artefacts(),
            "economies": economies,
        }


class Replication(Paper):
    """A paper on a world. home: place of the paper's economy, if it has one."""

    def __init__(self, published: dict[str, Any]) -> None:
        super().__init__(published)
        self.world = load_world(published["world"])
        self.home = self.world.index(published["economy"]) if "economy" in published else 0

    @abstractmethod
    def columns(self) -> Mapping[str, Array]:
        """Variable -> (N,) of all economies, per cent unless the name says bn_usd."""

    def economies(self) -> dict[str, dict[str, float | None]]:
        columns = self.columns()
        return {
            code: {name: number(values[i]) for name, values in columns.items()}
            for i, code in enumerate(self.world.economies)
        }


def number(value: float) -> float | None:
    """A plain number; None where it is undefined."""
    return float(value) if math.isfinite(value) else None
