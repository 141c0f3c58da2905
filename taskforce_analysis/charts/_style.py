"""The look of all figures, read from definitions/style.toml.

Nothing here changes the reader's own settings: a figure is made inside `own_look`,
which starts from matplotlib's defaults, so that no theme of the reader's bleeds in,
and which puts everything back afterwards.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_rgb

from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder

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
