"""Published models as parameter choices of one kernel (trade.md section 6).

A model is a row of options; nothing here solves anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real

from triffin.world.base.errors import InputError, one_of
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

DEFICIT_CLOSURES = ("world-share", "fixed", "balanced")
REVENUE_CLOSURES = ("tax-relief", "lump-sum")

PARAMETER_NAMES = (
    "trade_elasticity",
    "labor_supply_elasticity",
    "scale_elasticity",
    "pass_through_base",
    "value_added_share",
)


@dataclass(frozen=True)
class Model:
    """One published model: what it switches on.

    `multinational` the share of sales that stays with multinationals' hosts (nu);
    `firm_relocation` the destination-specific tariff pass-through (phi above 1);
    `labor_supply`, `scale` and `roundabout` the respective elasticities and input share.
    """

    name: str
    title: str
    citation: str
    multinational: bool = False
    firm_relocation: bool = False
    labor_supply: bool = False
    scale: bool = False
    roundabout: bool = False
    sectors: str = "one"
    revenue: str = "tax-relief"
    numeraire: str = "prices"


_IGNATENKO = Model(
    name="ignatenko-2025",
    title="Krugman with multinational firms and elastic labor supply",
    citation="Ignatenko, A., Macedoni, L., Lashkaripour, A. and Simonovska, I. (2025). Making "
    "America great again? The economic impacts of Liberation Day tariffs. Journal of International "
    "Economics 157, 104138. https://doi.org/10.1016/j.jinteco.2025.104138",
    multinational=True,
    firm_relocation=True,
    labor_supply=True,
    scale=True,
)
_CALIENDO_PARRO = Model(
    name="caliendo-parro-2015",
    title="many sectors with input-output linkages",
    citation="Caliendo, L. and Parro, F. (2015). Estimates of the trade and welfare effects of "
    "NAFTA. Review of Economic Studies 82(1), 1-44. https://doi.org/10.1093/restud/rdu035",
    sectors="many",
    revenue="lump-sum",
    numeraire="wages",
)

MODELS: dict[str, Model] = {
    m.name: m
    for m in (
        _IGNATENKO,
        replace(
            _IGNATENKO,
            name="ignatenko-2025-roundabout",
            title="the same with roundabout inputs (value-added share 0.49; Table 4 of the paper)",
            roundabout=True,
            numeraire="wages",
        ),
        replace(
            _IGNATENKO,
            name="ignatenko-2025-eaton-kortum",
            title="the same without multinationals and firm relocation (Eaton and Kortum 2002)",
            multinational=False,
            firm_relocation=False,
        ),
        Model(
            name="armington",
            title="Armington with fixed labor and constant returns",
            citation="Dekle, R., Eaton, J. and Kortum, S. (2008). Global rebalancing with gravity: "
            "Measuring the burden of adjustment. IMF Staff Papers 55(3), 511-540. "
            "https://doi.org/10.1057/imfsp.2008.17",
        ),
        _CALIENDO_PARRO,
        replace(
            _CALIENDO_PARRO,
            name="armington-many-sectors",
            title="many sectors without inputs",
            citation="Armington, P. S. (1969). A theory of demand for products distinguished by "
            "place of production. IMF Staff Papers 16(1), 159-178. https://doi.org/10.2307/3866403",
        ),
    )
}


def default_model(world: World) -> str:
    """The default of trade.md section 6 for one-sector and many-sector worlds."""
    return "ignatenko-2025" if world.n_sectors == 1 else "caliendo-parro-2015"


def model_for(world: World, name: str | None) -> Model:
    """The model of that name, or the world's default for None.

    Raises InputError naming the nearest match.
    """
    return find_model(default_model(world) if name is None else name)


def find_model(name: str) -> Model:
    """The model of that name.

    Raises InputError naming the nearest match.
    """
    one_of(name, MODELS, f"there is no model {name!r}.", field="model")
    return MODELS[name]


def choose(field: str, value: str, valid: tuple[str, ...]) -> str:
    """`value` if it is one of the choices of an option; InputError with the nearest otherwise."""
    one_of(value, valid, f"{value!r} is not a choice of {field}.", field=field)
    return value


def resolve_parameters(
    model: Model, given: dict[str, float], registry: ParameterSet
) -> dict[str, float]:
    """Parameters of `model`: central values of `registry`, overridden by `given`.

    Changing the trade elasticity leaves the scale elasticity, the relocation parameter theta and
    phi where they are unless they are given too (Ignatenko et al. 2025, Table 9).

    Raises InputError on unknown names, non-numbers and values outside their domain.
    """
    for name, value in given.items():
        one_of(
            name,
            PARAMETER_NAMES,
            f"the trade model has no parameter {name!r}.",
            field="param",
        )
        domain = registry[name].domain
        if isinstance(value, bool) or not isinstance(value, Real) or value not in domain:
            raise InputError(
                f"{name} = {value} is outside its domain.",
                field=name,
                value=value,
                valid=domain.words,
            )
    if not model.roundabout and given.get("value_added_share", 1.0) != 1.0:
        raise InputError(
            f"{model.name} has no intermediate inputs, so value_added_share cannot be set.",
            field="value_added_share",
            value=given["value_added_share"],
            valid="value_added_share with --model ignatenko-2025-roundabout",
        )
    if not model.firm_relocation and given.get("pass_through_base", 1.0) != 1.0:
        raise InputError(
            f"{model.name} has complete pass-through (phi = 1), so pass_through_base cannot be "
            "set.",
            field="pass_through_base",
            value=given["pass_through_base"],
            valid="pass_through_base with --model ignatenko-2025",
        )
    values = {name: registry.value(name) for name in PARAMETER_NAMES}
    if not model.labor_supply:
        values["labor_supply_elasticity"] = 0.0
    if not model.scale:
        values["scale_elasticity"] = 0.0
    if not model.roundabout:
        values["value_added_share"] = 1.0
    values.update({name: float(value) for name, value in given.items()})
    return values
