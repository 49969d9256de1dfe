"""Errors that an analyst can act on, and the exit code each one carries.

`InputError` (exit code 2): something in a file, an option or an argument is not valid.
`NoEquilibrium` (exit code 3): the model has no equilibrium, for a named economic reason.
`NotConverged` (exit code 3): the solvers gave up without finding one.
Everything else is a bug (exit code 1).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class TriffinError(Exception):
    """Base of all errors that Triffin raises on purpose."""

    exit_code = 1


class Place(NamedTuple):
    """Where something was written: a file, a line (1-based) and a field, as far as known."""

    file: str | None = None
    line: int | None = None
    field: str | None = None

    def error(
        self,
        message: str,
        *,
        value: object = None,
        valid: str | Iterable[str] | None = None,
        nearest: str | None = None,
        among: Iterable[str] | None = None,
    ) -> InputError:
        """An InputError about what stands here."""
        file, line, field = self
        return InputError(
            message,
            file=file,
            line=line,
            field=field,
            value=value,
            valid=valid,
            nearest=nearest,
            among=among,
        )

    @contextmanager
    def named(self) -> Iterator[None]:
        """Errors of the block are errors about this place, unless they know their own file."""
        try:
            yield
        except InputError as error:
            raise error.at(self) from error


class InputError(TriffinError):
    """Bad input: says what, where, the value, what would be valid and the nearest match.

    `file`, `line` (1-based), `field`, `value`, `valid` (a phrase or a list of valid values) and
    `nearest` are optional; `str(error)` joins what is known into one message. `among` : names of
    which the value is none; they give the nearest match, and what is valid where that is not said.
    """

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        value: object = None,
        valid: str | Iterable[str] | None = None,
        nearest: str | None = None,
        among: Iterable[str] | None = None,
    ) -> None:
        if among is not None:
            names = tuple(among)
            nearest = nearest_match(str(value), names)
            valid = names if valid is None else valid
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        self.value = value
        self.valid = valid if isinstance(valid, str) or valid is None else tuple(valid)
        self.nearest = nearest
        super().__init__(message)

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"line {self.line}" if self.line is not None else None,
                self.field,
            )
            if part
        )
        text = f"{place}: {self.message}" if place else self.message
        if self.nearest:
            text += f" Did you mean {self.nearest!r}?"
        if self.valid is not None:
            valid = self.valid
            if not isinstance(valid, str):
                # Names that hold commas themselves are quoted, or nobody could tell them apart.
                commas = any("," in name for name in valid)
                shown = (
                    "; ".join(f"'{name}'" for name in valid[:12])
                    if commas
                    else ", ".join(valid[:12])
                )
                more = f" and {len(valid) - 12} more" if len(valid) > 12 else ""
                valid = shown + more
            text += f" Valid: {valid}."
        return text

    @property
    def problems(self) -> tuple[InputError, ...]:
        """What is wrong, one by one: this error alone, unless it is a group of them."""
        return (self,)

    def at(self, place: Place) -> InputError:
        """The same error at a place; one that knows its own file stays as it is."""
        if self.file is not None:
            return self
        here = place._replace(field=place.field or self.field)
        return here.error(self.message, value=self.value, valid=self.valid, nearest=self.nearest)


class InputErrors(InputError):
    """Several things that are wrong with one input; file, line, field and value are the first's.

    `str(error)` has one line for each, up to `MOST_LINES`.
    """

    MOST_LINES = 20

    def __init__(self, problems: Iterable[InputError]) -> None:
        self._problems = tuple(problems)
        first = self._problems[0]
        super().__init__(
            first.message,
            file=first.file,
            line=first.line,
            field=first.field,
            value=first.value,
            valid=first.valid,
            nearest=first.nearest,
        )

    @property
    def problems(self) -> tuple[InputError, ...]:
        return self._problems

    def __str__(self) -> str:
        shown = [f"  {problem}" for problem in self._problems[: self.MOST_LINES]]
        more = len(self._problems) - len(shown)
        lines = [f"{len(self._problems)} problems:", *shown]
        return "\n".join([*lines, f"  and {more} more"] if more else lines)

    def at(self, place: Place) -> InputError:
        return InputErrors(problem.at(place) for problem in self._problems)


class Problems:
    """Collects what is wrong with an input, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[InputError] = []

    def add(self, error: InputError) -> None:
        """Each thing once, also where two checks meet it."""
        known = {str(problem) for problem in self.found}
        self.found += [problem for problem in error.problems if str(problem) not in known]

    @contextmanager
    def collected(self) -> Iterator[None]:
        """An InputError of the block is kept, and the code after the block goes on."""
        try:
            yield
        except InputError as error:
            self.add(error)

    def refuse(self) -> None:
        """Raise what was found, if anything: one InputError, or several in the order of lines."""
        found = sorted(self.found, key=lambda problem: (problem.line is None, problem.line or 0))
        if len(found) == 1:
            raise found[0]
        if found:
            raise InputErrors(found)


class NoEquilibrium(TriffinError):
    """No equilibrium exists; names the economy and the economic reason."""

    exit_code = 3

    def __init__(self, reason: str, *, economy: str | None = None) -> None:
        self.reason = reason
        self.economy = economy
        super().__init__(
            f"no equilibrium: {economy}: {reason}" if economy else f"no equilibrium: {reason}"
        )


class NotConverged(TriffinError):
    """No solver of the ladder reached the tolerance; says how close it came."""

    exit_code = 3


def nearest_match(name: str, choices: Iterable[str]) -> str | None:
    """The choice closest in spelling to `name` (case ignored), or None if none is close."""
    by_fold = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.5)
    return by_fold[found[0]] if found else None


def one_of(
    value: str,
    choices: Iterable[str],
    message: str,
    *,
    valid: str | Iterable[str] | None = None,
    **where: Any,
) -> None:
    """Raise InputError with the nearest match unless `value` is one of `choices`.

    `where` : file, line and field of the value; `valid` : what to name instead of the choices.
    """
    names = tuple(choices)
    if value not in names:
        raise InputError(message, value=value, among=names, valid=valid, **where)
