"""One run as it is kept: manifest, headline and labelled data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triffin.answers.answer import Answer
from triffin.record.units import with_units
from triffin.world.base.errors import InputError, one_of

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """One run of a scenario.

    Attributes
    ----------
    manifest : what was run, with which data, parameters, closures and code; plain JSON types.
    headline : one entry per question, as `Answer.to_json` writes it.
    data : labelled arrays. Per cent by (phase, closure, economy) at central parameters: welfare,
        real_income, deficit, exports, imports, employment, prices, wage, revenue. By draw:
        welfare_draws (draw, economy) and rate_welfare (draw, rate, party) in per cent,
        rate_revenue (draw, rate), and the drawn parameters. Tariffs in per cent, trade_before,
        trade_after, spending and gdp in bn USD.
    """

    manifest: dict[str, Any]
    headline: list[dict[str, Any]]
    data: xr.Dataset

    def __post_init__(self) -> None:
        for field, dimension in (("main_phase", "phase"), ("central_closure", "closure")):
            known = self.labels(dimension)
            if self.manifest.get(field) not in known:
                raise InputError(
                    f"the {field} of the manifest is not in the data.",
                    field=field,
                    value=self.manifest.get(field),
                    valid=known,
                )
        object.__setattr__(self, "data", with_units(self.data))

    def __repr__(self) -> str:
        manifest = self.manifest
        return (
            f"{type(self).__name__}({manifest['scenario']}: {manifest['draws']} draws, "
            f"seed {manifest['seed']}, {len(self.headline)} answers, run {self.identity})"
        )

    @property
    def identity(self) -> str:
        """First twelve digits of the run's hash: what names the run in files and citations."""
        return str(self.manifest["hash"])[:12]

    def name_of(self, iso3: str) -> str:
        """English name of an economy; the code itself if the run has no name for it."""
        return self.names.get(iso3, iso3)

    @property
    def names(self) -> dict[str, str]:
        """ISO3 -> English name of the economies of the data."""
        codes = self.labels("economy")
        if "economy_name" not in self.data.coords:
            return {code: code for code in codes}
        return dict(zip(codes, map(str, self.data.coords["economy_name"].values), strict=True))

    def labels(self, dimension: str) -> list[str]:
        """Labels of a dimension as strings."""
        return [str(label) for label in self.data.coords[dimension].values]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The headline, typed."""
        return tuple(Answer.from_json(entry) for entry in self.headline)

    def entry(self, identifier: str) -> dict[str, Any]:
        """One headline entry; InputError with the nearest match for an unknown one."""
        found = {str(item["id"]): item for item in self.headline}
        one_of(identifier, found, f"{identifier!r} is not a headline of this run.")
        return found[identifier]


def parties(manifest: Mapping[str, Any]) -> dict[str, str]:
    """ISO3 codes by role, hegemon first; roles a scenario leaves out are not in it."""
    roles = ("hegemon", "rival", "focus")
    return {role: str(manifest[role]) for role in roles if manifest.get(role)}
