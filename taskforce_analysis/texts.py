"""Text that came from outside is data: it may be shown, and do nothing else.

Control characters, surrogates and the marks that turn the reading direction are taken
out; a text with letters that run from right to left is isolated (Unicode Annex 9), so
that it cannot reorder what stands beside it. CPR-like numbers are covered. Formula
triggers and markup are each writer's matter: it writes text as text.
"""

import unicodedata

from taskforce_analysis.privacy import redact

_ISOLATE, _END = "\u2068", "\u2069"
_KEPT = "\n\t"
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
_TURNING_END = frozenset(_ISOLATE + _END)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(text: object) -> str:
    r"""A text that a document can hold and that does nothing but be read.

    >>> plain("Ark\u202e 1\x07"), plain("010135-0000")
    ('Ark 1', '██████-████')
    """
    value = str(text)
    if value.isascii() and value.isprintable():
        return redact(value)
    value = redact("".join(sign for sign in value if _is_harmless(sign)))
    if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in value):
        return f"{_ISOLATE}{value}{_END}"
    return value


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula if typed into a cell.

    >>> starts_formula("=1+1"), starts_formula(" @SUM(A1)"), starts_formula("Ja")
    (True, True, False)
    """
    return text.lstrip(" \u00a0").startswith(FORMULA_STARTS)


def _is_harmless(sign: str) -> bool:
    if sign in _TURNING or sign in _TURNING_END:
        return False
    if sign in _KEPT:
        return True
    point = ord(sign)
    return unicodedata.category(sign) not in ("Cc", "Cs") and point & 0xFFFE != 0xFFFE
