"""Makes docs/gallery: one small picture of every chart, and the page that shows them.

The example workbooks serve where they can; charts of many municipalities, of quarters
and of scales show invented counts. Run from the root: python docs/make_gallery.py
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "gallery"
sys.path[:0] = [str(ROOT)]

import taskforce_analysis as ta
from taskforce_analysis.charts import charts, draw, drawing_of
from taskforce_analysis.results import Results
from taskforce_analysis.writing.figure import png_bytes
from tests.fake_results import fake_results

DOTS, COLOURS = 110, 96
TOWNS = (
    *("Eksempelkøbing", "Nordby", "Havnsø", "Østervang", "Lillerød", "Fjordby"),
    *("Bakkerup", "Strandhøj", "Engelsborg", "Skovlunde Mark", "Søndermarken"),
)
VILLAGES = tuple(f"Landsby {number}" for number in range(1, 60))
QUARTERS = tuple(
    f"{year}-K{part}" for year in (2018, 2019, 2020) for part in range(1, 5)
)


def example() -> Results:
    """The example measurement."""
    return ta.run(measurement=ROOT / "data" / "example" / "maaling.toml")


def towns() -> Results:
    """Invented counts of invented municipalities."""
    return fake_results(8, groups=TOWNS)


SHOWN: dict[str, tuple[Callable[[], Results], dict[str, object]]] = {
    "change": (example, {"theme": None, "page": 1}),
    "rates": (example, {"page": 1}),
    "difference": (example, {}),
    "answers": (example, {"page": 1}),
    "heatmap": (towns, {}),
    "funnel": (lambda: fake_results(2, groups=[*TOWNS, *VILLAGES]), {}),
    "trend": (lambda: fake_results(2, phases=QUARTERS, cases=60), {}),
    "themes": (example, {}),
    "days": (example, {}),
    "overdue": (example, {}),
    "recommendations": (example, {}),
    "plan": (example, {}),
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
    results, options = SHOWN[name]
    figure = draw(name, results(), language="da", **options)
    (FOLDER / f"{name}.png").write_bytes(small(png_bytes(figure, dpi=DOTS)))
    told = (charts[name].function.__doc__ or "").split("\n", maxsplit=1)[0]
    alt = drawing_of(figure).title.replace("]", "")
    call = f'ta.draw("{name}", results)'
    return f"## {name}\n\n{told}\n\n    {call}\n\n![{alt}]({name}.png)\n"


def main() -> None:
    """Make every picture and the page."""
    FOLDER.mkdir(exist_ok=True)
    head = "# The charts\n\nMade by docs/make_gallery.py; all cases are invented.\n"
    parts = [section(name) for name in SHOWN]
    (FOLDER / "README.md").write_text("\n".join([head, *parts]), "utf-8")


if __name__ == "__main__":
    main()
