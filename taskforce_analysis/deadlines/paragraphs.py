"""References to a paragraph, read into their parts so that spellings do not matter.

`§ 52, stk. 3, nr. 7`, `§52 stk.3 nr.7` and `52 stk 3 nr 7` are one provision; copies
from PDF lose the sign. A rule for a whole paragraph covers its parts, never the other
way round: what is not said is not guessed. Several paragraphs in one text are none.
The laws' spellings, and what a paragraph of the old law became in barnets lov, stand in
definitions/laws.toml.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder

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


@cache
def law_table() -> dict[str, Any]:
    """The content of definitions/laws.toml: laws, regimes and moved paragraphs."""
    return read_definition(definitions_folder("deadlines").parent / "laws.toml")


def _without_law(plain: str) -> tuple[str, str]:
    for law in law_table()["laws"]:
        found = re.search(rf"(?<!\w)(?:{'|'.join(law['spellings'])})(?!\w)", plain)
        if found:
            return f"{plain[: found.start()]} {plain[found.end() :]}", law["id"]
    return plain, ""


def counterparts(wanted: Provision) -> tuple[Provision, ...]:
    """What a provision was in serviceloven, or has become in barnets lov.

    >>> [one.section for one in counterparts(Provision("86", law="BL"))]
    ['41']
    >>> [one.section for one in counterparts(Provision("41"))]
    ['86']
    """
    found: dict[Provision, None] = {}
    for row in law_table()["moved"]:
        old = parse_provision(f"SEL {row['sel']}")
        new = [parse_provision(f"BL {one}") for one in row["bl"]]
        if old and old.covers(wanted):
            found |= dict.fromkeys(one for one in new if one)
            break
    for row in law_table()["moved"]:
        old = parse_provision(f"SEL {row['sel']}")
        new = [parse_provision(f"BL {one}") for one in row["bl"]]
        if old and any(one and one.covers(wanted) for one in new):
            found[old] = None
    return tuple(found)


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
