"""An error in the reader's language: in a terminal, in a notebook, as its own text.

The library's errors are made in English by the factories of `errors`. Here they are
told as a reader's language has them: a file's by its code, a call's by its own words
under [said], where what stands in the English text at {0} stands in the other too. A
DataError shows in a notebook which cells to correct, as `explain` does.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from taskforce_analysis.errors import (
    DataError,
    FileError,
    InternalError,
    TaskforceError,
    UsageError,
)
from taskforce_analysis.languages import (
    Language,
    available_languages,
    chosen_language,
    load_language,
)
from taskforce_analysis.privacy import redact
from taskforce_analysis.writing.showing import explain

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 10  # issues under an error in a notebook; the others are counted
_KEY = re.compile(r"key (\S+(?: \([^)]*\))?\S*: )")
_PLACE = re.compile(r"\{(\d)\}")


@dataclass(frozen=True)
class _Phrase:
    """A text with places for names, in English and in another language."""

    english: re.Pattern[str]
    other: str


@cache
def _phrases(language: str, table: str) -> tuple[_Phrase, ...]:
    """What a language says for the library's own texts; the most exact ones first."""
    words = load_language(language).words
    pairs = [
        (key.removeprefix(f"{table}."), text)
        for key, text in words.items()
        if key.startswith(f"{table}.")
    ]
    pairs.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
    return tuple(_Phrase(_pattern(english), other) for english, other in pairs)


def _pattern(english: str) -> re.Pattern[str]:
    parts = _PLACE.split(english)
    found = [
        rf"(?P<p{part}>.*?)" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(found), re.DOTALL)


def _said(text: str, language: Language, table: str = "said") -> str | None:
    """A text of the library in a language; None where the language has no words."""
    for phrase in _phrases(language.id, table):
        found = phrase.english.fullmatch(text)
        if found is None:
            continue
        told = phrase.other
        for name, value in found.groupdict().items():
            inner = _said(value, language, "said_within")
            told = told.replace(f"{{{name[1:]}}}", inner or value)
        return told
    return None


def said_in(text: str, language: Language) -> str | None:
    """A finding, and what to do about it, in a language; None where it has no words.

    >>> said_in("this is no limit. Known: a, b", load_language("da"))
    'Det er ikke en frist. Vælg mellem: a, b.'
    """
    for stop in _stops(text):
        finding = _said(text[:stop], language)
        remedy = finding and _said(text[stop + 2 :], language)
        if remedy:
            return f"{finding}. {remedy}"
    return _said(text, language)


def _stops(text: str) -> Iterator[int]:
    at = text.find(". ")
    while at >= 0:
        yield at
        at = text.find(". ", at + 1)


def place_in(error: TaskforceError, language: Language) -> str:
    """Where an error is: file, sheet and cell."""
    sheet = error.sheet and language.word("report.place.sheet", name=error.sheet)
    cell = error.cell and language.word("report.place.cell", name=error.cell)
    return ", ".join(part for part in (error.file, sheet, cell) if part)


def finding_in(error: TaskforceError, language: Language) -> str:
    """What an error says without its place, finding first, in a language."""
    if isinstance(error, InternalError):
        return language.word("cli.internal", kind=error.kind)
    if isinstance(error, UsageError) and error.wording:
        return language.word(error.wording.key, **error.wording.values)
    if isinstance(error, DataError) and error.issues is not None:
        return _finding_of_data(error.issues, language)
    key = f"issues.{error.code}"
    if error.code.startswith("FILE_") and language.has(f"{key}.text"):
        text, remedy = language.word(f"{key}.text"), language.word(f"{key}.remedy")
        kind = error.kind if isinstance(error, FileError) else ""
        is_kind = f" {language.word(f'file_kinds.{kind}')}" if kind else ""
        return f"{text}{is_kind} {remedy}"
    # In a definition file a key is wrong; it is named as it stands there.
    at = _KEY.match(error.message)
    where, finding = (at[1], error.message[at.end() :]) if at else ("", error.message)
    told = said_in(finding, language) or finding
    is_whole = told.endswith((".", "?", "!"))
    # What begins with the name of a function or a file is written as it is.
    is_name = bool(re.match(r"\w*[._(]", told))
    sentence = told if where or is_name else told[:1].upper() + told[1:]
    return redact(f"{where}{sentence}{'' if is_whole else '.'}")


def _finding_of_data(issues: "pd.DataFrame", language: Language) -> str:
    """How many kinds of error there are, and of the first: where, what, what to do."""
    from taskforce_analysis.reporting.table_rows import issue_rows

    errors = issues[issues["severity"] == "error"]
    first = next(iter(issue_rows(errors)))
    parts = (first.file, first.sheet, language.place(first.cell))
    place = ", ".join(part for part in parts if part)
    said = [language.word(f"issues.{first.code}.{one}") for one in ("text", "remedy")]
    told = " ".join(said)
    told = f"{place}: {told}" if place else told
    number = language.number(len(errors))
    return redact(language.counted("display.data.told", number, first=told))


def error_text(error: TaskforceError, language: Language) -> str:
    """An error in a sentence or two: place, finding, remedy."""
    place = place_in(error, language)
    text = finding_in(error, language)
    return f"{place}: {text}" if place else text


def told_in(error: TaskforceError, *, in_notebook: bool) -> list[str] | None:
    """What an error says of itself, line by line; None where English does as it is.

    As its own text only where a language was chosen, by the call, by `language` or the
    surroundings; in a notebook always, in the language of all displays.
    """
    # A language that does not exist may be what the error is about.
    named = error.language if error.language in available_languages() else ""
    name = named or chosen_language()
    if not in_notebook:
        return [error_text(error, load_language(name))] if name else None
    words = load_language(name)
    if isinstance(error, DataError) and error.issues is not None:
        return _lines_of_data(error, words)
    finding, _, remedy = finding_in(error, words).partition(". ")
    place = place_in(error, words) or words.word(f"display.kind.{_kind(error)}")
    lines = (place, f"{finding}." if remedy else finding, remedy)
    return [redact(line) for line in lines if line]


def _kind(error: TaskforceError) -> str:
    return "internal" if isinstance(error, InternalError) else "call"


def _lines_of_data(error: DataError, words: Language) -> list[str]:
    """Three lines, and a table of the cells to correct."""
    issues = error.issues
    shown = explain(issues[issues["severity"] == "error"], language=words)
    heads = {name: words.word(f"display.{name}") for name in ("text", "remedy")}
    lines = [
        words.word("display.data.count", count=len(shown)),
        words.word("display.data.next"),
        words.word("display.data.all"),
        "",
    ]
    for row in shown.head(MOST_SHOWN).to_dict("records"):
        place = ", ".join(
            str(row[words.word(f"display.{name}")])
            for name in ("file", "sheet", "cell")
            if row[words.word(f"display.{name}")]
        )
        times = row[words.word("display.count")]
        times = f" ({words.word('cli.times', count=times)})" if times > 1 else ""
        lines.append(f"{place or words.word('display.data.whole')}{times}")
        lines.append(f"    {row[heads['text']]} {_expected(row, words)}".rstrip())
        lines.append(f"    {row[heads['remedy']]}")
    if len(shown) > MOST_SHOWN:
        rest = len(shown) - MOST_SHOWN
        lines.append(words.word("display.data.more", count=rest))
    return lines


def _expected(row: Mapping[Hashable, object], words: Language) -> str:
    expected = row[words.word("display.expected")]
    return f"({expected})" if expected else ""
