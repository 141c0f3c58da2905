"""Write reference.md and noegler.md: every public function, and every TOML key.

    .venv/bin/python docs/make_reference.py

The one comes from the docstrings, the other from the schemas that check the files;
tests/test_docs.py says when they are out of date.
"""

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import taskforce_analysis as ta
from taskforce_analysis import charts, planning, published
from taskforce_analysis.deadlines.rules import FILE_KEYS, RULE_KEYS
from taskforce_analysis.forms import loading
from taskforce_analysis.measurements import (
    _CONSULTED,
    _LOCKED,
    _MEASUREMENT,
    _PHASE,
    _TEXTS,
    _THEME_TEXTS,
)
from taskforce_analysis.schemas import Key
from taskforce_analysis.settings import _KEYS

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
    "A form": {
        "top": loading.FORM_KEYS,
        "columns": loading.COLUMN_KEYS,
        "attributes": loading.ATTRIBUTE_KEYS,
        "phases": loading.PHASE_KEYS,
        "phases_from": loading.PHASES_FROM_KEYS,
        "themes": loading.THEME_KEYS,
        "scales.NAME": loading.GRADE_KEYS,
        "measures": loading.MEASURE_KEYS,
        "measures.legal_basis": loading.BASIS_KEYS,
        "measures.applies_when": loading.CONDITION_KEYS,
        "measures.limit": loading.LIMIT_KEYS,
    },
    "A measurement": {
        "top": _MEASUREMENT,
        "phases.NAME": _PHASE,
        "settings": _KEYS,
        "kilder": _CONSULTED,
        "locked": _LOCKED,
        "texts": _TEXTS,
        "texts.themes.THEME": _THEME_TEXTS,
    },
    "Deadlines": {"top": FILE_KEYS, "rules": RULE_KEYS},
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
    """Every key of every kind of definition file, with its type."""
    parts = ["# The keys of the TOML files", "Written by docs/make_reference.py."]
    for title, tables in SCHEMAS.items():
        parts.append(f"## {title}")
        for name, schema in tables.items():
            parts.append("### Top level" if name == "top" else f"### \\[{name}\\]")
            head = ["| key | type | must be there |", "|---|---|---|"]
            rows = [
                f"| {key} | {one.type} | {'yes' if one.required else ''} |"
                for key, one in schema.items()
            ]
            parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


PAGES = {"reference.md": reference, "noegler.md": toml_keys}


def main() -> None:
    """Write both pages beside this file."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
