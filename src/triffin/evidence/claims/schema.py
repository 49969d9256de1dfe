"""What a ledger of claims may say: structured YAML in, checked claims out, errors with the line.

A claim carries a quote, its kind, what would decide it and a list of checks. A check measures
something (in a dataset, by a run, or by a sum, difference or ratio of such) and compares it. No
verdict is ever written: `verdict` draws it from the outcomes of the checks. Only a purely normative
claim may say, with a reason, that it is not testable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)

from triffin.evidence.claims.facts import DATASETS
from triffin.evidence.claims.reading import Reader
from triffin.evidence.claims.runs import PARAMETER, RUNS
from triffin.scenario.field_types import (
    Days,
    Number,
    Positive,
    Rate,
    Section,
    Text,
    as_number,
    not_empty,
    refused,
)
from triffin.scenario.schema_errors import validated
from triffin.world.base.errors import InputError, Place, nearest_match, one_of
from triffin.world.base.yaml_files import Tree, TreePath, read_tree
from triffin.world.registry.parameter_set import in_place

LONGEST_QUOTE = 100
COMBINATIONS = ("sum", "difference", "ratio")
SOURCES = ("dataset", "run", *COMBINATIONS)
DECIDING = ("claimed", "at_least", "at_most", "equals")
COMPARISONS = (*DECIDING, "within", "loosely", "fails_below", "fails_above")
NEEDS = {
    "within": "claimed",
    "loosely": "within",
    "fails_below": "at_least",
    "fails_above": "at_most",
}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(quote: str) -> str:
    if len(quote) > LONGEST_QUOTE:
        raise refused(
            f"the quote has {len(quote)} characters.",
            f"a few words, at most {LONGEST_QUOTE} characters",
        )
    return quote


def _of_registry(value: object) -> object:
    """A bound from the registry: "parameter NAME", or its "low" or "high"; else the value."""
    if not isinstance(value, str) or not value.startswith(PARAMETER):
        return value
    name, _, end = value.removeprefix(PARAMETER).strip().partition(" ")
    try:
        # A ledger is read where a computation begins, as a scenario is.
        entry = in_place()[name]
        one_of(end or "value", ("value", "low", "high"), f"{end!r} is not valid.")
    except InputError as error:
        raise refused(error.message, error.valid, nearest=error.nearest) from error
    return float(getattr(entry, end or "value"))


def _number_or_text(value: object) -> object:
    return value if isinstance(value, str) else as_number(value)


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Line = Annotated[Text, AfterValidator(_one_line)]
Bound = Annotated[Number, BeforeValidator(_of_registry)]
Level = Annotated[Any, BeforeValidator(_number_or_text), BeforeValidator(_of_registry)]
Name = Annotated[str, BeforeValidator(str)]
Kind = Literal["fact", "causal", "prediction", "normative"]
Role = Literal["statement", "use", "outcome", "study", "beside"]


class Written(Section):
    """Part of a ledger that knows where it was written."""

    _tree: Tree = PrivateAttr(default_factory=lambda: Tree({}))
    _path: TreePath = PrivateAttr(default=())

    def place(self, *below: str) -> Place:
        """File and line where it begins, or where the key `below` it stands."""
        return self._tree.place((*self._path, *below)) or Place("")

    def put(self, tree: Tree, path: TreePath) -> None:
        """Remember that this, with every part of it, is what stands at `path`."""
        self._tree, self._path = tree, path
        for key in type(self).model_fields:
            parts = getattr(self, key)
            for place, part in enumerate(parts if isinstance(parts, list) else ()):
                if isinstance(part, Written):
                    part.put(tree, (*path, key, place))


class Measure(Written):
    """One number (or text): exactly one of SOURCES.

    Keys without a field are the arguments of the dataset or the run.
    """

    model_config = ConfigDict(extra="allow")

    dataset: Name | None = None
    run: Name | None = None
    sum: list[Measure] | None = None
    difference: list[Measure] | None = None
    ratio: list[Measure] | None = None
    scale: Number = 1.0

    @property
    def kind(self) -> str:
        """The one of SOURCES that is written."""
        return next(key for key in SOURCES if key in self.model_fields_set)

    @property
    def name(self) -> str:
        """Of the dataset or the run."""
        return str(getattr(self, self.kind))

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the dataset or the run is asked with."""
        return self.model_extra or {}

    @property
    def parts(self) -> list[Measure]:
        """What is added, subtracted or divided; empty for a dataset or a run."""
        return self.sum or self.difference or self.ratio or []

    def leaves(self) -> list[Measure]:
        """The datasets and runs at and below it."""
        return [leaf for part in self.parts for leaf in part.leaves()] or [self]

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        written = [key for key in SOURCES if key in self.model_fields_set]
        if not written:
            near = (nearest_match(key, (*SOURCES, "scale")) for key in self.arguments)
            raise refused("nothing is measured.", SOURCES, nearest=next(filter(None, near), None))
        if len(written) > 1:
            raise refused("a check needs exactly one thing to measure.", SOURCES)
        if self.kind in COMBINATIONS:
            if len(self.parts) < 2 or (self.kind != "sum" and len(self.parts) > 2):
                needed = "two or more" if self.kind == "sum" else "two"
                raise refused(f"a {self.kind} needs {needed} measures.", below=(self.kind,))
            self._known(f"a {self.kind}", ())
            return self
        known: Mapping[str, Reader] = DATASETS if self.kind == "dataset" else RUNS
        if self.name not in known:
            raise refused(
                f"there is no {self.kind} {self.name!r} to measure in.",
                tuple(known),
                nearest=nearest_match(self.name, known),
                below=(self.kind,),
            )
        reader = known[self.name]
        self._known(self.name, reader.keys)
        for key in reader.needs:
            if key not in self.arguments:
                raise refused(
                    f"{self.name} needs {key}.", (*reader.keys, "scale"), below=(self.kind,)
                )
        take = self.arguments.get("take")
        if take is not None and take not in reader.takes:
            near_take = nearest_match(str(take), reader.takes)
            raise refused(
                f"{take!r} is not valid.", reader.takes, nearest=near_take, below=("take",)
            )
        return self

    def _known(self, name: str, keys: tuple[str, ...]) -> None:
        for key in self.arguments:
            if key not in keys:
                raise refused(
                    f"{name} has no key {key!r}.",
                    (*keys, "scale"),
                    nearest=nearest_match(key, (*keys, *type(self).model_fields)),
                    below=(key,),
                )


