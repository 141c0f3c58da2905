"""References to a paragraph, read into their parts so that spellings do not matter.

`§ 52, stk. 3, nr. 7`, `§52 stk.3 nr.7` and `52 stk 3 nr 7` are one provision; copies
from PDF lose the sign. A rule for a whole paragraph covers its parts, never the other
way round: what is not said is not guessed. Several paragraphs in one text are none.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from taskforce_analysis.deadlines.calendar import as_days, is_single
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder

# FOLDED deadlines.laws
#
# Which law a case is decided under, and what a paragraph of the old law became.
#
# The law follows the date of the decision, not the phase of the measurement:
# children's cases are decided under serviceloven until 2023 and under barnets lov
# from 2024. The dates, the regimes of an area and the moved paragraphs stand in
# definitions/laws.toml.


@cache
def law_table() -> dict[str, Any]:
    """The content of definitions/laws.toml: laws, regimes and moved paragraphs."""
    return read_definition(definitions_folder("deadlines").parent / "laws.toml")


def law_of(dates: Any) -> Any:
    """SEL or BL for each decision date in a child's case; None where it is blank.

    Takes one date, or a Series or array of dates; gives a text, or a Series of texts.

    >>> law_of(date(2023, 12, 31)), law_of(date(2024, 1, 1))
    ('SEL', 'BL')
    """
    return regime_of(dates, area="children")


def regime_of(dates: Any, *, area: str = "merudgifter") -> Any:
    """The regime that an area's case is decided under, by the date of the decision.

    Merudgifter to children have three: cases of two of them are not one population.
    Raises UsageError for an unknown area.

    >>> [regime_of(day) for day in ("2023-12-31", "2025-08-31", "2025-09-01")]
    ['SEL § 41', 'BL § 86 merudgiftsydelse', 'BL § 86 kompensationsydelse']
    """
    days = as_days(dates)
    found = np.full(days.shape, None, object)
    for regime in regimes(area):
        since = np.datetime64(regime.get("from", date.min), "D")
        until = np.datetime64(regime.get("to", date.max), "D")
        found[(days >= since) & (days <= until)] = regime["id"]
    if is_single(dates):
        return found[0]
    index = dates.index if isinstance(dates, pd.Series) else None
    return pd.Series(found, index=index, dtype="str")


def regimes(area: str) -> list[dict[str, Any]]:
    """The regimes of an area in time's order: id, label, law, from, to.

    >>> [regime["id"] for regime in regimes("children")]
    ['SEL', 'BL']
    """
    known = {regime["area"] for regime in law_table()["regimes"]}
    if area not in known:
        raise unknown_name("area", area, known)
    return [one for one in law_table()["regimes"] if one["area"] == area]


# FOLDED deadlines.paragraphs
#
# References to a paragraph, read into their parts so that spellings do not matter.
#
# `§ 52, stk. 3, nr. 7`, `§52 stk.3 nr.7` and `52 stk 3 nr 7` are one provision;
# copies from PDF lose the sign. A rule for a whole paragraph covers its parts, never
# the other way round: what is not said is not guessed. Several paragraphs in one text
# are none.

_REFERENCE = re.compile(
    r"(?:§{1,2}|paragraf)?\s*(\d{1,3})\s?([a-zæøå](?![a-zæøå]))?"
    r"(?:[,\s]*stk\.?\s*(\d{1,2}))?"
    r"(?:[,\s]*nr\.?\s*(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?)?(?:\.0)?\Z"
)
_FILLERS = re.compile(r"\b(?:i|efter|jf)\b\.?|[()]")


@dataclass(frozen=True)
class Provision:
    """One provision: section with its letter, stykke and numbers, and law if said."""

    section: str
    stykke: int | None = None
    numbers: frozenset[int] = frozenset()
    law: str = ""

    def covers(self, other: "Provision") -> bool:
        """Whether a rule for this provision holds for the other.

        >>> parse_provision("§ 52, stk. 3").covers(parse_provision("§ 52 stk. 3 nr. 7"))
        True
        >>> parse_provision("§ 52, stk. 3").covers(parse_provision("§ 52"))
        False
        """
        return (
            self.section == other.section
            and self.law in ("", other.law or self.law)
            and self.stykke in (None, other.stykke)
            and (not self.numbers or bool(other.numbers))
            and (not self.numbers or other.numbers <= self.numbers)
        )

    @property
    def depth(self) -> int:
        """How closely it is described: 0 the paragraph, more with stykke and number."""
        return (self.stykke is not None) + bool(self.numbers)


@cache
def parse_provision(text: str) -> Provision | None:
    """The provision that a text names, or None when it does not name just one.

    >>> parse_provision("Serviceloven § 32 a, stk. 6")
    Provision(section='32a', stykke=6, numbers=frozenset(), law='SEL')
    >>> parse_provision("§§ 41 og 42") is None
    True
    """
    plain, law = _without_law(" ".join(text.casefold().split()))
    matched = _REFERENCE.match(_FILLERS.sub(" ", plain).strip(" .,"))
    if not matched:
        return None
    section, letter, stykke, first, last = matched.groups()
    numbers = range(int(first), int(last or first) + 1) if first else ()
    return Provision(
        section=section + (letter or ""),
        stykke=int(stykke) if stykke else None,
        numbers=frozenset(numbers),
        law=law,
    )


def corresponding(paragraph: str) -> tuple[str, ...]:
    """What a paragraph of serviceloven is in barnets lov; empty where none is known.

    For a warning's text: the two laws do not always measure the same rule.

    >>> corresponding("SEL § 41"), corresponding("§ 50, stk. 7"), corresponding("§ 1")
    (('§ 86',), ('§ 20', '§ 18', '§ 19'), ())
    """
    wanted = parse_provision(paragraph)
    if wanted is None or wanted.law not in ("", "SEL"):
        return ()
    for row in law_table()["moved"]:
        old = parse_provision(row["sel"])
        if old and old.covers(wanted):
            return tuple(row["bl"])
    return ()


def _without_law(plain: str) -> tuple[str, str]:
    for law in law_table()["laws"]:
        found = re.search(rf"(?<!\w)(?:{'|'.join(law['spellings'])})(?!\w)", plain)
        if found:
            return f"{plain[: found.start()]} {plain[found.end() :]}", law["id"]
    return plain, ""
