"""The report of a run: one self-contained HTML file that opens offline.

The Vega libraries, the chart definitions and the data stand in the page; nothing is fetched. All
text is escaped by the template engine. The same result gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from triffin.answers.headline import first_of
from triffin.record.cite import bibtex
from triffin.record.record import Record
from triffin.results.figures import theme
from triffin.results.report import tables as report_tables
from triffin.results.report.sections import one_minute, sections_of
from triffin.world.base.user_cache import kept_text
from triffin.world.base.wording import clean
from triffin.world.data.shipped import load_boundaries

TEMPLATES = Path(__file__).parent / "templates"

BOUNDARIES = {"type": "boundaries", "objects": {"countries": {}}}
"""Stands for the boundaries in the definition of the map; the page puts them in."""

LONGEST_TABLE = 45
"""Rows up to which a chart carries its own table; the map leaves it to the table of economies."""


def build_report(result: Record) -> str:
    """The HTML of a result's report."""
    from markupsafe import Markup, escape

    from triffin.results.figures.figures import source_note

    drawn = dict(_figures(result))
    manifest = {"models": [], "data": [], **result.manifest}
    content = {
        "manifest": manifest,
        "identity": result.identity,
        "lead": lead(result),
        "minute": one_minute(result, drawn),
        "sections": sections_of(result, drawn),
        "figures": drawn,
        "command": escape(command(manifest)),
        "bibtex": escape(bibtex(result)),
        "resolved": escape(json.dumps(clean(manifest["resolved"]), indent=2, ensure_ascii=False)),
        "css": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        "script": Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
        "bundle": Markup(_bundle()),
        "figures_json": Markup(json_for_html({name: item["json"] for name, item in drawn.items()})),
        "themes_json": Markup(
            json_for_html({name: theme.vega_config(name) for name in theme.THEMES})
        ),
        "boundaries_json": Markup(json_for_html(load_boundaries())),
        "note_json": Markup(json_for_html(source_note(result))),
    }
    return rendered("report.html.j2", content)


def json_for_html(value: Any) -> str:
    """JSON that can stand in a script element: no character in it can end the element."""
    text = json.dumps(clean(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def linked(text: Any) -> Any:
    """Escaped text with dates kept on one line, and with links of its DOI addresses: the only
    addresses that a report links to."""
    from markupsafe import Markup, escape

    escaped = str(escape(unbroken(text)))
    escaped = re.sub(r"\b\d{4}-\d{2}-\d{2}\b", r'<span class="date">\g<0></span>', escaped)
    return Markup(re.sub(r"https://doi\.org/10\.[^\s<>&\"',;)]*[^\s<>&\"',;).]", _link, escaped))


def _link(found: re.Match[str]) -> str:
    return f'<a href="{found[0]}">{found[0]}</a>'


def unbroken(value: Any) -> Any:
    """Plain text with a number and its unit kept on one line; markup and numbers as they are."""
    return re.sub(r"(?<=\d) (?=%|bn USD)", "\u00a0", value) if type(value) is str else value


def rendered(
    template: str, content: Mapping[str, Any], finalize: Callable[[Any], Any] | None = unbroken
) -> str:
    """A page from its template; all text is escaped, and a name the page lacks is an error."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
    )
    environment.filters["linked"] = linked
    return environment.get_template(template).render(content) + "\n"


def lead(result: Record) -> str:
    """The first sentence of a run; its title where it has no answers."""
    first = first_of(result.headline, most=1)
    return str(first[0]["answer"] if first else result.manifest["title"])


def command(manifest: dict[str, Any]) -> str:
    """The command that repeats the run."""
    return (
        f"triffin run {manifest['scenario']} --draws {manifest['draws']} --seed {manifest['seed']}"
    )


def warm() -> None:
    """Make the page's script and load the chart library; another thread can do it during a run."""
    import triffin.results.figures.figures  # noqa: F401

    _bundle()


_GLOBALS = ("vegaEmbed", "vegaLite", "vega")


@cache
def _bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script: made in about 1.4 s, then kept by version."""
    from importlib.metadata import version

    script = kept_text(f"vega-{version('vl-convert-python')}", _made_bundle)
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _made_bundle() -> str:
    import vl_convert

    # the same as the default snippet, but said here: the page relies on these globals
    script = vl_convert.javascript_bundle("".join(f"window.{name}={name};" for name in _GLOBALS))
    if not all(f"window.{name}=" in script for name in _GLOBALS):
        raise RuntimeError(f"the Vega bundle does not set all of {', '.join(_GLOBALS)}")
    return script


def _figures(result: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every chart that the run has data for: what the template and the page's script need."""
    from triffin.results.figures.figures import FIGURES, specification

    for name, figure in FIGURES.items():
        rows = figure.rows(result)
        if not rows:
            continue
        title, caption = figure.title_of(result, rows), figure.caption_of(result, rows)
        yield (
            name,
            {
                "title": title,
                "caption": caption,
                "height": figure.pixels(rows) if figure.aspect is None else 190,
                "table": report_tables.of_figure(figure, rows, title)
                if len(rows) <= LONGEST_TABLE
                else None,
                "json": {
                    "spec": specification(figure, rows, lambda: BOUNDARIES),
                    "rows": rows,
                    "columns": figure.columns,
                    "title": title,
                    "caption": caption,
                    "alt": f"{title}. {caption}",
                    "aspect": figure.aspect,
                },
            },
        )