class Check(Measure):
    """A measure and what it is compared with.

    role: "statement" is what is said; "use" what it is said for; "outcome" how it came out, which
    overrides a run; "study" what one study says, where several may disagree; "beside" is shown and
    decides nothing. silence: how the check comes out where the record says nothing.
    """

    what: Line
    role: Role = "statement"
    unit: Line = ""
    silence: Literal["open", "fails"] = "open"
    claimed: Bound | None = None
    within: Rate | None = None
    loosely: Rate | None = None
    at_least: Level | None = None
    at_most: Level | None = None
    fails_below: Bound | None = None
    fails_above: Bound | None = None
    equals: Annotated[Any, BeforeValidator(_of_registry)] = None

    @property
    def limits(self) -> Mapping[str, Any]:
        """The COMPARISONS that were given."""
        given = ((key, getattr(self, key)) for key in COMPARISONS)
        return {key: value for key, value in given if value is not None}

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        limits = self.limits
        decides = self.role != "beside"
        if decides and sum(key in limits for key in DECIDING) != 1:
            raise refused(
                "a check that decides compares with exactly one thing.",
                "one of claimed (with within), at_least, at_most or equals",
            )
        for key, needs in NEEDS.items():
            if key in limits and needs not in limits:
                raise refused(f"{key} needs {needs}.", below=(key,))
        if decides and "claimed" in limits and "within" not in limits:
            raise refused("claimed needs within.", "within: 5%")
        return self


class BreakEven(Section):
    """A sale of Treasuries by `holder`: how large, for the 10-year yield to rise by `target_bp`.

    days: the numbers of trading days over which it is spread. draws: None for the default.
    """

    holder: Line
    part: Line = "all"
    target_bp: Positive
    days: Annotated[list[Annotated[Days, Field(le=365)]], AfterValidator(not_empty)] = Field(
        default=[5, 20, 60]
    )
    draws: Annotated[int, Field(ge=1)] | None = None


class WithoutVerdict(Written):
    """Part of a ledger in which a user may try to write the verdict."""

    @model_validator(mode="before")
    @classmethod
    def _no_verdict(cls, node: object) -> object:
        if isinstance(node, dict) and "verdict" in node:
            raise refused(
                "a verdict is never written: it is drawn from the checks.",
                "checks with a dataset or a run, or not_testable for a norm",
                below=("verdict",),
            )
        return node


class Claim(WithoutVerdict):
    """One statement of an article. kinds: one or more, in the order written."""

    id: Line
    quote: Annotated[Line, AfterValidator(_short)]
    kinds: Annotated[tuple[Kind, ...], AfterValidator(not_empty), BeforeValidator(_listed)] = Field(
        alias="kind"
    )
    decides: Line = ""
    source: Line = ""
    checks: list[Check] = Field(default_factory=list)
    not_testable: Line | None = None
    breakeven: BreakEven | None = None

    @model_validator(mode="after")
    def _decidable(self) -> Self:
        if self.not_testable and set(self.kinds) != {"normative"}:
            raise refused(
                "only a purely normative claim may be called not testable; write checks for what "
                "data or a run can decide.",
                "kind: normative, or checks",
                below=("not_testable",),
            )
        if bool(self.checks) == bool(self.not_testable):
            raise refused(
                "a claim needs checks, or a reason why it is not testable (not both).",
                "checks, or not_testable with kind: normative",
            )
        if self.checks and all(check.role in ("beside", "use") for check in self.checks):
            raise refused(
                "no check decides the claim.",
                "at least one check whose role is statement, outcome or study",
                below=("checks",),
            )
        if not self.decides and not self.not_testable:
            raise refused("decides is missing.", "decides: the question that settles the claim")
        return self


class Ledger(WithoutVerdict):
    """All statements of one article. scenario: the one its `headline` runs ask, if any."""

    name: Line = Field(alias="ledger")
    title: Line
    scenario: Line | None = None
    about: Line = ""
    claims: Annotated[list[Claim], AfterValidator(not_empty)]

    def claim(self, identifier: str) -> Claim:
        """One claim by its id, case ignored; InputError with the nearest match."""
        ids = [claim.id for claim in self.claims]
        known = {name.casefold(): name for name in ids}
        name = known.get(identifier.casefold(), identifier)
        one_of(name, ids, f"there is no claim {identifier!r} in {self.name}.", field="claim")
        return self.claims[ids.index(name)]

    @model_validator(mode="after")
    def _different(self) -> Self:
        ids = [claim.id for claim in self.claims]
        for place, identifier in enumerate(ids):
            if identifier in ids[:place]:
                raise refused(f"the id {identifier} stands twice.", below=("claims", place, "id"))
        return self


def parse_ledger(text: str, file: str) -> Ledger:
    """The ledger of a YAML text. Raises InputError naming file, line, field and nearest key."""
    tree = read_tree(text, file, "ledger")
    ledger = validated(tree, Ledger)
    ledger.put(tree, ())
    return ledger
