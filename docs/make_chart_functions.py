"""Makes taskforce_analysis/charts/functions.py: every chart as a function.

A chart's options are declared once, in the record that it is entered with; from there
come the arguments, their types, defaults and words. Run from the root:
python docs/make_chart_functions.py
"""

import re
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "taskforce_analysis" / "charts" / "functions.py"
sys.path[:0] = [str(ROOT)]

from taskforce_analysis.charts.drawing import available_charts, charts, draw, record_of
from taskforce_analysis.charts.kit.options import options_in

HEAD = '''"""Every chart as a function, with its options as arguments.

Made by docs/make_chart_functions.py from the options that each chart declares; change
them there, and make this file again.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from taskforce_analysis.boundary import guarded
from taskforce_analysis.charts.drawing import draw
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from taskforce_analysis.charts.kit.paper import PageFigure
    from taskforce_analysis.results import Results
'''
LATE = {"Axes", "SubFigure"}  # imported for the types alone
EXAMPLE = """    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> {name}(results).taskforce.title[:{length}]
    {title}
"""


def written(kind: Any) -> str:
    """A type as it is written in a signature."""
    if get_origin(kind) is Literal:
        return f"Literal[{', '.join(map(repr, get_args(kind)))}]".replace("'", '"')
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(map(written, get_args(kind)))
    if get_origin(kind) is not None:
        inner = ", ".join(map(written, get_args(kind)))
        return f"{kind.__origin__.__name__}[{inner}]"
    return "None" if kind is NoneType else str(kind.__name__)


def function_of(name: str) -> str:
    """The source of a chart's function."""
    entry = charts[name]
    record = record_of(name)
    hints = get_type_hints(record, include_extras=True)
    arguments, means = [], []
    for option in options_in(record):
        kind = written(get_args(hints[option.name])[0])
        kind = f'"{kind}"' if any(late in kind for late in LATE) else kind
        default = repr(option.default).replace("'", '"')
        arguments.append(f"    {option.name}: {kind} = {default},")
        means.append(f"    - `{option.name}`: {option.means}")
    doc = (entry.function.__doc__ or "").strip()
    lines = [
        "@guarded",
        f"def {name}(",
        '    results: "Results",',
        "    *,",
        "    language: str | Language | None = None,",
        *arguments,
        ') -> "PageFigure":',
        f'    """{doc}',
        "",
        "    `language` is that of its words. The options:",
        "",
        *means,
    ]
    if entry.facts["needs"] in ("measures", "days", "recommendations"):
        lines += ["", example_of(name).rstrip("\n")]
    lines += ['    """', "    return draw(", f'        "{name}",', "        results,"]
    names = ["language", *(one.name for one in options_in(record))]
    lines += [f"        {one}={one}," for one in names]
    return "\n".join([*lines, "    )"])


def example_of(name: str) -> str:
    """An example that runs: how the chart's title begins."""
    from taskforce_analysis.results import run
    from taskforce_analysis.shipped import data_folder

    results = run(measurement=data_folder("example") / "maaling.toml")
    title, length = draw(name, results).taskforce.title, 30
    return EXAMPLE.format(name=name, length=length, title=repr(title[:length]))


def source() -> str:
    """The whole file, as ruff formats it."""
    import subprocess

    functions = [function_of(name) for name in available_charts()]
    listed = ", ".join(f'"{name}"' for name in available_charts())
    text = "\n\n\n".join([f"{HEAD}\n__all__ = [{listed}]", *functions]) + "\n"
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    command = [sys.executable, "-m", "ruff", "format", "-", "--stdin-filename", "f.py"]
    return subprocess.check_output(command, input=text, text=True, cwd=ROOT)


if __name__ == "__main__":
    PATH.write_text(source(), "utf-8")
