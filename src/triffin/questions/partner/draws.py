"""What one partner's problem depends on, drawn together: the talks, the market, the Treasuries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries.draws import COLUMNS as MARKET
from triffin.finance.treasuries.draws import MAX_DRAWS, MarketDraws, market_at
from triffin.finance.treasuries.own_holdings import OwnHoldings
from triffin.strategy.creditor.holdings import Creditor, find_creditor
from triffin.strategy.negotiation.board import Board
from triffin.strategy.negotiation.drawn_values import CLOSURE, entries, values_at
from triffin.strategy.negotiation.drawn_values import COLUMNS as TALKS
from triffin.strategy.negotiation.offers import Packages
from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.negotiation.talks_alone import course_of
from triffin.strategy.partner_bargain import PartnerBargain
from triffin.world.base.arrays import Array
from triffin.world.registry.sampling import uniforms

# The order is part of the results: append, never reorder.
CREDITOR = ("creditor_official_share", "creditor_freeze")
COLUMNS = (*TALKS, *MARKET, *CREDITOR)
STUDY, ACTS = "price_impact_study", "backstop_acts"
# What divides a surplus and how likely execution is, and what the demands are worth; the rest of
# the talks is about their time.
SPLIT = (
    "hegemon_nash_weight",
    "nash_size_exponent",
    "credibility_prior",
    "court_block_probability",
    "audience_cost_share",
    "punishment_smoothing",
    CLOSURE,
)
CLAUSE = ("clause_share", "clause_commitment", "clause_demand", "clause_demand_sd_log")
SECURITY = ("security_value", "security_threat_probability")
PACKAGE = (
    "political_wedge",
    "dignity_cost",
    "delivery_incremental_purchases",
    "delivery_investment",
    "market_access_value",
    "market_access_cost",
    "purchases_value",
    "purchases_cost",
    "investment_value",
    "investment_cost",
    "concession_steepness",
    "retaliation_frequency",
)


@dataclass(frozen=True, eq=False)
class PartnerDraws:
    """The draws (n,) behind one partner's problem, and the bargain they make.

    values: of the talks by name; board: the talks of all partners in the same draws. committed:
    probability of execution by a hegemon that strikes whatever comes. official_share, freeze: of
    its Treasuries, drawn from the registry entries `creditor.share_entry` and `freeze_entry`.
    """

    scene: Scene
    place: int
    values: dict[str, Array]
    board: Board
    bargain: PartnerBargain
    committed: Array
    market: MarketDraws
    creditor: Creditor
    official_share: Array
    freeze: Array
    freeze_entry: str

    @property
    def packages(self) -> Packages:
        """What is on the table with every partner."""
        return self.bargain.packages

    @property
    def grades(self) -> dict[str, str]:
        """Grade of everything that is drawn."""
        parameters = self.scene.parameters
        found = {name: one.grade for name, one in entries(parameters=parameters).items()}
        found |= {n: parameters[n].grade for n in TALKS if n not in found and n != CLOSURE}
        found[CLOSURE] = "judgement"
        names = ("permanent_share", "impact_decay_per_year", "kappa_supply", self.freeze_entry)
        found |= {name: parameters[name].grade for name in names}
        found[STUDY], found[ACTS] = "judgement", parameters["backstop_probability"].grade
        entry = self.creditor.share_entry
        found[entry] = parameters[entry].grade
        return found

    def named(self, *names: str) -> dict[str, Array]:
        """Some of the values by name."""
        return {name: self.values[name] for name in names}

    @property
    def market_values(self) -> dict[str, Array]:
        """What a sale depends on, by name."""
        return {
            "permanent_share": self.market.pi,
            "impact_decay_per_year": self.market.rho,
            "kappa_supply": self.market.kappa,
            self.creditor.share_entry: self.official_share,
            self.freeze_entry: self.freeze,
        }

    @property
    def market_groups(self) -> dict[str, Array]:
        """Choices that a sale depends on, by name."""
        return {STUDY: self.market.study, ACTS: self.market.acts}


def draw_partner(
    scene: Scene, place: int, draws: int, seed: int, own: OwnHoldings | None = None
) -> PartnerDraws:
    """`draws` draws of one partner's problem.

    Raises InputError for numbers of draws and seeds that cannot be used.
    """
    u = uniforms(COLUMNS, draws, seed, most=MAX_DRAWS)
    values = values_at(scene.scenario, u, scene.parameters)
    course = course_of(scene, draws=draws, seed=seed, values=values)
    believed = values["credibility_prior"] * (1.0 - values["court_block_probability"])
    partner = scene.setting.partners[place]
    creditor = find_creditor(partner.iso3, own=own)
    entry = "freeze_probability_ally" if partner.ally == "treaty" else "freeze_probability_other"
    return PartnerDraws(
        scene=scene,
        place=place,
        values=values,
        board=Board(course, course.packages.agreed(course.q[:, None]), 0.0),
        bargain=PartnerBargain(course.packages, place, course.q),
        committed=np.minimum(believed, course.q),
        market=market_at(u, scene.parameters),
        creditor=creditor,
        official_share=creditor.official_share(
            u["creditor_official_share"], parameters=scene.parameters
        ),
        freeze=scene.parameters[entry].quantile(u["creditor_freeze"]),
        freeze_entry=entry,
    )
