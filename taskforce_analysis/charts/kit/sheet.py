"""A figure laid out in centimetres from its upper left corner.

Word shows a figure at the width of its text column, so everything is placed there and
nothing is cropped or rescaled afterwards. `Picture` is matplotlib's Figure with the
words that belong to it; it shows itself in a notebook, alt text included.
"""

import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.text import Text

from taskforce_analysis.privacy import redact
from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder

if TYPE_CHECKING:
    import pandas as pd


# FOLDED charts._style
#
# The look of all figures, read from definitions/style.toml.
#
# Nothing here changes the reader's own settings: a figure is made inside `own_look`,
# which starts from matplotlib's defaults, so that no theme of the reader's bleeds in,
# and which puts everything back afterwards.

POINTS_PER_CM = 72 / 2.54

_NUMBERS = {
    "page": ("width", "height", "margin", "gap"),
    "type": ("title", "text", "pitch"),
    "marks": ("size", "line"),
}
_TEXTS = {
    "type": ("family",),
    "colours": ("paper", "ink", "muted", "rule", "grid"),
    "answers": (
        "compliant",
        "partly",
        "noncompliant",
        "middle",
        "not_applicable",
        "not_assessable",
        "not_due",
        "missing",
        "unrecognised",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a point looks: its colours and shape, so that colour never stands alone."""

    colour: str
    exploratory: str
    marker: str
    filled: bool

    def shade(self, *, strong: bool) -> str:
        """The colour of a primary row, or the grey one of an exploratory row."""
        return self.colour if strong else self.exploratory


@dataclass(frozen=True, kw_only=True)
class Style:
    """Lengths in centimetres, type sizes in points, colours as hex triplets."""

    page: Mapping[str, float]
    type: Mapping[str, Any]
    colours: Mapping[str, str]
    before: Mark
    after: Mark
    change: Mark
    marks: Mapping[str, float]
    answers: Mapping[str, str]
    hatches: Mapping[str, str]

    @property
    def line(self) -> float:
        """The distance from one line of text to the next, in centimetres."""
        return self.type["text"] * self.type["pitch"] / POINTS_PER_CM


@cache
def load_style() -> Style:
    """The style; FormError for an unknown, missing or ill-typed key.

    >>> load_style().page["width"]
    16.0
    """
    path = definitions_folder("style.toml")
    values = read_definition(path)
    hatches = {name: Key("any") for name in values.get("answers", {})}
    groups = {name: _group(values, name, path) for name in {*_NUMBERS, *_TEXTS}}
    hatched = take(values.get("hatches", {}), hatches, file=path.name, where="hatches")
    return Style(
        before=_mark(values, "before", path),
        after=_mark(values, "after", path),
        change=_mark(values, "change", path),
        hatches=hatched,
        **groups,
    )


def _group(values: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    schema = {key: Key("number", required=True) for key in _NUMBERS.get(name, ())}
    schema |= {key: Key("text", required=True) for key in _TEXTS.get(name, ())}
    return take(values.get(name, {}), schema, file=path.name, where=name)


def _mark(values: dict[str, Any], name: str, path: Path) -> Mark:
    schema = {
        key: Key("text", required=True) for key in ("colour", "exploratory", "marker")
    }
    schema["filled"] = Key("flag", required=True)
    return Mark(**take(values.get(name, {}), schema, file=path.name, where=name))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours after WCAG 2.1, from 1 to 21.

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str) -> str:
    """The colour of a text on a coloured ground, with a contrast of at least 4.5:1."""
    colours = load_style().colours
    for text in (colours["ink"], colours["paper"]):
        if contrast(text, colour) >= 4.5:
            return text
    return "#000000"


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@contextmanager
def own_look() -> Iterator[None]:
    """Matplotlib's defaults and the style's type for as long as a figure is made."""
    style = load_style()
    colours = style.colours
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": style.type["family"],
                "font.size": style.type["text"],
                "text.color": colours["ink"],
                "text.parse_math": False,
                "axes.edgecolor": colours["rule"],
                "axes.labelcolor": colours["ink"],
                "axes.unicode_minus": True,
                "xtick.color": colours["rule"],
                "ytick.color": colours["rule"],
                "xtick.labelcolor": colours["ink"],
                "ytick.labelcolor": colours["ink"],
                "figure.facecolor": colours["paper"],
                "figure.dpi": 150,
                "hatch.linewidth": 0.6,
            }
        )
        yield


# FOLDED charts._sheet
#
# A figure laid out in centimetres from its upper left corner.
#
# Word shows a figure at the width of its text column, so everything is placed there
# and nothing is cropped or rescaled afterwards. `Picture` is matplotlib's Figure with
# the words that belong to it; it shows itself in a notebook, alt text included.

CM_PER_INCH = 2.54


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What belongs to a figure in words and numbers; exists to travel with it.

    `data` holds the figures behind the picture with the reader's column names; `note`
    and `source` stand under the figure. `pages` is how many pages the chart fills.
    """

    title: str
    alt: str
    note: str
    source: str
    data: "pd.DataFrame" = field(repr=False)
    language: str = "da"
    pages: int = 1


class Picture(Figure):
    """A Figure made without pyplot that shows itself in a notebook with its alt text.

    `taskforce` is its Drawing.
    """

    taskforce: Drawing

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the letters as wide as they were measured, at any resolution."""
        with mpl.rc_context({"text.hinting": "no_hinting"}):
            super().draw(renderer)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        image = b64encode(buffer.getvalue()).decode("ascii")
        alt = self.taskforce.alt if hasattr(self, "taskforce") else ""
        # JupyterLab shows an image/png without its alt text, and an <img> with it.
        html = f'<img alt="{escape(alt)}" src="data:image/png;base64,{image}">'
        shown = {"text/html": html, "image/png": image, "text/plain": alt}
        return shown, {"image/png": {"alt": alt}}


class Sheet:
    """A white page of a fixed size on which texts and axes are placed."""

    def __init__(self, height: float, width: float | None = None) -> None:
        self.width = width or load_style().page["width"]
        self.height = height
        self.figure = Picture(figsize=(self.width / CM_PER_INCH, height / CM_PER_INCH))
        FigureCanvasAgg(self.figure)

    def text(self, at: tuple[float, float], lines: Sequence[str], **look: Any) -> Text:
        """Lines of text with the upper edge of the first at `at` (from left, top)."""
        style = load_style()
        left, top = at
        return self.figure.text(
            left / self.width,
            1 - top / self.height,
            "\n".join(lines),
            va="top",
            **{
                "linespacing": style.type["pitch"],
                "color": style.colours["ink"],
                **look,
            },
        )

    def axes(self, left: float, top: float, size: tuple[float, float]) -> Axes:
        """Axes with the upper left corner at (left, top), of a width and a height."""
        width, height = size
        bottom = self.height - top - height
        box = (
            left / self.width,
            bottom / self.height,
            width / self.width,
            height / self.height,
        )
        return self.figure.add_axes(box)

    def rule(self, top: float, *, left: float, right: float) -> None:
        """A thin level line at so many centimetres from the top."""
        height = 1 - top / self.height
        line = Line2D(
            [left / self.width, right / self.width],
            [height, height],
            color=load_style().colours["rule"],
            linewidth=0.7,
        )
        self.figure.add_artist(line)


# FOLDED charts._words
#
# Text that fits: cleaned, measured in centimetres and broken into lines.
#
# Labels come from a form and may be long, or hold signs that no figure can show. They
# are measured with the font's own widths, broken between words (a word too long for a
# line between letters), and never cut. Screens round each letter to whole dots, so
# that text grows by up to this much.

_SLACK = 1.04
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: str) -> str:
    r"""The text on one line, without control signs, with a stand-in for unknown ones.

    >>> clean("En\nlinje\x0b og\u202e to"), clean("\u4e2d")
    ('En linje og to', '�')
    """
    spaced = "".join(" " if one in "\n\r\t\v\f" else one for one in text)
    shown = (one for one in spaced if unicodedata.category(one) not in _INVISIBLE)
    known = _font(bold=False).get_charmap()
    joined = redact("".join(one if ord(one) in known else "\ufffd" for one in shown))
    return " ".join(part for part in joined.split(" ") if part)


@lru_cache(maxsize=4096)
def width_of(text: str, size: float | None = None, *, bold: bool = False) -> float:
    """How wide a line of text is, in centimetres, with a little to spare.

    >>> 5.5 < width_of("Højere andel ud over det tilfældige") < 6
    True
    """
    font = _font(bold=bold)
    font.set_size(size or load_style().type["text"], 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 / POINTS_PER_CM * _SLACK


@lru_cache(maxsize=4096)
def wrap(
    text: str, width: float, size: float | None = None, *, bold: bool = False
) -> tuple[str, ...]:
    """The text in lines of at most so many centimetres; at least one line.

    >>> wrap("Højere andel ud over det tilfældige", 3.7)
    ('Højere andel ud over', 'det tilfældige')
    """
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, width, size, bold=bold)
        lines = [*(line for line in lines if line), *pieces]
    return tuple(lines)


def _pieces(word: str, width: float, size: float | None, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@lru_cache(maxsize=2)
def _font(*, bold: bool) -> FT2Font:
    family = load_style().type["family"]
    weight = "bold" if bold else "normal"
    return FT2Font(findfont(FontProperties(family=family, weight=weight)))
