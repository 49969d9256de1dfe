"""What a ledger of claims may say: structured YAML in, checked claims out, errors with the line.

A claim carries a quote, its kind, what would decide it and a list of checks. A check measures
something (in a dataset, by a run, or by a sum, difference or ratio of such) and compares it. No
verdict is ever written: `ledger_verdict` draws it from the outcomes of the checks. Only a purely
normative claim may say, with a reason, that it is not testable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from triffin.evidence.claims.facts import DATASETS
from triffin.evidence.claims.runs import RUNS
from triffin.scenario.yaml_tree import Tree, TreePath, dotted, read_tree
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.rates import parse_rate
from triffin.world.registry.registry import parameter

KINDS = ("fact", "causal", "prediction", "normative")
VERDICTS = ("true", "false", "misleading", "depends on", "unresolved", "not testable")
ROLES = ("statement", "use", "outcome", "study", "beside")
"""statement: what is said. use: what it is said for. outcome: how it came out, which overrides a
run. study: what one study says, where several may disagree. beside: shown, deciding nothing."""
SILENCE = ("open", "fails")
LONGEST_QUOTE = 100

LEDGER_KEYS = ("ledger", "title", "scenario", "about", "claims")
CLAIM_KEYS = ("id", "quote", "kind", "decides", "source", "checks", "not_testable", "breakeven")
COMBINATIONS = ("sum", "difference", "ratio")
COMPARISONS = (
    "claimed",
    "within",
    "loosely",
    "at_least",
    "at_most",
    "fails_below",
    "fails_above",
    "equals",
)
CHECK_KEYS = ("what", "role", "unit", "silence", *COMPARISONS)
MEASURE_KEYS = ("dataset", "run", *COMBINATIONS, "scale")
BREAKEVEN_KEYS = ("holder", "part", "target_bp", "days", "draws")


@dataclass(frozen=True)
class Measure:
    """One number (or text): how to read it. kind: "dataset", "run" or one of COMBINATIONS."""

    kind: str
    name: str
    arguments: Mapping[str, Any]
    parts: tuple[Measure, ...] = ()
    scale: float = 1.0
    file: str = ""
    line: int | None = None

    def kinds(self) -> set[str]:
        """Which of "dataset" and "run" lie below."""
        return {self.kind} if not self.parts else {k for part in self.parts for k in part.kinds()}


@dataclass(frozen=True)
class Check:
    """A measure and what it is compared with; `limits` holds the COMPARISONS that were given."""

    what: str
    role: str
    measure: Measure
    unit: str
    limits: Mapping[str, Any]
    silence: str
    line: int | None


@dataclass(frozen=True)
class Claim:
    """One statement of an article. kinds: one or more of KINDS, in the order written."""

    id: str
    quote: str
    kinds: tuple[str, ...]
    decides: str
    source: str
    checks: tuple[Check, ...]
    not_testable: str | None
    breakeven: Mapping[str, Any] | None
    line: int | None


@dataclass(frozen=True)
class Ledger:
    """All statements of one article. scenario: the one its `headline` runs ask, if any."""

    name: str
    title: str
    scenario: str | None
    about: str
    file: str
    claims: tuple[Claim, ...] = field(default=())

    def claim(self, identifier: str) -> Claim:
        """One claim by its id, case ignored; InputError with the nearest match."""
        for claim in self.claims:
            if claim.id.casefold() == identifier.casefold():
                return claim
        ids = [claim.id for claim in self.claims]
        raise InputError(
            f"there is no claim {identifier!r} in {self.name}.",
            field="claim",
            value=identifier,
            nearest=nearest_match(identifier, ids),
            valid=ids,
        )


def parse_ledger(text: str, file: str) -> Ledger:
    """The ledger of a YAML text. Raises InputError naming file, line, field and nearest key."""
    reader = _Reader(read_tree(text, file, "ledger"), file)
    return reader.ledger()


class _Reader:
    """Walks the tree of one file; every refusal knows its line."""

    def __init__(self, tree: Tree, file: str) -> None:
        self.tree, self.file = tree, file

    def line(self, path: TreePath) -> int | None:
        place = self.tree.place(path)
        return None if place is None else place.line

    def refuse(self, message: str, path: TreePath, **details: Any) -> InputError:
        return InputError(
            message, file=self.file, line=self.line(path), field=dotted(path) or None, **details
        )

    def keys(self, node: Any, path: TreePath, valid: Iterable[str], what: str) -> dict[str, Any]:
        """`node` as a mapping with no other keys than `valid`."""
        valid = tuple(valid)
        if not isinstance(node, dict):
            raise self.refuse(f"{node!r} is not {what}.", path, valid=f"a mapping with {valid[0]}")
        for key in node:
            if key == "verdict":
                raise self.refuse(
                    "a verdict is never written: it is drawn from the checks.",
                    (*path, key),
                    valid="checks with a dataset or a run, or not_testable for a norm",
                )
            if key not in valid:
                raise self.refuse(
                    f"{what} has no key {key!r}.",
                    (*path, key),
                    nearest=nearest_match(str(key), valid),
                    valid=valid,
                )
        return node

    def text(self, node: Mapping[str, Any], key: str, path: TreePath, default: str | None) -> str:
        if key not in node:
            if default is None:
                raise self.refuse(f"{key} is missing.", path, nearest=nearest_match(key, node))
            return default
        value = node[key]
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"{value!r} is not text.", (*path, key), valid="a word or a line")
        return " ".join(value.split())

    def choice(self, value: Any, path: TreePath, valid: tuple[str, ...]) -> str:
        if value not in valid:
            raise self.refuse(
                f"{value!r} is not valid.",
                path,
                value=value,
                nearest=nearest_match(str(value), valid),
                valid=valid,
            )
        return str(value)

    def number(self, value: Any, path: TreePath) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.refuse(f"{value!r} is not a number.", path, valid="a number such as 1.13")
        return float(value)

    def ledger(self) -> Ledger:
        data = self.keys(self.tree.data, (), LEDGER_KEYS, "a ledger")
        entries = data.get("claims")
        if not isinstance(entries, list) or not entries:
            raise self.refuse(
                "the ledger has no list of claims.",
                ("claims",) if "claims" in data else (),
                nearest=nearest_match("claims", [k for k in data if k != "claims"]),
                valid="claims: with at least one entry",
            )
        claims: list[Claim] = []
        for place, entry in enumerate(entries):
            claim = self.claim(entry, ("claims", place))
            if claim.id in {other.id for other in claims}:
                raise self.refuse(f"the id {claim.id} stands twice.", ("claims", place, "id"))
            claims.append(claim)
        return Ledger(
            name=self.text(data, "ledger", (), None),
            title=self.text(data, "title", (), None),
            scenario=self.text(data, "scenario", (), "") or None,
            about=self.text(data, "about", (), ""),
            file=self.file,
            claims=tuple(claims),
        )

    def claim(self, entry: Any, path: TreePath) -> Claim:
        node = self.keys(entry, path, CLAIM_KEYS, "a claim")
        quote = self.text(node, "quote", path, None)
        if len(quote) > LONGEST_QUOTE:
            raise self.refuse(
                f"the quote has {len(quote)} characters.",
                (*path, "quote"),
                valid=f"a few words, at most {LONGEST_QUOTE} characters",
            )
        written = node.get("kind")
        kinds = written if isinstance(written, list) else [written]
        if not kinds:
            raise self.refuse("the claim has no kind.", (*path, "kind"), valid=KINDS)
        for kind in kinds:
            self.choice(kind, (*path, "kind") if "kind" in node else path, KINDS)
        excused = self.text(node, "not_testable", path, "") or None
        if excused and set(kinds) != {"normative"}:
            raise self.refuse(
                "only a purely normative claim may be called not testable; write checks for what "
                "data or a run can decide.",
                (*path, "not_testable"),
                valid="kind: normative, or checks",
            )
        checks = node.get("checks", [])
        if not isinstance(checks, list):
            raise self.refuse("checks are a list.", (*path, "checks"), valid="a list of checks")
        if bool(checks) == bool(excused):
            raise self.refuse(
                "a claim needs checks, or a reason why it is not testable (not both).",
                path,
                valid="checks, or not_testable with kind: normative",
            )
        found = tuple(self.check(c, (*path, "checks", k)) for k, c in enumerate(checks))
        if checks and all(c.role in ("beside", "use") for c in found):
            raise self.refuse(
                "no check decides the claim.",
                (*path, "checks"),
                valid="at least one check whose role is statement, outcome or study",
            )
        return Claim(
            id=self.text(node, "id", path, None),
            quote=quote,
            kinds=tuple(str(kind) for kind in kinds),
            decides=self.text(node, "decides", path, excused and ""),
            source=self.text(node, "source", path, ""),
            checks=found,
            not_testable=excused,
            breakeven=self.breakeven(node, path),
            line=self.line(path),
        )

    def breakeven(self, node: Mapping[str, Any], path: TreePath) -> Mapping[str, Any] | None:
        if "breakeven" not in node:
            return None
        below = (*path, "breakeven")
        found = self.keys(node["breakeven"], below, BREAKEVEN_KEYS, "a break-even")
        for key in ("holder", "target_bp"):
            if key not in found:
                raise self.refuse(f"{key} is missing.", below, valid=BREAKEVEN_KEYS)
        if self.number(found["target_bp"], (*below, "target_bp")) <= 0:
            raise self.refuse("the target is not above zero.", (*below, "target_bp"))
        days = found.get("days", [])
        if not isinstance(days, list) or not all(
            isinstance(d, int) and not isinstance(d, bool) and 1 <= d <= 365 for d in days
        ):
            raise self.refuse(
                "days are whole numbers.", (*below, "days"), valid="a list such as [5, 20, 60]"
            )
        return found

    def check(self, entry: Any, path: TreePath) -> Check:
        if not isinstance(entry, dict):
            raise self.refuse(f"{entry!r} is not a check.", path, valid="a mapping with what: ...")
        own = {key: value for key, value in entry.items() if key in CHECK_KEYS}
        rest = {key: value for key, value in entry.items() if key not in CHECK_KEYS}
        role = self.choice(own.get("role", "statement"), (*path, "role"), ROLES)
        measure = self.measure(rest, path, CHECK_KEYS)
        limits = {key: self.limit(key, own[key], path) for key in COMPARISONS if key in own}
        deciding = [k for k in limits if k in ("claimed", "at_least", "at_most", "equals")]
        if role != "beside" and len(deciding) != 1:
            raise self.refuse(
                "a check that decides compares with exactly one thing.",
                path,
                valid="one of claimed (with within), at_least, at_most or equals",
            )
        for key, needs in (
            ("within", "claimed"),
            ("loosely", "within"),
            ("fails_below", "at_least"),
            ("fails_above", "at_most"),
        ):
            if key in limits and needs not in limits:
                raise self.refuse(f"{key} needs {needs}.", (*path, key))
        if "claimed" in deciding and "within" not in limits and role != "beside":
            raise self.refuse("claimed needs within.", path, valid="within: 5%")
        return Check(
            what=self.text(own, "what", path, None),
            role=role,
            measure=measure,
            unit=self.text(own, "unit", path, ""),
            limits=limits,
            silence=self.choice(own.get("silence", "open"), (*path, "silence"), SILENCE),
            line=self.line(path),
        )

    def limit(self, key: str, value: Any, path: TreePath) -> Any:
        if key in ("within", "loosely"):
            try:
                return parse_rate(value)
            except InputError as error:
                raise self.refuse(error.message, (*path, key), valid=error.valid) from error
        if isinstance(value, str) and value.startswith("parameter "):
            return self.bound(value, (*path, key))
        if key == "equals" or (isinstance(value, str) and key in ("at_least", "at_most")):
            return value
        return self.number(value, (*path, key))

    def bound(self, value: str, path: TreePath) -> float:
        """A bound from the registry: "parameter NAME", or its "low" or "high"."""
        name, _, end = value.removeprefix("parameter ").strip().partition(" ")
        try:
            entry = parameter(name)
        except InputError as error:
            raise self.refuse(error.message, path, nearest=error.nearest) from error
        end = self.choice(end or "value", path, ("value", "low", "high"))
        return float(getattr(entry, end))

    def measure(self, node: Any, path: TreePath, ignored: tuple[str, ...] = ()) -> Measure:
        if not isinstance(node, dict):
            raise self.refuse(f"{node!r} is not a measure.", path, valid=MEASURE_KEYS)
        sources = [key for key in ("dataset", "run", *COMBINATIONS) if key in node]
        if len(sources) != 1:
            near = next((n for k in node if (n := nearest_match(k, MEASURE_KEYS))), None)
            raise self.refuse(
                "a check needs exactly one thing to measure."
                if sources
                else "nothing is measured.",
                path,
                nearest=None if sources else near,
                valid=("dataset", "run", *COMBINATIONS),
            )
        kind = sources[0]
        scale = self.number(node.get("scale", 1), (*path, "scale"))
        where: dict[str, Any] = {
            "scale": scale,
            "file": self.file,
            "line": self.line((*path, kind)),
        }
        if kind in COMBINATIONS:
            self.keys(node, path, (kind, "scale", *ignored), f"a {kind}")
            parts = node[kind]
            if not isinstance(parts, list) or len(parts) < 2 or (kind != "sum" and len(parts) > 2):
                raise self.refuse(
                    f"a {kind} needs {'two' if kind != 'sum' else 'two or more'} measures.",
                    (*path, kind),
                )
            below = tuple(self.measure(p, (*path, kind, k)) for k, p in enumerate(parts))
            return Measure(kind, kind, {}, below, **where)
        known: Mapping[str, Any] = DATASETS if kind == "dataset" else RUNS
        name = str(node[kind])
        if name not in known:
            raise self.refuse(
                f"there is no {kind} {name!r} to measure in.",
                (*path, kind),
                value=name,
                nearest=nearest_match(name, known),
                valid=tuple(known),
            )
        arguments = {k: v for k, v in node.items() if k not in (kind, "scale")}
        reader = known[name]
        for key in arguments:
            if key not in reader.keys:
                raise self.refuse(
                    f"{name} has no key {key!r}.",
                    (*path, key),
                    nearest=nearest_match(key, (*reader.keys, *MEASURE_KEYS, *ignored)),
                    valid=(*reader.keys, "scale"),
                )
        for key in reader.needs:
            if key not in arguments:
                raise self.refuse(
                    f"{name} needs {key}.", (*path, kind), valid=(*reader.keys, "scale")
                )
        if "take" in arguments:
            self.choice(arguments["take"], (*path, "take"), reader.takes)
        return Measure(kind, name, arguments, (), **where)
