"""What looks like a CPR number, and how it is kept from leaving the house.

A CPR number is ten digits, DDMMYY and four more, with or without separators. Only
format and date are tested: since 1 October 2007 the control digit is not guaranteed
(cpr.dk), so a failing modulus 11 clears nothing. Replacement numbers add 60 to the day.
Nothing here returns or raises the text that it was given, apart from `redact`, which
returns it with every such number covered.
"""

import re
from calendar import monthrange

# Blanks, line breaks and hyphens of every kind, those that do not show among them.
_BETWEEN = (
    "[\\s:._/\\-\\\\\u00ad\u00b7\u200b-\u200d\u2010-\u2015\u2022\u2043\u2060\u2212"
    "\ufe58\ufe63\ufeff\uff0d]"
)
# A digit comes first, so that texts without one are passed over quickly. A whole year
# is one only with a hyphen after it: 01.01.1935-0000, and no time of day.
_YEAR = r"(?:18|19|20)\d\d(?=[\-\u2010-\u2015\u2212])"
_DATE = (
    rf"\d(?<!\d\d)\d{_BETWEEN}{{0,3}}\d\d"
    rf"(?:{_BETWEEN}{{0,3}}\d\d|{_BETWEEN}?{_YEAR})"
)
# What stands between two digits and does not show.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+(?=\\d)")
_CANDIDATE = re.compile(rf"(?P<date>{_DATE}){_BETWEEN}{{0,4}}\d{{4}}(?!\d)")
_NUMBER = re.compile(r"\d{9,10}(?:\.0*)?")
_EXPONENT = re.compile(r"\d(?:\.\d{1,9})?[eE]\+?0?[89]")
COVER = "██████-████"


def has_cpr(text: str) -> bool:
    """Whether a text holds at least one CPR-like number.

    >>> has_cpr("sag 010135-0000"), has_cpr("sag 320035-0000"), has_cpr("12345678")
    (True, False, False)
    """
    return count_cpr(text) > 0


def count_cpr(text: str) -> int:
    """How many CPR-like numbers a text holds.

    >>> count_cpr("0101350000 og 610135 0000"), count_cpr("01.01.35-0000")
    (2, 1)
    """
    if len(text) < 10:
        return 0
    found = sum(_is_date(match["date"]) for match in _CANDIDATE.finditer(text))
    if text.isascii() or not _UNSEEN.search(text):
        return found
    return max(found, count_cpr(_UNSEEN.sub("", text)))


def is_cpr_number(text: str) -> bool:
    """Whether a stored number is a CPR number, perhaps without its leading zero.

    >>> is_cpr_number("101350000"), is_cpr_number("1.0135E+8"), is_cpr_number("43132")
    (True, True, False)
    """
    if _EXPONENT.fullmatch(text):
        text = f"{float(text):.0f}"
    if not _NUMBER.fullmatch(text):
        return False
    return _is_date(text.partition(".")[0].rjust(10, "0")[:6])


def redact(text: str) -> str:
    """The text with every CPR-like number covered.

    >>> redact("sag 010135-0000.xlsx")
    'sag ██████-████.xlsx'
    """
    covered = _CANDIDATE.sub(
        lambda match: COVER if _is_date(match["date"]) else match[0], text
    )
    return redact(_UNSEEN.sub("", covered)) if has_cpr(covered) else covered


def _is_date(text: str) -> bool:
    six = re.sub(r"\D", "", text)
    day, month, year = int(six[:2]), int(six[2:4]), int(six[-2:])
    day = day - 60 if day > 60 else day
    # The century is not known from six digits: 2000 and 1900 + year differ in
    # February alone, and there the longer month is the careful choice.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]
