"""Every word, number and date that a reader sees, in one language.

The words stand in definitions/languages/*.toml, looked up by a dotted key and filled
in by name. Per cent exists only here: rates are shares everywhere else. Rounding is
half up on the decimal as written (12.5 is 13), as Danish reports do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import isnan
from os import environ
from pathlib import Path
from typing import Protocol

from taskforce_analysis.errors import unknown_name
from taskforce_analysis.privacy import redact
from taskforce_analysis.schemas import Raw, read_definition
from taskforce_analysis.shipped import definitions_folder

DEFAULT, SETTING = "da", "TASKFORCE_LANGUAGE"
NO_BREAK = "\u00a0"
_IN_TABLE = re.compile(r"(?:row (?P<row>\d+), )?column (?P<column>.+)\Z", re.DOTALL)
_PERIOD = re.compile(r"(?P<year>\d{4})-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))")


class Labelled(Protocol):
    """Anything of a form that has a label, and perhaps one in English."""

    @property
    def label(self) -> str:
        """The Danish label."""
        ...

    @property
    def label_en(self) -> str:
        """The English label; empty where there is none."""
        ...


@dataclass(frozen=True)
class Language:
    """One language's words and its way of writing numbers."""

    id: str
    words: Mapping[str, str]

    def word(self, key: str, /, **values: object) -> str:
        """The text under a dotted key, filled in; UsageError for an unknown key.

        >>> load_language("da").word("count_of", part=8, whole=20)
        '8 ud af 20'
        """
        if key not in self.words:
            raise unknown_name(f"text in {self.id}", key, self.words)
        return self.words[key].format(**values) if values else self.words[key]

    def counted(self, key: str, number: str, /, **values: object) -> str:
        r"""The text under a key for so many; a single one has a text of its own.

        >>> load_language("en").counted("points", "-1")
        '-1\xa0percentage point'
        """
        single = f"{key}_one"
        is_one = number.lstrip("+-\u2212") == "1" and self.has(single)
        return self.word(single if is_one else key, number=number, **values)

    def has(self, key: str) -> bool:
        """Whether the language has a text under this key."""
        return key in self.words

    def label(self, thing: Labelled) -> str:
        """A form's label for a phase, theme, measure or grade in this language.

        Someone wrote it: a CPR number in it is covered, wherever it is shown.
        """
        english = self.id == "en" and thing.label_en
        return redact(thing.label_en if english else thing.label)

    def number(self, value: "float | Decimal", decimals: int = 0) -> str:
        """A number, rounded half up, with the language's own marks.

        >>> load_language("da").number(2140.5, 1), load_language("en").number(2140)
        ('2.140,5', '2,140')
        """
        text = f"{round_half_up(value, decimals):,.{decimals}f}"
        marks = {",": self.word("thousands_mark"), ".": self.word("decimal_mark")}
        text = "".join(marks.get(sign, sign) for sign in text)
        return text.replace("-", "\u2212")

    def cardinal(self, count: int) -> str:
        """A small number in words, "fire"; in digits above twelve.

        >>> load_language("da").cardinal(4), load_language("en").cardinal(13)
        ('fire', '13')
        """
        names = self.word("cardinals").split()
        return names[count] if count < len(names) else self.number(count)

    def percent(self, share: float, decimals: int = 0) -> str:
        r"""A share as per cent; the sign for "no rate" where it is not a number.

        Only none is 0 and only all is 100: a share beside them gets a decimal.

        >>> load_language("da").percent(75 / 121), load_language("da").percent(0.125)
        ('62\xa0%', '13\xa0%')
        >>> [load_language("da").percent(share) for share in (398 / 399, 1 / 4000, 1)]
        ['99,7\xa0%', 'under 0,1\xa0%', '100\xa0%']
        """
        if isnan(share):
            return self.word("no_rate")
        # The end of an interval is 1 but for the last bits.
        value = Decimal(repr(round(float(share), 12))) * 100
        if 0 < value < 100 and round_half_up(value, decimals) in (0, 100):
            decimals = max(decimals, 1)
            step = Decimal(1).scaleb(-decimals)
            shown = min(max(round_half_up(value, decimals), step), 100 - step)
            number = self.number(shown, decimals)
            if round_half_up(value, decimals) in (0, 100):
                side = "below" if shown == step else "above"
                number = self.word(f"p_{side}", number=number)
            return self.word("percent", number=number)
        return self.word("percent", number=self.number(value, decimals))

    def percent_exact(self, share: float) -> str:
        r"""A level as per cent, with decimals only where it has some.

        >>> [load_language("da").percent_exact(level) for level in (0.95, 0.9875)]
        ['95\xa0%', '98,75\xa0%']
        """
        number = round_half_up(share * 100, 2)
        decimals = next(n for n in range(3) if number == round_half_up(number, n))
        return self.percent(share, decimals)

    def points(self, share: float, decimals: int = 0) -> str:
        r"""A difference between shares in percentage points, with its sign.

        >>> load_language("da").points(0.3)
        '+30\xa0procentpoint'
        """
        if isnan(share):
            return self.word("no_rate")
        return self.counted("points", self.signed(share, decimals))

    def signed(self, share: float, decimals: int = 0) -> str:
        """A difference in points without the unit: +30, −4, 0."""
        # 0.7 - 0.375 is 0.32499999999999996 in binary: it means 0.325, and 33 points.
        value = Decimal(repr(round(float(share), 12))) * 100
        text = self.number(value, decimals)
        rounded = round_half_up(value, decimals)
        if rounded == 0:
            return text.lstrip("\u2212")
        return f"+{text}" if rounded > 0 else text

    def count_of(self, part: int, whole: int) -> str:
        """A count of a whole: "8 ud af 20"."""
        return self.word("count_of", part=self.number(part), whole=self.number(whole))

    def p_value(self, value: float) -> str:
        """A p-value with four decimals, or "under 0,0001"."""
        if isnan(value):
            return self.word("no_rate")
        if value < 0.0001:
            return self.word("p_below", number=self.number(0.0001, 4))
        return self.number(value, 4)

    def date(self, day: date) -> str:
        """A date in words: 21. december 2018."""
        month = self.word("months").split()[day.month - 1]
        return self.word("date", day=day.day, month=month, year=day.year)

    def period(self, name: str) -> str:
        """A phase that is made of dates: "2021-Q3", "2021-07"; others as they are.

        >>> [load_language("da").period(name) for name in ("2021-Q3", "2021-07", "Nu")]
        ['3. kvartal 2021', 'juli 2021', 'Nu']
        """
        found = _PERIOD.fullmatch(name)
        if found is None:
            return name
        if found["quarter"]:
            return self.word("quarter", number=found["quarter"], year=found["year"])
        month = self.word("months").split()[int(found["month"]) - 1]
        return f"{month} {found['year']}"

    def limit(self, limit: str) -> str:
        """A limit in the reader's words.

        >>> load_language("da").limit("8 weeks")
        '8 uger'
        """
        from taskforce_analysis.deadlines.calendar import parse_limit

        parsed = parse_limit(limit)
        key = "one" if parsed.amount == 1 else "unit"
        amount = self.number(parsed.amount)
        return self.word(f"days.{key}.{parsed.unit}", amount=amount)

    def place(self, cell: str) -> str:
        """A cell's address as it is; a place in a table in memory in these words.

        >>> load_language("da").place("row 3, column Team")
        'række 3, kolonne Team'
        """
        found = _IN_TABLE.match(cell)
        if found is None:
            return cell
        key = "row_place" if found["row"] else "column_place"
        return self.word(f"display.{key}", **found.groupdict())

    def listed(self, items: list[str]) -> str:
        """Items in a sentence: "a, b og c"."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.word('and')} {items[-1]}"


def round_half_up(value: "float | Decimal", decimals: int = 0) -> Decimal:
    """The value with so many decimals, halves away from zero.

    >>> round_half_up(12.5), round_half_up(0.145, 2)
    (Decimal('13'), Decimal('0.15'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def available_languages() -> list[str]:
    """The ids of the languages there are.

    >>> available_languages()
    ['da', 'en']
    """
    return sorted(path.stem for path in definitions_folder("languages").glob("*.toml"))


_CHOSEN: list[str] = []


def language(name: str | None = None) -> str:
    """Choose the language of all displays, tables and errors; returns the one that is.

    Without a choice displays are Danish and errors English, unless the surroundings say
    another: TASKFORCE_LANGUAGE=en. A call's own `language` goes before. Raises
    UsageError for a language that does not exist.

    An empty name takes the choice back.

    >>> language("en"), load_language().id, language("")
    ('en', 'en', 'da')
    """
    if name is not None:
        _CHOSEN[:] = [load_language(name).id] if name else []
    return load_language().id


def chosen_language() -> str:
    """The language that was chosen, here or in the surroundings; empty where none was.

    Surroundings that name a language that does not exist choose none.
    """
    asked = environ.get(SETTING, "")
    return _CHOSEN[0] if _CHOSEN else asked if asked in available_languages() else ""


def load_language(language: "str | Language | None" = None) -> Language:
    """A language by its id; UsageError with the nearest for an unknown one.

    Without one it is that which was chosen, else Danish.
    """
    if isinstance(language, Language):
        return language
    language = language or chosen_language() or DEFAULT
    if language not in available_languages():
        raise unknown_name("language", language, available_languages())
    return _load(definitions_folder("languages") / f"{language}.toml")


@cache
def _load(path: Path) -> Language:
    return Language(path.stem, dict(_flat(read_definition(path))))


def _flat(values: Mapping[str, Raw], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat += _flat(value, f"{path}.")
        else:
            flat.append((path, str(value)))
    return flat
