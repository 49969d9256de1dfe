"""Published numbers beside computed ones: `triffin replicate`.

The published numbers of a paper stand in `papers/NAME.yaml` with their place; the module of the
paper solves its experiment. A row is ok when the computed number is within half a unit of the last
printed digit. What the literature got wrong stands in `artefacts`, with the reason, and is never a
row; neither is a number of another model, which stands in `comparisons`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from triffin.evidence.replications import caliendo_parro, ignatenko, us_china
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.yaml_files import read_yaml

PAPERS = Path(__file__).parent / "papers"
REPORTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "caliendo-parro-2015": caliendo_parro.report,
    "ignatenko-2025": ignatenko.report,
    "us-china-2018": us_china.report,
}


def list_papers() -> list[str]:
    """Names of the papers that `replicate` knows, sorted."""
    return sorted(REPORTS)


def published_numbers(paper: str) -> dict[str, Any]:
    """What a paper printed, as `papers/NAME.yaml` holds it.

    Raises InputError for an unknown paper, with the nearest match.
    """
    names = list_papers()
    if paper not in names:
        raise InputError(
            f"there is no replication of {paper!r}.",
            field="paper",
            value=paper,
            nearest=nearest_match(paper, names),
            valid=names,
        )
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
    return {"papers": [REPORTS[name](numbers) for name, numbers in published.items()]}
