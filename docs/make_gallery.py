"""Makes docs/gallery: one small picture of every chart, and the page that shows them.

The example workbooks serve where they can; charts of many municipalities, of quarters
and of scales show invented counts. Run from the root: python docs/make_gallery.py
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "gallery"
sys.path[:0] = [str(ROOT)]

import taskforce_analysis as ta
from taskforce_analysis.charts import (
    Need,
    available_charts,
    charts,
    draw,
    drawing_of,
)
from taskforce_analysis.charts.drawing import record_of
from taskforce_analysis.charts.kit.options import Option, Paged, options_in
from taskforce_analysis.results import Results
from taskforce_analysis.writing.figure import png_bytes
from tests.fake_results import fake_results

DOTS, COLOURS = 110, 96
TOWNS = (
    *("Eksempelkøbing", "Nordby", "Havnsø", "Østervang", "Lillerød", "Fjordby"),
    *("Bakkerup", "Strandhøj", "Engelsborg", "Skovlunde Mark", "Søndermarken"),
    *(f"Landsby {number}" for number in range(1, 20)),
)
QUARTERS = tuple(
    f"{part}. kvartal {year}" for year in (2018, 2019, 2020) for part in range(1, 5)
)


def example() -> Results:
    """The example measurement."""
    return ta.run(measurement=ROOT / "data" / "example" / "maaling.toml")


HOLDING: dict[Need, Callable[[], Results]] = {
    "measures": example,
    "groups": lambda: fake_results(8, groups=TOWNS),
    "phases": lambda: fake_results(2, phases=QUARTERS, cases=60),
    "days": example,
    "recommendations": example,
}


def small(content: bytes) -> bytes:
    """The picture with few colours, which is all that a screen needs."""
    buffer = BytesIO()
    with Image.open(BytesIO(content)) as image:
        plain = image.convert("RGB")
        most, none = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        reduced = plain.quantize(COLOURS, method=most, dither=none)
        reduced.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def section(name: str) -> str:
    """Draw one chart; its part of the page."""
    entry = charts[name]
    record = record_of(name)
    options = {"page": 1} if issubclass(record, Paged) else {}
    results = HOLDING[cast("Need", entry.facts["needs"])]()
    figure = draw(name, results, language="da", **options)
    (FOLDER / f"{name}.png").write_bytes(small(png_bytes(figure, dpi=DOTS)))
    parts = [
        f"## {name}",
        (entry.function.__doc__ or "").split("\n", maxsplit=1)[0],
        f'    ta.draw("{name}", results)',
        "\n".join(line_of(option) for option in options_in(record)),
        f"![{drawing_of(figure).title.replace(']', '')}]({name}.png)",
    ]
    return "\n\n".join(parts) + "\n"


def line_of(option: Option) -> str:
    """An option with its default, the few values there may be, and its words."""
    few = f" ({' or '.join(option.choices)})" if option.choices else ""
    return f"- `{option.name}={option.default!r}`{few}: {option.means}"


def main() -> None:
    """Make every picture and the page."""
    FOLDER.mkdir(exist_ok=True)
    head = "# The charts\n\nMade by docs/make_gallery.py; all cases are invented.\n"
    parts = [section(name) for name in available_charts()]
    (FOLDER / "README.md").write_text("\n".join([head, *parts]), "utf-8")


if __name__ == "__main__":
    main()
