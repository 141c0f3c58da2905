"""Which number formats show a date or a time.

A date in a workbook is a number, and only its format says that it is one. The built-in
formats have fixed ids (ECMA-376 part 1, 18.8.30); any other is a pattern, of which
quoted text, escaped characters and bracketed conditions are no part of the meaning.
"""

import re

from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.parts import Node, tree

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_SILENT = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_GENERAL = re.compile("general|standard", re.IGNORECASE)
_DATE_LETTER = re.compile("[dmyhs]", re.IGNORECASE)


def shows_date(pattern: str) -> bool:
    """Whether a number format shows a date or a time.

    >>> [shows_date(one) for one in ("[$-406]d. mmmm yyyy;@", '0" dage"', "[h]:mm")]
    [True, False, True]
    """
    first = _SILENT.sub("", pattern).partition(";")[0]
    return bool(_DATE_LETTER.search(_GENERAL.sub("", first)))


def date_styles(container: Container, part: str) -> dict[str, bool]:
    """For each cell style, by the number that cells give, whether it shows a date."""
    top = tree(container, part, "styleSheet")
    patterns = {
        facts.get("numFmtId"): facts.get("formatCode", "")
        for facts in _entries(top, "numFmts")
    }
    formats = [facts.get("numFmtId", "0") for facts in _entries(top, "cellXfs")]
    shown = {
        number: shows_date(patterns[number])
        if number in patterns
        else number.isdecimal() and int(number) in _DATE_IDS
        for number in set(formats)
    }
    return {str(place): shown[number] for place, number in enumerate(formats)}


def _entries(top: Node, table: str) -> list[dict[str, str]]:
    tables = (node for node in top.children if node.name == table)
    return [entry.attributes for node in tables for entry in node.children]
