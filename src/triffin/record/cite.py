"""How to cite a run, its data and its models: text and BibTeX."""

from __future__ import annotations

import re
from typing import Any

from triffin.record.record import Record

AUTHOR = "The Triffin developers"


def short_citation(result: Record) -> str:
    """One short line for a table's metadata: program, version, scenario and the run's hash."""
    manifest = result.manifest
    return f"Triffin {manifest['version']}, {manifest['scenario']}, run {manifest['hash']}"


def run_citation(result: Record) -> str:
    """The run as a sentence of a reference list."""
    manifest = result.manifest
    return (
        f"{AUTHOR} ({_year(manifest)}). Triffin {manifest['version']}: {manifest['title']}. "
        f"Scenario {manifest['scenario']}, world {manifest['world']}, "
        f"{manifest['draws']} simulations, seed {manifest['seed']}, run {manifest['hash']}."
    )


def citations(result: Record) -> list[str]:
    """The run, then its data, then its models, one reference each."""
    manifest = result.manifest
    data = [
        f"{item['title']}. {item['source']}."
        + (f" Licence: {item['licence']}." if item.get("licence") else "")
        for item in manifest.get("data", [])
    ]
    models = [str(item["citation"]) for item in manifest.get("models", [])]
    return [run_citation(result), *data, *dict.fromkeys(models)]


def bibtex(result: Record) -> str:
    """BibTeX entries of the run, its data and its models, each with a key of its own."""
    manifest = result.manifest
    run = {
        "author": "{" + AUTHOR + "}",
        "title": f"Triffin: {manifest['title']}",
        "year": _year(manifest),
        "version": manifest["version"],
        "note": f"Scenario {manifest['scenario']}, world {manifest['world']}, "
        f"{manifest['draws']} simulations, seed {manifest['seed']}, run {manifest['hash']}",
    }
    entries = [("software", f"triffin-{result.identity}", run)]
    entries += [
        (
            "misc",
            item["name"],
            {
                "title": item["title"],
                "howpublished": item["source"],
                "note": f"Licence: {item.get('licence', '')}. SHA-256 {item['sha256']}",
            },
        )
        for item in manifest.get("data", [])
    ]
    papers = {item["citation"]: item for item in reversed(manifest.get("models", []))}
    entries += [("article", item["id"], _reference(item)) for item in reversed(papers.values())]
    found: dict[str, str] = {}
    for kind, name, fields in entries:
        key = re.sub(r"[^A-Za-z0-9-]", "-", name)
        while key in found:
            key += "-2"
        found[key] = _entry(kind, key, fields)
    return "\n\n".join(found.values())


def cite(result: Record) -> str:
    """References in text, then the same in BibTeX."""
    return "\n".join(citations(result)) + "\n\n" + bibtex(result) + "\n"


def _reference(item: dict[str, Any]) -> dict[str, Any]:
    """BibTeX fields of a reference "Authors (year). Title. Journal 82(1), 1-44. https://doi.org/..."
    as far as it has them; what is no such reference stands whole in `note`."""
    text = str(item["citation"])
    fields: dict[str, Any] = {"year": item.get("year")}
    doi = re.search(r"10\.\d{4,9}/[^\s,;]+", text)
    bare = re.sub(r"\s*(https://doi\.org/|doi:)?\s*10\.\d{4,9}/[^\s,;]+", "", text)
    found = re.match(r"(?P<author>.+?) \((?P<year>\d{4})\)[.,:] *(?P<rest>.+)", bare, re.DOTALL)
    if found is None:
        return fields | {"note": text}
    # the title ends with a full stop, a question mark or a semicolon; the journal follows
    title, _, rest = re.sub(r"([.;])\s", r"\1\n", found["rest"].strip('" ')).partition("\n")
    fields |= {"year": found["year"], "author": _authors(found["author"])}
    fields["title"] = title.rstrip(".,;")
    place = re.fullmatch(
        r"(?P<journal>.+?) (?P<volume>\d+)(?:\((?P<number>[\d-]+)\))?(?:, (?P<pages>[\d-]+))?",
        rest.strip().rstrip("."),
    )
    fields |= place.groupdict() if place else {"journal": rest.strip().rstrip(".")}
    if fields.get("pages"):
        fields["pages"] = fields["pages"].replace("-", "--")
    if doi:
        name = doi[0].rstrip(".")
        fields |= {"doi": name, "url": f"https://doi.org/{name}"}
    return fields


def _authors(text: str) -> str:
    """ "Doe, J., Roe, R. and Poe, P." -> "Doe, J. and Roe, R. and Poe, P."."""
    text = text.replace(" & ", " and ")
    if "." not in text:
        # family names only: every comma stands between two authors
        return re.sub(r",\s+(?:and\s+)?", " and ", text)
    return re.sub(r"(?<=\.),\s+(?=[^\W\d_])", " and ", text)


def _entry(kind: str, key: str, fields: dict[str, Any]) -> str:
    lines = [
        f"  {name} = {{{_escape(str(value)) if name != 'author' else value}}},"
        for name, value in fields.items()
        if value not in (None, "")
    ]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _escape(text: str) -> str:
    """Characters that BibTeX would read as commands, and braces, made plain."""
    text = text.replace("{", "(").replace("}", ")").replace("\\", "/")
    return re.sub(r"([%&$#_])", r"\\\1", text)


def _year(manifest: dict[str, Any]) -> str:
    return str(manifest["created"])[:4]
