"""How long a rule allows, as an amount and a unit.

The unit is kept as the source prints it, because "8 weeks" and "2 months" are not the
same, nor are hverdage (Monday to Saturday) and arbejdsdage (Monday to Friday), for
which English has one word. Straks is a limit; "ingen frist fastsat" is a value too:
retssikkerhedsloven § 3, stk. 2, asks for a limit that not every municipality has set.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from taskforce_analysis.errors import TaskforceError, invalid_definition, wrong_use

SPELLINGS = {
    "hours": ("hours", "hour", "timer", "time"),
    "days": ("days", "day", "dage", "dag", "kalenderdage", "calendar days"),
    "hverdage": ("hverdage", "hverdag"),
    "arbejdsdage": ("arbejdsdage", "arbejdsdag", "working days", "working day"),
    "weeks": ("weeks", "week", "uger", "uge"),
    "months": ("months", "month", "måneder", "måned"),
    "years": ("years", "year", "år"),
    "immediately": ("immediately", "straks", "med det samme", "omgående"),
    "none": (
        "none",
        "ingen frist fastsat",
        "ingen frist",
        "ingen",
        "no limit",
        "no fixed limit",
    ),
}
UNITS = tuple(SPELLINGS)
WITHOUT_AMOUNT = ("immediately", "none")
_LARGEST = {"hours": 8_784, "years": 20, "months": 240}
_PREFIX = re.compile(r"(?:inden for|op til|senest|within|up to)\s+", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,4})\s+(\D+)\Z")


@dataclass(frozen=True)
class Limit:
    """An amount of a unit; exists so that a limit is never turned into mere days.

    >>> str(Limit(4, "months")), str(Limit(1, "weeks")), str(Limit(0, "immediately"))
    ('4 months', '1 week', 'immediately')
    """

    amount: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is no limit; UsageError says what a limit looks like."""
        bare = self.unit in WITHOUT_AMOUNT
        largest = 0 if bare else _LARGEST.get(self.unit, 3_660)
        smallest = 0 if bare else 1
        if self.unit not in UNITS or not smallest <= self.amount <= largest:
            raise wrong_use("this is no limit", _REMEDY)

    def __str__(self) -> str:
        if self.unit in WITHOUT_AMOUNT:
            return self.unit
        many, one = SPELLINGS[self.unit][:2]
        return f"{self.amount} {one if self.amount == 1 else many}"

    @property
    def is_set(self) -> bool:
        """Whether there is a limit at all."""
        return self.unit != "none"


_REMEDY = (
    'Write it as "4 months", "8 uger", "6 hverdage", "40 arbejdsdage", "24 timer", '
    '"straks" or "ingen frist fastsat"'
)


def parse_limit(
    text: str, *, file: str | PurePath | None = None, key: str = "limit"
) -> Limit:
    """The limit that a text states, in English or Danish.

    Raises FormError naming `file` and `key` where a file is given, else UsageError.

    >>> parse_limit("8 uger"), parse_limit("6 hverdage"), parse_limit("straks").unit
    (Limit(amount=8, unit='weeks'), Limit(amount=6, unit='hverdage'), 'immediately')
    """
    plain = " ".join(str(text).split()).rstrip(".").casefold()
    plain = _PREFIX.sub("", plain, count=1)
    matched = _AMOUNT.match(plain)
    unit = _units().get(matched[2].strip() if matched else plain, "")
    try:
        if (unit in WITHOUT_AMOUNT) is bool(matched):
            raise wrong_use("this is no limit", _REMEDY)
        return Limit(int(matched[1]) if matched else 0, unit)
    except TaskforceError:
        if file is None:
            raise
        raise invalid_definition(file, key, f"this is no limit. {_REMEDY}") from None


@cache
def _units() -> dict[str, str]:
    return {one: unit for unit, spelt in SPELLINGS.items() for one in spelt}
