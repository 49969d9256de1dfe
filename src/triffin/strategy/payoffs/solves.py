"""Exact welfare of hegemon and partners at many tariffs: the solves behind the payoffs.

Welfare is the equivalent variation of the trade model in per cent of GDP, relative to the world
before any of the tariffs; amounts in USD are per cent times GDP (docs/models/index.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from triffin.scenario.tariffs import load_schedule
from triffin.trade.batch.batches import stream_many
from triffin.trade.models import model_for
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.shared.entry import as_schedule
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NotConverged, one_of
from triffin.world.data.partners import Partner, missing_partners, partner_position
from triffin.world.data.partners import partners as all_partners
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

# The dataset of partners lists what this hegemon announced.
LISTED_HEGEMON = "USA"
PAUSE, ANSWER = "us-pause-2025", "china-2025-04-12"


class Welfare(NamedTuple):
    """hegemon (D,) and partners (D, n): billion USD per year, relative to no tariffs."""

    hegemon: Array
    partners: Array


@dataclass(frozen=True, eq=False)
class TalksSetting:
    """Who bargains with whom in which world, and what everybody pays meanwhile.

    partners : n partners with trade data. members (n, N) : one where an economy belongs to a
    partner. status_quo (N exporter, N importer) : tariffs of the pause. announced, agreed (n,) :
    threatened rates and those in force on 7 August 2025, nan where not known. gdp_bn (N,).
    """

    base: Baseline
    revenue: str
    deficits: str
    hegemon: int
    rival: int
    partners: tuple[Partner, ...]
    missing: dict[str, str]
    members: Array
    status_quo: Array
    announced: Array
    agreed: Array
    gdp_bn: Array

    @property
    def parameters(self) -> ParameterSet:
        """Where all that the talks need beside the trade model comes from."""
        return self.base.registry

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the partners, the order of every partner axis."""
        return tuple(partner.iso3 for partner in self.partners)

    @property
    def pause(self) -> Array:
        """(n,) the hegemon's rate on each partner in the status quo."""
        first = np.argmax(self.members, axis=1)
        return np.asarray(self.status_quo[first, self.hegemon])

    @property
    def weight(self) -> Array:
        """(n,) shares in what the hegemon buys from the partners in the data."""
        bought = self.members @ self.base.X[:, self.hegemon]
        return np.asarray(bought / bought.sum())

    @property
    def allies(self) -> Array:
        """(n,) whether the hegemon guarantees the partner's security by treaty; the dataset knows
        the treaties of the United States only."""
        listed = self.base.world.economies[self.hegemon] == LISTED_HEGEMON
        return np.array([listed and one.ally == "treaty" for one in self.partners])

    @property
    def partner_gdp_bn(self) -> Array:
        """(n,) GDP of the partners."""
        return np.asarray(self.members @ self.gdp_bn)

    def index(self, partner: str) -> int:
        """Position of a partner by code or name, or by the code of one of its members.

        Raises InputError with the nearest match.
        """
        wanted = partner.strip().casefold()
        for code, why in self.missing.items():
            if wanted in (code.casefold(), why.split(":")[0].casefold()):
                raise InputError(
                    f"{why} in {self.base.world.name}.",
                    value=partner,
                    valid="a partner with trade data",
                )
        return partner_position(self.partners, partner, "these talks")

    def column(self, rates: Array) -> Array:
        """(..., N) the hegemon's tariffs when the partners pay rates (..., n); nan is the pause."""
        paid = np.where(np.isnan(rates), self.pause, rates)
        others = self.status_quo[:, self.hegemon] * (1 - self.members.sum(axis=0))
        return np.asarray(paid @ self.members + others)

    def alone(self, partner: int | Array, rates: Array, *, others: Array | None = None) -> Array:
        """(D, N) tariffs one partner at a rate (D,), all others at the pause or `others`."""
        paid = np.tile(self.pause if others is None else others, (len(rates), 1))
        paid[np.arange(len(rates)), partner] = rates
        return self.column(paid)

    def amounts(self, welfare: Array) -> Welfare:
        """Welfare in per cent (D, N) as billion USD."""
        amounts = welfare * self.gdp_bn / 100
        return Welfare(amounts[:, self.hegemon], amounts @ self.members.T)


