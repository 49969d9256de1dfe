"""The course of the talks on their own: belief, threat and deals from the opening to the end.

The market's pain, sales by creditors and other partners' alignment are left out: the coupled run
has them. Belief and decisions at deadlines come from the credibility model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from triffin.strategy.credibility.resolve import OUTCOMES, Cost, Resolve
from triffin.strategy.negotiation.drawn_values import CLOSURE, draw_values
from triffin.strategy.negotiation.offers import Packages, packages_of
from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.negotiation.talks import WEEK, TalksState, draw_shocks
from triffin.strategy.payoffs.solves import solve_columns
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet

# Equal weights; a draw has one of them.
CLOSURES = ("tax-relief", "lump-sum")
FORCED = {"punish": "punish", "back-down": "back_down"}


@dataclass(frozen=True, eq=False)
class TalksCourse:
    """What happened in n draws.

    talks : the final state. q (n,) : probability of execution when the talks open; q_end (n,) at
    their end. decided : (day, words (n,)) at every day on which a deadline passed, "" in draws
    where none did. cost : of executing the threat on all.
    """

    scene: Scene
    packages: Packages
    talks: TalksState
    q: Array
    q_end: Array
    decided: tuple[tuple[int, Array], ...]
    cost: Cost
    draws: int
    seed: int


def course_of(
    scene: Scene,
    *,
    draws: int,
    seed: int,
    dH: Array | float = 0.0,
    dU: Array | float = 0.0,
    values: Mapping[str, Array] | None = None,
) -> TalksCourse:
    """The talks of a scenario in `draws` draws; dH, dU are added to the threat points.

    values : those of `draw_values`, where they are at hand.

    Raises InputError for numbers of draws and seeds that are not valid.
    """
    scenario = scene.scenario
    if values is None:
        values = draw_values(scenario, draws, seed, scene.parameters)
    packages = packages_of(scene, values)
    resolve = Resolve(values, parameters=scene.parameters)
    n, m = packages.shape
    opens = (scene.opens - scenario.start).days
    deadlines = [(day - scenario.start).days for day in scene.deadlines]
    last = max(scenario.days - 1, deadlines[-1])
    stated = scenario.talks
    shocks = draw_shocks(n, m, (last - opens) // WEEK + 2, seed)
    first = scene.setting.index(stated.first) if stated and stated.first else None
    talks = TalksState(packages, shocks, opens=opens, deadline=deadlines[0], first=first)
    forced = FORCED.get(stated.decision) if stated else None
    chance = np.random.default_rng(np.random.SeedSequence([seed, 1])).random(
        (n, len(deadlines) + 8)
    )

    by_closure = np.array([cost_of_execution(scene, use) for use in CLOSURES])
    cost = resolve.cost(by_closure[(values[CLOSURE] * len(CLOSURES)).astype(int)])
    stake = resolve.stake(cost, reputation(packages, resolve))
    q = at_start = resolve.q(cost, stake)
    decided: list[tuple[int, Array]] = []
    for day in range(opens, last + 1, WEEK):
        due = talks.deadline <= day
        if due.any():
            before = resolve.p.copy()
            outcome = resolve.decide(chance[:, len(decided) % chance.shape[1]], cost, stake, forced)
            resolve.p = np.where(due, resolve.p, before)
            words = np.array(OUTCOMES)[outcome]
            later = _next(deadlines, day, words, scene.parameters)
            talks.mature(day, words, next_deadline=later, where=due)
            decided.append((day, np.where(due, words, "")))
            stake = resolve.stake(cost, reputation(packages, resolve, talks))
            q = resolve.q(cost, stake)
        talks.week(day, threat_left(talks, q)[:, None], dH=dH, dU=dU)
    q_end = threat_left(talks, q)
    talks.close(q_end[:, None], dH=dH, dU=dU)
    return TalksCourse(scene, packages, talks, at_start, q_end, tuple(decided), cost, draws, seed)


def threat_left(talks: TalksState, q: Array) -> Array:
    """(n,) probability that who does not sign ends at the threatened rate.

    While a clock runs it is q; once the threat has been executed it is the share that is in
    force, and after backing down nothing is left.
    """
    return np.where(np.isfinite(talks.deadline), q, talks.executed)


def cost_of_execution(scene: Scene, revenue: str) -> float:
    """What executing the threat on all costs the hegemon against the pause, USD bn per year.

    revenue : use of the tariffs' revenue, on which its sign depends (H.11). Rates already above
    the threatened one (China's in the pause) stay where they are.
    """
    setting, table = replace(scene.setting, revenue=revenue), scene.payoffs
    threat = np.maximum(table.rates[:, table.actions.index("announced")], setting.pause)
    both = solve_columns(setting, setting.column(np.stack([setting.pause, threat])))
    return float(both.hegemon[0] - both.hegemon[1])


def reputation(packages: Packages, resolve: Resolve, talks: TalksState | None = None) -> Array:
    """V (n,): what being seen to punish earns from partners that have not signed (module B)."""
    n, m = packages.shape
    found = packages.agreed(resolve.p[:, None])
    gain = np.nan_to_num(found.terms.gain_hegemon + found.outside_hegemon)
    gain = np.where(found.terms.deal & (packages.levers != "none"), np.maximum(gain, 0.0), 0.0)
    if talks is not None:
        gain = np.where(talks.signed, 0.0, gain)
    gdp = packages.scene.setting.partner_gdp_bn
    settled = np.nan_to_num(found.terms.gain_partner + found.outside_partner)
    return resolve.reputation_value(
        gain,
        100 * settled / gdp,
        np.zeros((n, m)),
        100 * packages.U1 / gdp,
        packages.scene.parameters.value("alignment_rationality"),
    )


def _next(deadlines: list[int], day: int, words: Array, parameters: ParameterSet) -> Array:
    """Day of the next deadline by draw: a later one of the scenario; after an extension at least
    the usual one."""
    later = [one for one in deadlines if one > day]
    if later:
        return np.full(len(words), float(later[0]))
    usual = day + parameters.value("extension_days")
    return np.where(words == "extension", usual, np.nan)
