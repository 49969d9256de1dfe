"""Published numbers beside computed ones: `triffin replicate`.

The published numbers of a paper stand in `papers/NAME.yaml` with their place; the module of the
paper solves its experiment. A row is ok when the computed number is within half a unit of the last
printed digit. What the literature got wrong stands in `artefacts`, with the reason, and is never a
row; neither is a number of another model, which stands in `comparisons`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.evidence.replications.caliendo_parro import Nafta
from triffin.evidence.replications.crisman_cox import ThreatGame
from triffin.evidence.replications.ignatenko import Ignatenko
from triffin.evidence.replications.paper import Paper
from triffin.evidence.replications.us_china import War
from triffin.world.base.errors import one_of
from triffin.world.base.yaml_files import read_yaml

PAPERS = Path(__file__).parent / "papers"
REPLICATIONS: dict[str, type[Paper]] = {
    "caliendo-parro-2015": Nafta,
    "crisman-cox-2021": ThreatGame,
    "ignatenko-2025": Ignatenko,
    "us-china-2018": War,
}


def list_papers() -> list[str]:
    """Names of the papers that `replicate` knows, sorted."""
    return sorted(REPLICATIONS)


def published_numbers(paper: str) -> dict[str, Any]:
    """What a paper printed, as `papers/NAME.yaml` holds it.

    Raises InputError for an unknown paper, with the nearest match.
    """
    one_of(paper, list_papers(), f"there is no replication of {paper!r}.", field="paper")
    published: dict[str, Any] = read_yaml(PAPERS / f"{paper}.yaml")
    return published


def replicate(paper: str | None = None) -> dict[str, Any]:
    """Published against computed numbers of one paper (all papers if none is named).

    Returns {papers: [{id, citation, rows: [{what, published, computed, tolerance, ok, note}],
    artefacts: [{what, published, computed, why}], economies: {ISO3: {variable: number}}}]}; an
    undefined number is None. Numbers of economies are per cent unless the name says bn_usd. A
    paper may add a `note`, and `comparisons` like artefacts: numbers of another model, which are
    not held to agree.

    Raises InputError for an unknown paper, with the nearest match.
    """
    chosen = list_papers() if paper is None else [paper]
    published = {name: published_numbers(name) for name in chosen}
    return {"papers": [REPLICATIONS[name](numbers).report() for name, numbers in published.items()]}
