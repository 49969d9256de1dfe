"""What an episode declares: dates, what is given, sources, and where it may not count."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from triffin.evidence.backtests.rows import MODULES
from triffin.world.base.errors import InputError
from triffin.world.base.yaml_files import read_yaml
from triffin.world.registry.registry import GRADES
from triffin.world.registry.sampling import draw_entries, uniforms

FOLDER = Path(__file__).parent / "episodes"
KEYS = (
    "id",
    "title",
    "modules",
    "information",
    "given",
    "source",
    "grade",
    "excluded",
    "note",
    "figures",
)


@dataclass(frozen=True)
class Episode:
    """One file of `episodes/`.

    modules: letters of the models tested. information: last day of which anything is known (a row
    may have an earlier or later one of its own). given: what the forecast is conditional on, such
    as the dollars that were sold. excluded: module -> why the episode does not score it. figures:
    dates, keys of datasets and, where no dataset has them, observations.
    """

    id: str
    title: str
    modules: tuple[str, ...]
    information: str
    given: str
    source: str
    grade: str
    excluded: Mapping[str, str]
    note: str
    figures: Mapping[str, Any]

    @property
    def stream(self) -> int:
        """A number of its own for the random stream of the episode."""
        return zlib.crc32(self.id.encode())

    def drawn(self, names: Sequence[str], n: int, seed: int) -> dict[str, np.ndarray]:
        """Registry entries (n,) by name, apart from what other functions draw with this seed."""
        return draw_entries(names, uniforms(names, n, (seed + self.stream) % 2**32))

    def walk(self, times: Iterable[float], n: int, seed: int) -> np.ndarray:
        """Standard Brownian motion (T, n) at increasing `times`, from the episode's own stream."""
        stream = np.random.SeedSequence([seed, self.stream])
        steps = np.sqrt(np.diff(np.asarray(list(times), dtype=np.float64), prepend=0.0))
        normal = np.random.default_rng(stream).standard_normal((len(steps), n))
        return np.cumsum(steps[:, np.newaxis] * normal, axis=0)

    def about(self, information: str | None = None) -> dict[str, str]:
        """What every row of the episode carries."""
        return {
            "information": information or self.information,
            "grade": self.grade,
            "source": self.source,
        }


@cache
def read_episode(path: Path) -> Episode:
    """One episode. Raises InputError (file, field) for what is missing, unknown or not valid."""
    content = read_yaml(path)
    where: dict[str, Any] = {"file": path.name}
    for key in KEYS:
        if key not in content:
            raise InputError(f"{key} is missing.", **where, valid=KEYS)
    for key in content:
        if key not in KEYS:
            raise InputError(f"{key!r} is not part of an episode.", **where, valid=KEYS)
    if content["grade"] not in GRADES:
        raise InputError(f"{content['grade']!r}.", **where, field="grade", valid=GRADES)
    for key in ("modules", "excluded"):
        for module in content[key]:
            if module not in MODULES:
                raise InputError(f"{module!r}.", **where, field=key, valid=tuple(MODULES))
    for module, reason in content["excluded"].items():
        if not isinstance(reason, str) or not reason.strip():
            raise InputError(f"{module} has no reason.", **where, field="excluded")
    texts = {key: str(content[key]).strip() for key in ("title", "given", "source", "note")}
    return Episode(
        id=str(content["id"]),
        modules=tuple(content["modules"]),
        information=str(content["information"]),
        grade=content["grade"],
        excluded={key: reason.strip() for key, reason in content["excluded"].items()},
        figures=content["figures"],
        **texts,
    )
