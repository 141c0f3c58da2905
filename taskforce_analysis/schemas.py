"""Which keys a definition file may have, and of which type.

Forms, measurements, deadline rules and languages are TOML files that a user may
write. Each names its keys once, as a schema; an unknown, missing or ill-typed key is a
FormError that names file and key. There are no expressions and no code in them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

from taskforce_analysis.errors import (
    FormError,
    file_error,
    invalid_definition,
    nearest,
)

# A value and a table as TOML holds them: of any type, until `take` has seen to it.
Raw: TypeAlias = Any
Toml: TypeAlias = dict[str, Raw]

DEEPEST, LARGEST = 30, 2**53  # what a definition holds; above it, floats miss numbers


@dataclass(frozen=True)
class Key:
    """One key of a definition: its type, whether it must be there, its field's name.

    `type` is one of text, texts, number, whole, flag, date, table, tables, any. For
    texts a single text will do. `name` is the record's field where it differs.
    """

    type: str
    required: bool = False
    name: str = ""


def read_definition(path: str | Path) -> Toml:
    """The TOML file's content; FileError if it is not there, FormError if not TOML."""
    path = Path(path)
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        return _bounded(tomllib.loads(path.read_text("utf-8-sig")), path)
    except UnicodeDecodeError:
        raise invalid_definition(
            path, "", "the file is not UTF-8. Save it as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(at ")[2].rstrip(")")
        finding = f"not valid TOML, at {place}. Look for a missing quotation mark or ]"
        raise invalid_definition(path, "", finding) from None
    except RecursionError:
        raise _too_deep(path) from None
    except (ValueError, OverflowError):  # a number of thousands of digits
        raise _too_large(path) from None


def _bounded(content: Toml, path: Path) -> Toml:
    """The content, where no number is too large to count with and nothing too deep."""
    waiting: list[tuple[Raw, int]] = [(content, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep(path)
        if isinstance(value, dict | list):
            inside = value.values() if isinstance(value, dict) else value
            waiting += [(one, depth + 1) for one in inside]
        elif isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise _too_large(path)
    return content


def _too_deep(path: Path) -> FormError:
    finding = "lists or tables lie too deep inside one another. Take some out"
    return invalid_definition(path, "", finding)


def _too_large(path: Path) -> FormError:
    finding = "a number is too large to count with. Write a smaller one"
    return invalid_definition(path, "", finding)


def take(
    values: Mapping[str, Raw], schema: Mapping[str, Key], *, file: str, where: str = ""
) -> Toml:
    """The values by field name, each of its type; keys that are not there are left out.

    Raises FormError for an unknown key (with the nearest), a missing one, a wrong type.

    >>> take({"id": "x"}, {"id": Key("text", required=True)}, file="form.toml")
    {'id': 'x'}
    """
    for key in values:
        if key not in schema:
            near = nearest(key, schema)
            hint = f'. Nearest: "{near}"' if near else ""
            raise invalid_definition(file, _path(where, key), f"unknown key{hint}")
    for key, rule in schema.items():
        if rule.required and key not in values:
            raise invalid_definition(file, _path(where, key), "the key is missing")
    return {
        schema[key].name or key: _typed(
            value, schema[key], file=file, path=_path(where, key)
        )
        for key, value in values.items()
    }


def _path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _is_texts(value: object) -> bool:
    listed = [value] if isinstance(value, str) else value
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


_TESTS = {
    "text": lambda value: isinstance(value, str) and value.strip() != "",
    "texts": _is_texts,
    "number": lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool)
    ),
    "whole": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str | date),
    "table": lambda value: isinstance(value, dict),
    "tables": lambda value: (
        isinstance(value, list) and all(isinstance(one, dict) for one in value)
    ),
    "any": lambda _: True,
}


def _typed(value: Raw, rule: Key, *, file: str, path: str) -> Raw:
    if not _TESTS[rule.type](value):
        raise invalid_definition(file, path, f"is not of the type {rule.type}")
    if rule.type == "texts":
        return (value,) if isinstance(value, str) else tuple(value)
    if rule.type == "date":
        return _date(value, file, path)
    return value


def _date(value: str | date, file: str, path: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise invalid_definition(file, path, "is not a date (2018-10-01)") from None
