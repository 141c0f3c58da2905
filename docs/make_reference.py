"""Write reference.md and noegler.md: every public function, and every TOML key.

    .venv/bin/python docs/make_reference.py

The one comes from the docstrings, the other from the schemas that check the files,
with the meanings and examples of keys.toml; tests/test_docs.py says when they are out
of date.
"""

import inspect
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import taskforce_analysis as ta
from taskforce_analysis import charts, planning, published
from taskforce_analysis.deadlines.rules import FILE_KEYS, IN_FORCE_ON, RULE_KEYS
from taskforce_analysis.forms import loading
from taskforce_analysis.measurements import (
    _CONSULTED,
    _CORRECTED,
    _EXCLUDED,
    _LOCKED,
    _MEASUREMENT,
    _PHASE,
    _TEXTS,
    _THEME_TEXTS,
    DRAWN_ON,
    KINDS_OF_SOURCE,
    NOTATS,
    SELECTIONS,
)
from taskforce_analysis.schemas import Key
from taskforce_analysis.settings import _KEYS, CHOICES

HERE = Path(__file__).parent
MODULES = {
    "taskforce_analysis": (ta, [name for name in ta.__all__ if name != "names"]),
    "taskforce_analysis.charts": (charts, ["available_charts", "alt_text"]),
    "taskforce_analysis.planning": (planning, planning.__all__),
    "taskforce_analysis.published": (
        published,
        ["Scope", "beside", "apart", "national_figures", "caveat"],
    ),
}
SCHEMAS: Mapping[str, Mapping[str, Mapping[str, Key]]] = {
    "Et måleskema": {
        "top": loading.FORM_KEYS,
        "columns": loading.COLUMN_KEYS,
        "attributes": loading.ATTRIBUTE_KEYS,
        "phases": loading.PHASE_KEYS,
        "phases_from": loading.PHASES_FROM_KEYS,
        "themes": loading.THEME_KEYS,
        "scales.NAVN": loading.GRADE_KEYS,
        "measures": loading.MEASURE_KEYS,
        "measures.legal_basis": loading.BASIS_KEYS,
        "measures.applies_when": loading.CONDITION_KEYS,
        "measures.limit": loading.LIMIT_KEYS,
    },
    "En måling": {
        "top": _MEASUREMENT,
        "phases.NAVN": _PHASE,
        "settings": _KEYS,
        "kilder": _CONSULTED,
        "exclude": _EXCLUDED,
        "corrections": _CORRECTED,
        "locked": _LOCKED,
        "texts": _TEXTS,
        "texts.themes.TEMA": _THEME_TEXTS,
    },
    "Frister": {"top": FILE_KEYS, "rules": RULE_KEYS},
}
# The values that a key may have, where they are few; what is not said comes first.
ALLOWED: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("Et måleskema", "measures"): loading.CHOICES,
    ("Et måleskema", "attributes"): {"type": loading.CHOICES["type"]},
    ("Et måleskema", "phases_from"): {"by": loading.CHOICES["by"]},
    ("En måling", "top"): {"notat": NOTATS},
    ("En måling", "phases.NAVN"): {"selection": SELECTIONS, "drawn_on": DRAWN_ON},
    ("En måling", "settings"): CHOICES,
    ("En måling", "kilder"): {"kind": KINDS_OF_SOURCE},
    ("En måling", "locked"): {
        "selection": SELECTIONS,
        "adjustment": CHOICES["adjustment"],
    },
    ("Frister", "top"): {"in_force_on": IN_FORCE_ON},
}
TYPES = {
    "text": "tekst",
    "texts": "tekster",
    "number": "tal",
    "whole": "helt tal",
    "flag": "true eller false",
    "date": "dato",
    "table": "tabel",
    "tables": "tabeller",
    "any": "se eksemplet",
}


def reference() -> str:
    """Every public name with its signature and docstring."""
    parts = ["# Functions and records", "Written by docs/make_reference.py."]
    for title, (module, names) in MODULES.items():
        parts.append(f"## {title}")
        for name in names:
            parts += _entry(name, getattr(module, name))
    return "\n\n".join(parts) + "\n"


def _entry(name: str, value: object) -> Iterator[str]:
    yield f"### {name}"
    if callable(value):
        yield f"```text\n{name}{_signature(value)}\n```"
    text, _, example = (inspect.getdoc(value) or "").partition(">>> ")
    yield dedent(text).strip()
    if example:
        yield f"```pycon\n>>> {example.strip()}\n```"


def _signature(value: object) -> str:
    given = inspect.signature(value)  # type: ignore[arg-type]
    shown = [str(one).replace("'", "") for one in given.parameters.values()]
    return "(" + ", ".join(shown) + ")"


def toml_keys() -> str:
    """Every key of every kind of definition file: meaning, type, values, example."""
    said = tomllib.loads((HERE / "keys.toml").read_text("utf-8"))
    intro = (
        "Skrevet af docs/make_reference.py. En tekst kan stå alene, hvor der er flere."
    )
    parts = ["# Nøglerne i TOML-filerne", intro]
    for title, tables in SCHEMAS.items():
        parts.append(f"## {title}")
        for name, schema in tables.items():
            parts.append("### Øverst i filen" if name == "top" else f"### \\[{name}\\]")
            head = [
                "| nøgle | betydning | skrives som | eksempel |",
                "|---|---|---|---|",
            ]
            values = ALLOWED.get((title, name), {})
            rows = [
                _key_row(key, one, said=said[title][name][key], of=values.get(key, ()))
                for key, one in schema.items()
            ]
            parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


def _key_row(name: str, key: Key, *, said: Sequence[str], of: Sequence[str]) -> str:
    """A key's line: what must be there is bold, the few values it is of are listed."""
    meaning, example = said
    shown = f"**{name}**" if key.required else name
    listed = ", ".join(f"`{one}`" for one in of)
    more = f" Enten {listed}." if listed else ""
    written = TYPES[key.type] + (", skal stå" if key.required else "")
    return f"| {shown} | {meaning}{more} | {written} | `{example}` |"


PAGES = {"reference.md": reference, "noegler.md": toml_keys}


def main() -> None:
    """Write both pages beside this file."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