def setting_of(
    world: World,
    *,
    partners: Sequence[str] | None = None,
    hegemon: str = "USA",
    rival: str = "CHN",
    status_quo: Any = None,
    announced: Mapping[str, float] | None = None,
    until: str | None = None,
    model: str | None = None,
    revenue: str | None = None,
    deficits: str = "world-share",
    registry: ParameterSet,
    **parameters: float,
) -> TalksSetting:
    """The setting of the talks in a world.

    partners : codes; all partners of the dataset with trade data if left out.
    status_quo : tariffs during the talks in any form `solve` takes; if left out, 10 % on everybody
        and 145 % on China, which answers with 125 %.
    announced : code -> threatened rate, in place of the order of 2 April 2025.
    until : day of information; later rates are not known (nan).
    The rest as in `trade.solve`.

    Raises InputError for unknown names, a world of many sectors, a hegemon among the partners.
    """
    if world.n_sectors > 1:
        raise InputError(
            f"{world.name} has many sectors; payoffs of the talks need one.",
            field="world",
            value=world.name,
            valid="world-2023",
        )
    chosen = model_for(world, model)
    base = baseline_of(world, chosen.name, deficits=deficits, registry=registry, **parameters)
    missing = missing_partners(world.economies)
    known = {one.iso3: one for one in all_partners(until)}
    wanted = list(known) if partners is None else list(dict.fromkeys(partners))
    for code in wanted:
        one_of(code, known, f"{code!r} is not a partner in the talks.", field="partners")
    first = world.index(hegemon)
    found = tuple(known[code] for code in wanted if code not in missing and code != hegemon)
    if not found:
        raise InputError("no partner has trade data.", field="partners", value=wanted)
    members = np.zeros((len(found), world.n_economies))
    place = {code: k for k, code in enumerate(world.economies)}
    for i, one in enumerate(found):
        members[i, [place[code] for code in one.members if code in place]] = 1.0
    if status_quo is None:
        rates = sum(load_schedule(world, name, basis="statutory").rates[0] for name in _PAUSED)
    else:
        rates = as_schedule(world, status_quo).rates[0]
    threatened = {one.iso3: one.announced for one in found} | dict(announced or {})
    return TalksSetting(
        base=base,
        revenue=base.model.revenue if revenue is None else revenue,
        deficits=deficits,
        hegemon=first,
        rival=world.index(rival),
        partners=found,
        missing={code: why for code, why in missing.items() if code in wanted},
        members=members,
        status_quo=np.asarray(rates, dtype=float),
        announced=_rates(threatened[one.iso3] for one in found),
        agreed=_rates(one.agreed for one in found),
        gdp_bn=world.gdp / 1e9,
    )


_PAUSED = (PAUSE, ANSWER)


def _rates(values: Any) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def solve_columns(setting: TalksSetting, columns: Array) -> Welfare:
    """Welfare at D columns (D, N) of the hegemon's tariffs, everybody else's as they are.

    Raises NotConverged naming the first column without an equilibrium and the reason.
    """
    name = setting.base.world.economies[setting.hegemon]
    return _solved(setting, (setting.status_quo, name, columns))


def in_closure(setting: TalksSetting, model: str, revenue: str) -> TalksSetting:
    """The setting with another model and use of the tariff revenue."""
    base = setting.base
    if model != base.model.name:
        base = baseline_of(base.world, model, deficits=setting.deficits, registry=base.registry)
    return replace(setting, base=base, revenue=revenue)


class ExactPayoffs(NamedTuple):
    """Exact payoffs at given rates on one partner, others at the pause; each (K,).

    Billion USD per year and per cent of the own GDP, relative to the pause rate on that partner.
    """

    rate: Array
    hegemon_bn: Array
    partner_bn: Array
    hegemon_pct: Array
    partner_pct: Array


def exact_payoffs(
    setting: TalksSetting, partner: str, rates: Sequence[float] | Array
) -> ExactPayoffs:
    """Exact payoffs of some rates (K,) on one partner, relative to its pause rate.

    Raises InputError for an unknown partner.
    """
    i = setting.index(partner)
    asked = np.asarray(rates, dtype=float)
    found = solve_columns(setting, setting.alone(i, np.concatenate([[setting.pause[i]], asked])))
    hegemon = found.hegemon[1:] - found.hegemon[0]
    own = found.partners[1:, i] - found.partners[0, i]
    return ExactPayoffs(
        rate=asked,
        hegemon_bn=hegemon,
        partner_bn=own,
        hegemon_pct=100 * hegemon / setting.gdp_bn[setting.hegemon],
        partner_pct=100 * own / setting.partner_gdp_bn[i],
    )


def _solved(setting: TalksSetting, tariffs: Any) -> Welfare:
    closure = {"revenue": setting.revenue, "deficits": setting.deficits}
    parts: list[Array] = []
    for found in stream_many(setting.base, tariffs, chunk=100, strict=True, **closure):
        if not found.converged.all():
            bad = int(np.argmin(found.converged))
            raise NotConverged(
                f"solve {100 * len(parts) + bad} of the payoffs: {found.status[bad]}"
            )
        parts.append(found.values["welfare"])
    return setting.amounts(np.concatenate(parts))
