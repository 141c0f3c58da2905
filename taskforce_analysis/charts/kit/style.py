"""The look of all figures, and text that fits.

Lengths, type, colours and marks are read from definitions/style.toml. A figure is made
inside `own_look`, which starts from matplotlib's defaults, so that no theme of the
reader's bleeds in, and which puts everything back afterwards.

The letters are the first of the style's families that is installed; what it lacks is
drawn with those that come with matplotlib.

Labels come from a form and may be long, or hold signs that no figure can show. They are
cleaned, measured with the font's own widths and broken between words (a word too long
for a line between letters), never cut.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
from cycler import cycler
from matplotlib.colors import is_color_like, to_hex, to_rgb
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.privacy import redact
from taskforce_analysis.schemas import Key, Toml, read_definition, take
from taskforce_analysis.shipped import definitions_folder

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

CM_PER_INCH = 2.54
NARROWEST, WIDEST = 12, 40  # centimetres in which the labels can be laid out
POINTS_PER_CM = 72 / CM_PER_INCH
# Screens round each letter to whole dots, so that text grows by up to this much.
_SLACK = 1.04
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

_NUMBERS = {
    "page": ("width", "height", "margin", "gap"),
    "type": ("title", "text", "pitch"),
    "marks": ("size", "line"),
}
_TEXTS = {
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
    "statuses": ("not_started", "started", "postponed", "carried_out", "anchored"),
}


_LISTS = {"fonts": ("family",)}
_ALWAYS = "DejaVu Sans"  # comes with matplotlib


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
    type: Mapping[str, float]
    fonts: Mapping[str, tuple[str, ...]]
    colours: Mapping[str, str]
    before: Mark
    after: Mark
    change: Mark
    marks: Mapping[str, float]
    answers: Mapping[str, str]
    hatches: Mapping[str, str]
    statuses: Mapping[str, str]
    further: tuple[str, ...]

    @property
    def palette(self) -> tuple[str, ...]:
        """The colours of the earlier and the later phase, and what else there is."""
        return (self.before.colour, self.after.colour, *self.further)

    @property
    def letters(self) -> tuple[str, ...]:
        """The family that is used, then the one that has what it lacks."""
        used = _first_installed(tuple(self.fonts["family"]))
        return tuple(dict.fromkeys((used, _ALWAYS)))

    @property
    def line(self) -> float:
        """The distance from one line of text to the next, in centimetres."""
        return self.type["text"] * self.type["pitch"] / POINTS_PER_CM


_OWN: ContextVar[Style | None] = ContextVar("own_style", default=None)


def load_style() -> Style:
    """The style, or that of the figure being made where it was asked for another.

    FormError for an unknown, missing or ill-typed key.

    >>> load_style().page["width"]
    16.0
    """
    return _OWN.get() or _shipped_style()


@contextmanager
def styled(
    *, width: float | None = None, colours: Sequence[str] = (), family: str = ""
) -> Iterator[None]:
    """Another width in centimetres, colours of the phases or letters within the block.

    `colours` are those of the earlier phase, the later one and the difference, as far
    as they are given. A picture that is to be compared with another names its `family`.
    Raises UsageError for what is no colour, no width to write in, or not installed.
    """
    style = load_style()
    if family:
        if not is_installed(family):
            raise wrong_use("there are no such letters", "Name a family installed here")
        style = replace(style, fonts={**style.fonts, "family": (family,)})
    if width is not None:
        if not NARROWEST <= width <= WIDEST:
            raise wrong_use(
                f"a figure of {width:g} cm cannot be laid out",
                f"Give a width from {NARROWEST} to {WIDEST}",
            )
        style = replace(style, page={**style.page, "width": float(width)})
    for part, colour in zip(("before", "after", "change"), colours, strict=False):
        if not is_color_like(colour):
            raise wrong_use("a colour is not known", 'Write it as "#1f4e79"')
        plain = to_hex(colour)
        style = replace(style, **{part: replace(getattr(style, part), colour=plain)})
    token = _OWN.set(style)
    try:
        yield
    finally:
        _OWN.reset(token)


@cache
def _shipped_style() -> Style:
    """The style of definitions/style.toml."""
    path = definitions_folder("style.toml")
    values = read_definition(path)
    hatches = {name: Key("any") for name in values.get("answers", {})}
    groups = {
        name: _group(values, name, path) for name in {*_NUMBERS, *_TEXTS, *_LISTS}
    }
    hatched = take(values.get("hatches", {}), hatches, file=path.name, where="hatches")
    further = take(
        {name: values[name] for name in ("further",) if name in values},
        {"further": Key("texts", required=True)},
        file=path.name,
    )
    return Style(
        further=tuple(further["further"]),
        before=_mark(values, "before", path),
        after=_mark(values, "after", path),
        change=_mark(values, "change", path),
        hatches=hatched,
        **groups,
    )


def _group(values: Toml, name: str, path: Path) -> Toml:
    schema = {key: Key("number", required=True) for key in _NUMBERS.get(name, ())}
    schema |= {key: Key("text", required=True) for key in _TEXTS.get(name, ())}
    schema |= {key: Key("texts", required=True) for key in _LISTS.get(name, ())}
    return take(values.get(name, {}), schema, file=path.name, where=name)


def _mark(values: Toml, name: str, path: Path) -> Mark:
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


@cache
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
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_type_and_ink())
        yield


def _type_and_ink() -> "dict[RcKeyType, object]":
    style = load_style()
    colours = style.colours
    return {
        "font.family": list(style.letters),
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


@contextmanager
def theme() -> Iterator[None]:
    """The colours, type and grid of the charts, on plots of your own in the block.

    Works on matplotlib and on what draws with it, as seaborn does. Nothing is left
    changed behind the block. What you draw from the answers has not been through
    disclosure control, as `draw` and `write` have: look before you publish.

    >>> from matplotlib import rcParams
    >>> before = rcParams["font.size"]
    >>> with theme():
    ...     inside = rcParams["font.size"]
    >>> inside, rcParams["font.size"] == before
    (9.0, True)
    """
    style = load_style()
    plots: dict[RcKeyType, object] = {
        "axes.prop_cycle": cycler(color=style.palette),
        "axes.facecolor": style.colours["paper"],
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.titlelocation": "left",
        "axes.titlesize": style.type["title"],
        "axes.titleweight": "bold",
        "grid.color": style.colours["grid"],
        "grid.linewidth": 0.8,
        "legend.frameon": False,
        "lines.linewidth": style.marks["line"],
        "lines.markersize": style.marks["size"],
        "xtick.major.size": 0,
        "ytick.major.size": 0,
    }
    with mpl.rc_context():
        mpl.rcParams.update(_type_and_ink() | plots)
        yield


def palette(count: int | None = None) -> list[str]:
    """The first so many colours, as hex triplets in a list, which seaborn asks for.

    The first two are those of the earlier and the later phase. All can be told apart,
    also without red, green or blue sight. Raises UsageError for more than there are.

    >>> palette(2)
    ['#DD6B10', '#12436D']
    """
    colours = load_style().palette
    wanted = len(colours) if count is None else count
    if not 1 <= wanted <= len(colours):
        finding = f"there are {len(colours)} colours that can be told apart"
        raise wrong_use(finding, "Use fewer, or a plot for each kind")
    return list(colours[:wanted])


def clean(text: str) -> str:
    r"""The text on one line, without control signs, with a stand-in for unknown ones.

    >>> clean("En\nlinje\x0b og\u202e to"), clean("\u4e2d")
    ('En linje og to', '�')
    """
    spaced = "".join(" " if one in "\n\r\t\v\f" else one for one in text)
    shown = (one for one in spaced if unicodedata.category(one) not in _INVISIBLE)
    known = _signs(load_style().letters)
    joined = redact("".join(one if ord(one) in known else "\ufffd" for one in shown))
    return " ".join(part for part in joined.split(" ") if part)


class Letters(NamedTuple):
    """What a text is set in: the family, then what has the rest; its size in points."""

    family: tuple[str, ...]
    size: float
    bold: bool = False


def width_of(text: str, size: float | None = None, *, bold: bool = False) -> float:
    """How wide a line of text is, in centimetres, with a little to spare.

    >>> 4.5 < width_of("Højere andel ud over det tilfældige") < 6
    True
    """
    return _width_of(text, _letters(size, bold=bold))


def _letters(size: float | None, *, bold: bool) -> Letters:
    style = load_style()
    return Letters(style.letters, size or style.type["text"], bold)


def _width_of(text: str, letters: Letters) -> float:
    return length_of(text, letters) / POINTS_PER_CM * _SLACK


@lru_cache(maxsize=8192)
def length_of(text: str, letters: Letters) -> float:
    """How long a line of text is, in points; shaped once, be it drawn ever so often."""
    font = _font(letters.family, bold=letters.bold)
    font.set_size(letters.size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


def wrap(
    text: str, width: float, size: float | None = None, *, bold: bool = False
) -> tuple[str, ...]:
    """The text in lines of at most so many centimetres; at least one line.

    >>> with styled(family="DejaVu Sans"):
    ...     wrap("Højere andel ud over det tilfældige", 3.7)
    ('Højere andel ud over', 'det tilfældige')
    """
    return _wrapped(text, width, _letters(size, bold=bold))


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: float, letters: Letters) -> tuple[str, ...]:
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _width_of(longer, letters) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, width, letters)
        lines = [*(line for line in lines if line), *pieces]
    return tuple(lines)


def _pieces(word: str, width: float, letters: Letters) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width_of(pieces[-1] + letter, letters) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


class Heights(NamedTuple):
    """How far letters reach over and under the baseline, of their size."""

    over: float
    under: float


@cache
def heights_of(family: str) -> Heights:
    """What the family says of its heights; those of most where it says nothing."""
    font = _font((family,), bold=False)
    table, head = font.get_sfnt_table("OS/2"), font.get_sfnt_table("head")
    if not table or not head:
        return Heights(0.76, 0.24)
    unit = head["unitsPerEm"]
    return Heights(table["sTypoAscender"] / unit, -table["sTypoDescender"] / unit)


@cache
def _font(family: tuple[str, ...], *, bold: bool) -> FT2Font:
    return get_font([_file_of(one, bold=bold) for one in family])


@cache
def _signs(letters: tuple[str, ...]) -> frozenset[int]:
    """What some of the families have a sign for, as numbers of Unicode."""
    files = (_file_of(family, bold=False) for family in letters)
    return frozenset(sign for file in files for sign in get_font(file).get_charmap())


def _file_of(family: str, *, bold: bool) -> str:
    """The family's file; ValueError, and no warning, where it is not installed."""
    wanted = FontProperties(family=family, weight="bold" if bold else "normal")
    return str(findfont(wanted, fallback_to_default=False))


@cache
def is_installed(family: str) -> bool:
    """Whether the family is there, with bold letters of its own."""
    try:
        return _file_of(family, bold=True) != _file_of(family, bold=False)
    except ValueError:
        return False


@cache
def _first_installed(families: tuple[str, ...]) -> str:
    return next((one for one in families if is_installed(one)), _ALWAYS)
