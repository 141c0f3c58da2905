"""Text that fits: cleaned, measured in centimetres and broken into lines.

Labels come from a form and may be long, or hold signs that no figure can show. They are
measured with the font's own widths, broken between words (a word too long for a line
between letters), and never cut.
"""

import unicodedata
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from taskforce_analysis.charts._style import POINTS_PER_CM, load_style
from taskforce_analysis.privacy import redact

# Screens round each letter to whole dots, so that text grows by up to this much.
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
