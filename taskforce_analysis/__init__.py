"""Did casework get better, by how much, and how sure can one be?

This is the map: what a reader may import. Each name is loaded when it is first used,
so that importing the package costs little. The short way is `run`, `show`, `draw`,
`export` and `write`; the long way is `read_cells`, `check`, `tally` and `compare`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskforce_analysis import charts, names
    from taskforce_analysis.charts import draw
    from taskforce_analysis.charts.kit.style import palette, theme
    from taskforce_analysis.checking import check
    from taskforce_analysis.comparing import compare
    from taskforce_analysis.errors import (
        DataError,
        FileError,
        FormError,
        TaskforceError,
        UsageError,
    )
    from taskforce_analysis.forms import available_forms, load_form, match_form
    from taskforce_analysis.languages import (
        available_languages,
        language,
        load_language,
    )
    from taskforce_analysis.locating.drafting import draft_form
    from taskforce_analysis.measurements import (
        Correction,
        Exclusion,
        load_measurement,
    )
    from taskforce_analysis.planning.annotating import annotate
    from taskforce_analysis.reading import read_cells
    from taskforce_analysis.results import Results, prepare, run
    from taskforce_analysis.settings import Settings
    from taskforce_analysis.tallying import tally
    from taskforce_analysis.writing import write
    from taskforce_analysis.writing.figure import export
    from taskforce_analysis.writing.showing import explain, show
    from taskforce_analysis.writing.table import sentence

__version__ = "0.2.0"

_HOME = {
    "Correction": "measurements",
    "DataError": "errors",
    "Exclusion": "measurements",
    "FileError": "errors",
    "FormError": "errors",
    "Results": "results",
    "Settings": "settings",
    "TaskforceError": "errors",
    "UsageError": "errors",
    "annotate": "planning.annotating",
    "available_forms": "forms",
    "available_languages": "languages",
    "check": "checking",
    "compare": "comparing",
    "draft_form": "locating.drafting",
    "draw": "charts",
    "explain": "writing.showing",
    "export": "writing.figure",
    "language": "languages",
    "load_form": "forms",
    "load_language": "languages",
    "load_measurement": "measurements",
    "match_form": "forms",
    "palette": "charts.kit.style",
    "prepare": "results",
    "read_cells": "reading",
    "run": "results",
    "sentence": "writing.table",
    "show": "writing.showing",
    "tally": "tallying",
    "theme": "charts.kit.style",
    "write": "writing",
}

__all__ = [
    "Correction",
    "DataError",
    "Exclusion",
    "FileError",
    "FormError",
    "Results",
    "Settings",
    "TaskforceError",
    "UsageError",
    "annotate",
    "available_forms",
    "available_languages",
    "charts",
    "check",
    "compare",
    "draft_form",
    "draw",
    "explain",
    "export",
    "language",
    "load_form",
    "load_language",
    "load_measurement",
    "match_form",
    "names",
    "palette",
    "prepare",
    "read_cells",
    "run",
    "sentence",
    "show",
    "tally",
    "theme",
    "write",
]


def __getattr__(name: str) -> object:
    """Load a public name from its room when it is first asked for, guarded."""
    if name in ("charts", "names"):
        return import_module(f"{__name__}.{name}")
    import_module(f"{__name__}.errors").TaskforceError.teller = _tell
    if name not in _HOME:
        raise _missing(name)
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    if not isinstance(value, type):
        value = import_module(f"{__name__}.boundary").guarded(value)
        value.__module__ = __name__  # where another process finds it again
    globals()[name] = value
    return value


def _tell(error: "TaskforceError", *, in_notebook: bool) -> list[str] | None:
    """An error in the reader's language; its words are loaded when one is told."""
    telling = import_module(f"{__name__}.writing.telling")
    return telling.told_in(error, in_notebook=in_notebook)


def _missing(name: str) -> AttributeError:
    if name.startswith("_"):  # asked by the machinery, not by a reader
        return AttributeError(f"taskforce_analysis has no {name}")
    from taskforce_analysis.errors import missing_name

    return missing_name("part of taskforce_analysis", name, __all__)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return [*__all__, "__version__"]
