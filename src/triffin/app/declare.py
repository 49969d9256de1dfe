"""How a command is declared: once, on the function that does the work, with `@command`.

The modules of commands import nothing heavy at their top, so that --help answers at once.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_type_hints

import typer
from typer.core import TyperGroup

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.options import OWN, AnswerFile, Json, OptionGroup
from triffin.app.terminal import print_json, say
from triffin.world.base.errors import InputError

# The groups of commands by the folder of their modules, in the order of the first page of help.
PANELS = {
    "runs": "Run a scenario",
    "studies": "Search and repeat",
    "trade": "Trade wars",
    "finance": "Creditors, currencies and the dollar",
    "talks": "Talks and threats",
    "evidence": "Held against the world",
    "data": "What there is, and your own data",
}

Document = dict[str, Any]
Printer = Callable[[Document], None]
Function = Callable[..., Any]


class Panels(TyperGroup):
    """The commands in named groups, in plain text: rich alone takes longer to import."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in PANELS.values()}
        width = max(len(name) for name in self.commands)
        for name in self.list_commands(ctx):
            command: Any = self.commands[name]
            text = command.get_short_help_str(formatter.width - 6 - width)
            panels[command.rich_help_panel].append((name.ljust(width), text))
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)


app = typer.Typer(
    name="triffin",
    help="A laboratory for economic coercion: tariffs, creditors, currencies and the dollar.",
    cls=Panels,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def group(module: str, name: str, help: str, example: str, **settings: Any) -> typer.Typer:
    """A group of commands such as `triffin treasuries`; `module` is the __name__ of its module."""
    made = typer.Typer(help=help, epilog=_epilog(example), **settings)
    app.add_typer(made, name=name, rich_help_panel=_panel(module))
    return made


def command(
    where: typer.Typer | None = None,
    name: str | None = None,
    *,
    example: str,
    own: Sequence[str] = (),
    answer: Printer | None = None,
    listing: Printer | None = None,
    picture: Callable[[Document], Any] | None = None,
    callback: bool = False,
    **settings: Any,
) -> Callable[[Function], Function]:
    """Declare the function below as the command `name` (its own name if left out).

    own : tables of one's own that the command takes (`OWN`); they are in place while it runs, and
        the function need not know. Formats: docs/own-data.md, checked by `triffin check`.
    answer : the function returns a document, which this prints; the command gets --json and --out.
    listing : the same without --out.
    picture : draws the document, where --out ends in .svg, .png or .html.
    callback : the command of the group `where` itself.
    """
    printer = answer or listing
    added: dict[str, Any] = {"as_json": (Json, False)} if printer else {}
    if answer:
        added["out"] = (AnswerFile, None)
    added |= {kind: (OWN[kind], None) for kind in own}

    def declare(function: Function) -> Function:
        plain, groups = _options(function)

        @functools.wraps(function)
        def run(*args: Any, **given: Any) -> Any:
            given = dict(zip(plain, args, strict=False)) | given
            tables = {kind: given.pop(kind, None) for kind in own}
            # a command may have an --out of its own, for a folder
            as_json, out = (given.pop(k, None) if k in added else None for k in ("as_json", "out"))
            for part, kind in groups.items():
                names = [field.name for field in fields(kind)]
                given[part] = kind(**{key: given.pop(key) for key in names if key in given})

            def answered() -> Any:
                if not printer:
                    return function(**given)
                checked_out(out, pictures=picture is not None)
                document = function(**given)
                if document is None:  # of a group, whose command below answers
                    return None
                write_answer(out, document, picture)
                (print_json if as_json else printer)(document)
                return None

            return _with_own_tables(answered, tables, given.get("context"))

        parameters = [
            *plain.values(),
            *(
                inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=d, annotation=kind)
                for key, (kind, d) in added.items()
            ),
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        parent = where or app
        if callback:
            parent.callback(invoke_without_command=True, **settings)(run)
        else:
            panel = _panel(function.__module__)
            parent.command(name, epilog=_epilog(example), rich_help_panel=panel, **settings)(run)
        return run

    return declare


def _panel(module: str) -> str:
    return PANELS[module.removeprefix("triffin.app.commands.").partition(".")[0]]


def _epilog(example: str) -> str:
    """The example below the options; the first mark keeps the lines as they are."""
    return "\b\nExample:\n  " + example


def _options(
    function: Function,
) -> tuple[dict[str, inspect.Parameter], dict[str, type[OptionGroup]]]:
    """Parameters of a command with the groups of options spread out, and the groups."""
    hints = get_type_hints(function, include_extras=True)
    plain: dict[str, inspect.Parameter] = {}
    groups: dict[str, type[OptionGroup]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        kind = hints[name]
        if not (isinstance(kind, type) and issubclass(kind, OptionGroup)):
            plain[name] = parameter.replace(
                annotation=kind, kind=inspect.Parameter.POSITIONAL_OR_KEYWORD
            )
            continue
        groups[name] = kind
        options = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            plain[field.name] = inspect.Parameter(
                field.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=field.default,
                annotation=options[field.name],
            )
    return plain, groups


def _with_own_tables(run: Callable[[], Any], tables: Mapping[str, Any], context: Any) -> Any:
    if all(path is None for path in tables.values()):
        return run()
    below = getattr(context, "invoked_subcommand", None)
    if below is not None:
        raise InputError(f"own data stand before {below!r}.", valid=f"options after {below!r}")
    from triffin.run.own_data import own_data

    with own_data(**tables):
        done = run()
        _say_notes()
        return done


def _say_notes() -> None:
    """What to know of the tables in place; a prior that nothing asked for changed nothing, and
    silence would mislead."""
    from triffin.world.base.own_tables_in_place import PRIOR, active_tables

    tables = active_tables()
    for note in (note for table in tables.values() for note in getattr(table, "notes", ())):
        say(f"note: {note}")
    prior = tables.get(PRIOR)
    if prior is not None and prior.unread:
        say(f"note: this answer does not use the priors on {', '.join(prior.unread)}.")
