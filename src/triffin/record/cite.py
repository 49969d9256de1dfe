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
        f"Scenario {manifest['scenario']}, world {manifest['world']}, {manifest['draws']} draws, "
        f"seed {manifest['seed']}, run {manifest['hash']}."
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
    """BibTeX entries of the run, its data and its models; titles are protected by braces."""
    manifest = result.manifest
    entries = [
        _entry(
            "software",
            f"triffin-{result.identity}",
            {
                "author": "{" + AUTHOR + "}",
                "title": f"Triffin: {manifest['title']}",
                "year": _year(manifest),
                "version": manifest["version"],
                "note": (
                    f"Scenario {manifest['scenario']}, world {manifest['world']}, "
                    f"{manifest['draws']} draws, seed {manifest['seed']}, run {manifest['hash']}"
                ),
            },
        )
    ]
    entries += [
        _entry(
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
    cited = set()
    for item in manifest.get("models", []):
        if item["citation"] in cited:
            continue
        cited.add(item["citation"])
        entries.append(_entry("article", item["id"], _reference(item)))
    return "\n\n".join(entries)


def cite(result: Record) -> str:
    """References in text, then the same in BibTeX."""
    return "\n".join(citations(result)) + "\n\n" + bibtex(result) + "\n"


def _reference(item: dict[str, Any]) -> dict[str, Any]:
    """BibTeX fields of a reference "Authors (year). Title. Journal ...": parts it lacks are left
    out, and the whole reference stands in `note`."""
    text = str(item["citation"])
    found = re.match(r"(?P<author>.+?) \((?P<year>\d{4})\)[.,:] *(?P<rest>.+)", text, re.DOTALL)
    fields: dict[str, Any] = {"year": item.get("year") or (found and found["year"])}
    if found:
        fields["author"] = _authors(found["author"])
        # the title ends with a full stop or a semicolon; the journal follows
        title, _, rest = re.sub(r"([.;])\s", r"\1\n", found["rest"].strip('" ')).partition("\n")
        fields["title"] = title.rstrip(".,;")
        fields["journal"] = rest.strip().rstrip(".")
    doi = re.search(r"10\.\d{4,9}/[^\s,;]+", text)
    if doi:
        fields["doi"] = doi[0].rstrip(".")
    fields["note"] = text
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
    return "\n".join([f"@{kind}{{{re.sub(r'[^A-Za-z0-9-]', '-', key)},", *lines, "}"])


def _escape(text: str) -> str:
    """Characters that BibTeX would read as commands, and braces, made plain."""
    text = text.replace("{", "(").replace("}", ")").replace("\\", "/")
    return re.sub(r"([%&$#_])", r"\\\1", text)


def _year(manifest: dict[str, Any]) -> str:
    return str(manifest["created"])[:4]
