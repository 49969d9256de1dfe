"""Reading YAML: one reader for the whole package, with file and line in every error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.world.base.errors import InputError, Place


def read_yaml(path: Path, *, text: str | None = None) -> Any:
    """Content of a YAML file as plain dicts, lists, strings and numbers.

    `text` is given when the file was already read; `path` then only names it in errors.
    Raises InputError (file, line) when the file is missing, is not UTF-8 text or is not YAML;
    a key that stands twice in one mapping counts as an error.
    """
    # ruamel.yaml costs 25 ms to import; `triffin --help` never needs it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if text is None:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"the file cannot be read ({error.strerror or error}).", file=str(path)
            ) from error
        except UnicodeDecodeError as error:
            raise InputError(
                "the file is not UTF-8 text.", file=str(path), valid="a YAML file in UTF-8"
            ) from error
    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise Place(str(path), None if mark is None else mark.line + 1).error(
            f"the file is not valid YAML: {error.problem or error.context}."
        ) from error
    except YAMLError as error:
        raise InputError(f"the file is not valid YAML: {error}.", file=str(path)) from error


def yaml_lines(path: Path) -> dict[str, int]:
    """Line of each key at the top of a YAML file, counted from 1; the file is known to be valid."""
    from ruamel.yaml import YAML

    node = YAML(typ="safe", pure=True).compose(path)
    pairs = getattr(node, "value", ())
    return {str(key.value): key.start_mark.line + 1 for key, _ in pairs}
