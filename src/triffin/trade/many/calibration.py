"""From a many-sector world's data to the baseline of the many-sector kernel.

Source: Caliendo and Parro (2015), Review of Economic Studies 82, section 4 and its replication
data; what is done to inconsistent figures is stated in `SectorBaseline.notes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from triffin.trade.models import choose
from triffin.trade.shared.network import components, network_notes, same_component
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.sectors import SectorData

MODELS = ("caliendo-parro-2015", "armington-many-sectors")


@dataclass(frozen=True, eq=False)
class SectorBaseline:
    """Baseline of one model on one many-sector world: shares, levels (USD) and parameters.

    S sectors, N economies. share (S, N exporter, N importer) of expenditure, pi; tariff likewise,
    fractions; final_share (S, N), alpha; value_added_share (S, N), beta; inputs (N, S using s,
    S input k), (1-beta) gamma; theta (S,) trade and psi (S,) scale elasticity; kappa labor supply
    elasticity; expenditure X (S, N) tariffs included; output Y (S, N) sales net of tariff;
    income I (N,) of households; value_added (N,) wage bill; transfer D (N,), income beyond wages
    and revenue. `settled` says whether these levels are an equilibrium. `together` (N, N) is one
    where two economies are in the same component of the network of flows, None where all are in
    one; transfers add up to zero in each.
    """

    world: World
    model: str
    share: Array
    tariff: Array
    final_share: Array
    value_added_share: Array
    inputs: Array
    theta: Array
    psi: Array
    kappa: float
    expenditure: Array
    output: Array
    income: Array
    value_added: Array
    transfer: Array
    notes: tuple[str, ...] = ()
    settled: bool = False
    together: Array | None = None
    cache: dict[str, object] = field(default_factory=dict)

    @property
    def economies(self) -> tuple[str, ...]:
        return self.world.economies

    @property
    def sectors(self) -> tuple[str, ...]:
        return self.world.sectors

    def pooled(self, values: Array) -> Array:
        """Sums of (..., N) values over each economy's component; (..., 1) if all are in one."""
        if self.together is None:
            return np.asarray(values.sum(axis=-1, keepdims=True))
        return np.asarray(values @ self.together)

    @cached_property
    def log_share(self) -> Array:
        """log pi, minus infinity where nothing is bought."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.share))

    @cached_property
    def log_tariff(self) -> Array:
        """log(1 + t) of the baseline."""
        return np.asarray(np.log1p(self.tariff))

    @property
    def has_scale(self) -> bool:
        return bool(self.psi.any())

    @cached_property
    def active(self) -> Array:
        """(S, N) whether the sector produces in the economy."""
        return self.output > 0

    @cached_property
    def positive_output(self) -> Array:
        """(S, N) output, one where there is none."""
        return np.where(self.active, self.output, 1.0)

    @cached_property
    def flows(self) -> Array:
        """(S, N exporter, N importer) USD net of tariff, home sales on the diagonal."""
        return np.asarray(self.share * self.expenditure[:, None, :] / (1 + self.tariff))

    @cached_property
    def revenue(self) -> Array:
        """(N,) baseline tariff revenue, USD."""
        return np.asarray((self.tariff * self.flows).sum(axis=(0, 1)))

    @property
    def home_share(self) -> Array:
        """(N,) what an economy buys at home, of its spending in all sectors."""
        home = np.einsum("sii->si", self.share) * self.expenditure
        return np.asarray(home.sum(axis=0) / self.expenditure.sum(axis=0))

    @cached_property
    def tau(self) -> Array:
        """(N,) baseline tariff revenue over the wage bill."""
        return np.asarray(self.revenue / self.value_added)

    @cached_property
    def wage_step(self) -> Array:
        """(N,) how far a sweep moves log wages per unit of log trade imbalance.

        One over one plus the partial elasticity of the imbalance to the own wage, which reaches
        prices through value added and home-made inputs.
        """
        diagonal = np.arange(len(self.income))
        home = self.share[:, diagonal, diagonal]
        reach = self.value_added_share
        for _ in range(12):
            reach = (
                self.value_added_share
                + np.matmul(self.inputs, (home * reach).T[:, :, None])[:, :, 0].T
            )
        abroad = without_home(self.flows)
        weight = self.theta[:, None] * reach
        exports = (weight * (abroad * (1 - self.share)).sum(axis=2)).sum(axis=0)
        imports = (weight * home * abroad.sum(axis=1)).sum(axis=0)
        exported, imported = abroad.sum(axis=(0, 2)), abroad.sum(axis=(0, 1))
        tiny = np.finfo(float).tiny
        return np.asarray(
            1 / (1 + exports / np.maximum(exported, tiny) + imports / np.maximum(imported, tiny))
        )


def calibrate(
    world: World,
    data: SectorData,
    *,
    model: str = "caliendo-parro-2015",
    trade_elasticity: float | Array | None = None,
    labor_supply_elasticity: float = 0.0,
    scale_elasticity: float | Array | None = None,
) -> SectorBaseline:
    """Baseline of `world` with its sector `data`, before it is settled into an equilibrium.

    Gross output is raised to exports where it lies below; home sales are output less exports;
    expenditure includes tariffs; inputs are renormalised, and where a sector uses none its
    value-added share is one. Final demand is the final share of the data or, without one, what
    inputs leave of expenditure, set to zero where negative and renormalised.

    model : in armington-many-sectors value added is the whole of output everywhere.
    trade_elasticity : one number or (S,), in place of the data's.
    scale_elasticity : psi, one number or (S,); None takes zero, not the data's.

    Raises InputError where figures do not fit, an economy does not trade (naming it), or an
    elasticity is outside its domain.
    """
    s, n = data.gross_output.shape
    if world.economies != data.economies or world.sectors != data.sectors:
        raise InputError(
            f"the sector data are not those of {world.name}: economies or sectors differ.",
            field="sectors",
            valid="sector data with the world's economies and sectors, in its order",
        )
    notes: list[str] = []
    groups = components(without_home(world.trade).sum(axis=0), world.gdp)
    together = same_component(groups, n)
    notes += network_notes(world, groups)
    flows, output = _flows_with_home_sales(world, data, together, notes)
    paid = flows * (1 + world.tariff)
    expenditure = paid.sum(axis=1)
    share = paid / np.where(expenditure > 0, expenditure, 1.0)[:, None, :]
    # What nobody buys has no origin; at home is as good as anywhere and keeps the price defined.
    nothing = np.argwhere(expenditure <= 0)
    share[nothing[:, 0], nothing[:, 1], nothing[:, 1]] = 1.0

    total = data.input_share.sum(axis=0)
    beta = np.where(np.abs(total) > 0.5, data.value_added_share, 1.0)
    gamma = data.input_share / np.where(np.abs(total) > 0.5, total, 1.0)
    inputs = choose("model", model, MODELS) != "armington-many-sectors"
    if not inputs:
        beta = np.ones_like(beta)
    input_matrix = ((1 - beta) * gamma).transpose(2, 1, 0).copy()
    value_added = (beta * output).sum(axis=0)
    revenue = (world.tariff * flows).sum(axis=(0, 1))
    transfer = (flows.sum(axis=1) - flows.sum(axis=2)).sum(axis=0)
    weight = np.ones((n, n)) if together is None else together
    transfer -= (weight @ transfer) * value_added / (weight @ value_added)  # rounding only
    income = value_added + revenue + transfer
    for what, level in (("income", income), ("value added", value_added)):
        if not (level > 0).all():
            bad = int(np.argmin(level))
            raise InputError(
                f"{data.economies[bad]} has no {what} in {world.name}.",
                field=data.economies[bad],
                valid="output and trade that leave positive value added and income",
            )
    if data.final_share is not None and inputs:
        final = data.final_share
    else:
        used = np.matmul(output.T[:, None, :], input_matrix)[:, 0, :].T
        final = (expenditure - used) / income
        # Rounding of what is exactly zero is no statement about the data.
        negative = int((final < -1e-12).sum())
        if negative:
            notes.append(
                f"final demand negative in {negative} of {s * n} cells, set to zero and the rest "
                "renormalised"
            )
        final = np.maximum(final, 0.0)
    final = final / final.sum(axis=0)
    theta = _by_sector(data.elasticity if trade_elasticity is None else trade_elasticity, s)
    psi = _by_sector(0.0 if scale_elasticity is None else scale_elasticity, s)
    _check_elasticities(data.sectors, theta, psi, labor_supply_elasticity)
    return SectorBaseline(
        world=world,
        model=model,
        share=share,
        tariff=np.array(world.tariff),
        final_share=final,
        value_added_share=beta,
        inputs=input_matrix,
        theta=theta,
        psi=psi,
        kappa=float(labor_supply_elasticity),
        expenditure=expenditure,
        output=output,
        income=income,
        value_added=value_added,
        transfer=transfer,
        notes=tuple(notes),
        together=together,
    )


def _flows_with_home_sales(
    world: World, data: SectorData, together: Array | None, notes: list[str]
) -> tuple[Array, Array]:
    """Flows (S, N, N) with home sales on the diagonal, and output (S, N), raised to exports.

    Raises InputError where home sales disagree or an economy does not trade.
    """
    diagonal = np.arange(world.n_economies)
    flows = np.array(world.trade) if together is None else world.trade * together
    own = flows[:, diagonal, diagonal]
    abroad = without_home(flows)
    exports = abroad.sum(axis=2)
    output = np.maximum(data.gross_output, exports)
    raised = int((exports > data.gross_output).sum())
    if raised:
        notes.append(f"gross output raised to exports in {raised} of {output.size} cells")
    home = output - exports
    wrong = (own > 0) & (np.abs(own - home) > 1e-6 * output)
    if wrong.any():
        sector, economy = (int(i) for i in np.argwhere(wrong)[0])
        raise InputError(
            f"home sales of {data.sectors[sector]} in {data.economies[economy]} are "
            f"{own[sector, economy]:g} in the trade table, and gross output less exports is "
            f"{home[sector, economy]:g}.",
            field="trade",
            valid="an empty diagonal, or one that agrees with gross output",
        )
    flows[:, diagonal, diagonal] = home
    for what, axis in (("sells nothing", (0, 2)), ("buys nothing", (0, 1))):
        silent = np.flatnonzero(abroad.sum(axis=axis) <= 0)
        if len(silent):
            raise InputError(
                f"{data.economies[silent[0]]} {what} abroad in {world.name}, so nothing ties its "
                "wage to the others'.",
                field=data.economies[silent[0]],
                valid="economies that export and import; merge or leave out the others",
            )
    return flows, output


def _check_elasticities(sectors: tuple[str, ...], theta: Array, psi: Array, kappa: float) -> None:
    """Raise InputError for elasticities outside their domain."""
    strong = np.flatnonzero((psi * theta >= 1) | (theta <= 0))
    if len(strong):
        k = int(strong[0])
        raise InputError(
            f"{sectors[k]} has trade elasticity {theta[k]:g} and scale elasticity {psi[k]:g}.",
            field="scale_elasticity",
            value=float(psi[k]),
            valid="a trade elasticity above 0, and a product of the two below 1: beyond, "
            "production sits in one place only",
        )
    if not 0 <= kappa < np.inf:
        raise InputError(
            "the labor supply elasticity is not a number of zero or more.",
            field="labor_supply_elasticity",
            value=kappa,
            valid="a number of zero or more",
        )


def _by_sector(value: float | Array, n_sectors: int) -> Array:
    array = np.asarray(value, dtype=float)
    if array.shape not in ((), (n_sectors,)) or not np.isfinite(array).all() or (array < 0).any():
        raise InputError(
            f"an elasticity by sector has shape {array.shape} or is not a finite number >= 0.",
            field="elasticity",
            valid=f"one number, or {n_sectors}",
        )
    return np.array(np.broadcast_to(array, (n_sectors,)))
