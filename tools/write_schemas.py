"""Write the JSON schemas that ship: that of an answer, and those of the documents of commands.

The documents are described from what the commands answered when the golden values were pinned:
keys at the top are required, below them a document of another scenario may lack some. A mapping
whose keys are data (codes, labels, dates) is described by its values.

    python tools/write_schemas.py
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from triffin.answers.schema import ANSWER, DIALECT, FOLDER, answer_schema

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "values"
KINDS = {
    bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null",
    dict: "object", list: "array",
}  # fmt: skip
BY_SECTOR = {
    "parameters": {name: {"a sector": 0.5} for name in ("trade_elasticity", "scale_elasticity")}
}
OTHERS: dict[str, dict[str, Any]] = {"trade": BY_SECTOR, "optimal": BY_SECTOR}
"""What the documents hold in other worlds: a parameter by sector."""
NAME = re.compile(r"[a-z][a-z0-9_]*")


def described(values: Sequence[Any]) -> dict[str, Any]:
    """The schema that all values meet."""
    if not values:
        return {}
    if all(isinstance(value, dict) and _is_answer(value) for value in values):
        known = answer_schema()["properties"]
        more = [{k: v for k, v in value.items() if k not in known} for value in values]
        found = {"$ref": f"{ANSWER}.json"}
        return found | (described(more) if any(more) else {})
    kinds = {KINDS[type(value)] for value in values}
    kinds -= {"integer"} if "number" in kinds else set()
    found: dict[str, Any] = {"type": kinds.pop() if len(kinds) == 1 else sorted(kinds)}
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        keys = list(dict.fromkeys(key for value in objects for key in value))
        if keys and all(NAME.fullmatch(key) for key in keys):
            found["properties"] = {
                key: _or_none([one[key] for one in objects if key in one]) for key in keys
            }
        else:
            found["additionalProperties"] = _or_none([v for one in objects for v in one.values()])
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        found["items"] = described([item for one in lists for item in one])
    return found


def _or_none(values: Sequence[Any]) -> dict[str, Any]:
    """What another scenario does not ask is null; a number that happened to be whole may be not."""
    found = described(values)
    kinds = found.get("type", [])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if kinds == {"null"}:
        return {}
    if kinds:
        kinds = (kinds - {"integer"}) | {"number"} if "integer" in kinds else kinds
        found["type"] = sorted({*kinds, "null"})
    return found


def _is_answer(value: dict[str, Any]) -> bool:
    return set(answer_schema()["required"]) <= set(value)


def document_schema(name: str, documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The schema of a command's document, from examples."""
    always = [key for key in documents[0] if all(key in one for one in documents)]
    return {
        "$schema": DIALECT,
        "title": f"The document of `{name} --json`",
        **described([*documents, *([OTHERS[name]] if name in OTHERS else [])]),
        "required": always,
    }


def schemas() -> dict[str, dict[str, Any]]:
    """Name -> schema of everything that ships."""
    found = {ANSWER: answer_schema()}
    examples: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(GOLDEN.glob("*.json.gz")):
        name = path.name.removesuffix(".json.gz").rpartition("-")[0]
        document = json.loads(gzip.decompress(path.read_bytes()))
        # the digest of a file, which the document has not
        document.pop("data.nc", None)
        examples.setdefault(name, []).append(document)
    return found | {name: document_schema(name, found) for name, found in examples.items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
