"""What a cell's text means as an answer: known words, and nothing beyond them.

Case, blanks and invisible characters are forgiven silently. Abbreviations, footnote
marks and a tail that only refers elsewhere are accepted and told. Everything else is
unknown, with the nearest known word as a suggestion: a near miss is never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache

from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.languages import load_language
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import silent_key, without_footnote

UNRECOGNISED, MISSING = "unrecognised", "missing"
OUTSIDE = ("not_applicable", "not_assessable")  # what any scale may be answered with
OFFERED = ("yes", "no", *OUTSIDE, "partly")

BITS = {"1": "yes", "0": "no"}
SMALL = re.compile(r"-?\d(?:\.0)?\Z")


@dataclass(frozen=True)
class AnswerWords:
    """The answer words that every form shares, each with the answer that it means.

    `words` are matched silently, `near` ones told. `truth` are codes, which only a
    whole column can confirm; `marks` mean that there is no answer, `unclear` may mean
    several. `tail` is what only refers elsewhere, behind an answer.
    """

    words: Mapping[str, str]
    near: Mapping[str, str]
    truth: Mapping[str, str]
    marks: frozenset[str]
    unclear: frozenset[str]
    tail: re.Pattern[str]

    def without(self, answer: str) -> "AnswerWords":
        """The same but for the words of one answer."""
        return replace(
            self,
            words={word: one for word, one in self.words.items() if one != answer},
            near={word: one for word, one in self.near.items() if one != answer},
        )


@cache
def answer_words() -> AnswerWords:
    """The words of definitions/answers.toml, and those that a reader is shown."""
    told = read_definition(definitions_folder("answers.toml"))
    near, truth = (
        {word: answer for answer, words in told[name].items() for word in words}
        for name in ("near", "truth")
    )
    refers, referred = ("|".join(told["other"][x]) for x in ("refers", "referred"))
    return AnswerWords(
        words={answer_word(answer): answer for answer in OFFERED},
        near=near,
        truth=truth,
        marks=frozenset(told["other"]["missing"]),
        unclear=frozenset(told["other"]["unclear"]),
        tail=re.compile(
            rf"[\s\-,;:(\[/]+(?:{refers})[.\s]+"
            rf"(?:(?:{referred}|§+|[a-z]?\d[\d./\-]*)(?:[.,)\]\s]+|$))+$"
        ),
    )


def answer_word(answer: str) -> str:
    """The word that a form offers for an answer.

    >>> answer_word("not_applicable")
    'Ikke relevant'
    """
    return load_language("da").word(f"answer.{answer}")


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What one distinct cell says: the answer, and the code of what is odd about it.

    `system` names the coding (`1/0`, `truth` or `book`) whose whole column must agree.
    """

    answer: str
    code: str = ""
    system: str = ""
    expected: str = ""


@dataclass(eq=False)
class Lexicon:
    """The words of one kind of measure; each distinct cell is looked up once.

    `words` are matched silently, `near` ones told; `shown` is what may be suggested.
    `codes` are the measure's own, `told_codes` those of a workbook's code book. A word
    that is `not_offered` is told with the key of the form that would offer it.
    """

    words: Mapping[str, str]
    near: Mapping[str, str]
    shown: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)
    told_codes: Mapping[str, str] = field(default_factory=dict)
    is_yes_no: bool = True
    not_offered: frozenset[str] = frozenset()  # words for partly, where none may be so
    seen: dict[tuple[int, str], CellAnswer] = field(default_factory=dict)

    def read(self, kind: int, text: str) -> CellAnswer:
        """What a cell of this kind and text says."""
        key = (kind, text)
        if key not in self.seen:
            self.seen[key] = self._read(Kind(kind), text)
        return self.seen[key]

    def word(self, kind: Kind, text: str) -> str:
        """The answer that a cell gives in words; a number or a date gives none."""
        is_word = kind in (Kind.TEXT, Kind.BOOLEAN)
        return self.read(kind, text).answer if is_word else UNRECOGNISED

    def _read(self, kind: Kind, text: str) -> CellAnswer:
        if kind is Kind.ERROR:
            return CellAnswer(UNRECOGNISED, "CELL_ERROR")
        if kind is Kind.UNCALCULATED:
            return CellAnswer(UNRECOGNISED, "FORMULA_NOT_CALCULATED")
        if has_cpr(text) or (kind is not Kind.TEXT and is_cpr_number(text)):
            return CellAnswer(UNRECOGNISED, "CPR_FOUND")
        if kind is Kind.BOOLEAN and self.is_yes_no:
            return self._as_coded(BITS[text], "truth")
        if kind in (Kind.DATE, Kind.BOOLEAN):
            return CellAnswer(UNRECOGNISED, "ANSWER_TYPE", expected=self._all)
        return self._number(text) if kind is Kind.NUMBER else self._word(text)

    def _number(self, text: str) -> CellAnswer:
        plain = text.removesuffix(".0")
        coded = self._coded(plain)
        if coded:
            return coded
        code = "ANSWER_UNKNOWN" if SMALL.match(plain) else "ANSWER_TYPE"
        return CellAnswer(UNRECOGNISED, code, expected=self._all)

    def _coded(self, text: str) -> CellAnswer | None:
        if text in self.codes:
            return CellAnswer(self.codes[text])
        if text in self.told_codes:
            return self._as_coded(self.told_codes[text], "book")
        if text in BITS and self.is_yes_no and not (self.codes or self.told_codes):
            return self._as_coded(BITS[text], "1/0")
        return None

    def _as_coded(self, answer: str, system: str) -> CellAnswer:
        return CellAnswer(answer, "ANSWER_CODED", system, self._all)

    def _word(self, text: str) -> CellAnswer:
        key = silent_key(text)
        if key in self.words:
            return CellAnswer(self.words[key])
        if coded := self._coded(key):
            return coded
        shared = answer_words()
        if key in shared.truth and self.is_yes_no:
            return self._as_coded(shared.truth[key], "truth")
        if key in shared.marks:
            return CellAnswer(MISSING, "ANSWER_MISSING_MARK")
        answer = self._nearly(key)
        if answer:
            return CellAnswer(answer, "ANSWER_NORMALISED")
        return CellAnswer(UNRECOGNISED, "ANSWER_UNKNOWN", expected=self._nearest(key))

    def _nearly(self, key: str) -> str | None:
        plain = silent_key(unicodedata.normalize("NFKC", without_footnote(key)))
        tailless = answer_words().tail.sub("", plain)
        # Forms writes `Ja;` where several could be chosen and one was.
        for candidate in (key, plain, tailless, plain.rstrip(" ;,")):
            answer = self.words.get(candidate) or self.near.get(candidate)
            if answer:
                return answer
        return None

    @property
    def _all(self) -> str:
        return " | ".join(self.shown.values())

    def _nearest(self, key: str) -> str:
        if key in self.not_offered:
            return f"{self._all} | {answer_word('partly')}: partly = true"
        if key in answer_words().unclear:
            return self._all
        near = get_close_matches(key, self.shown, n=1, cutoff=0.5)
        return self.shown[near[0]] if near else self._all


def lexicon_of(measure: Measure) -> Lexicon:
    """The lexicon of a measure: its scale's words, or yes and no."""
    if measure.scale:
        return _of_scale(measure)
    shared = answer_words()
    known = shared if measure.partly else shared.without("partly")
    return Lexicon(
        words={silent_key(word): answer for word, answer in known.words.items()},
        near=known.near,
        shown={silent_key(word): word for word in known.words},
        codes=measure.codes,
        not_offered=frozenset() if measure.partly else _words_for("partly"),
    )


def _words_for(answer: str) -> frozenset[str]:
    shared = answer_words()
    words = {**shared.words, **shared.near}
    return frozenset(silent_key(word) for word, one in words.items() if one == answer)


def _of_scale(measure: Measure) -> Lexicon:
    shared = answer_words()
    grades = {
        silent_key(spelling): grade
        for grade in measure.scale
        for spelling in (grade.label, grade.label_en or grade.label, *grade.spellings)
    }
    words = {silent_key(w): a for w, a in shared.words.items() if a in OUTSIDE}
    near = {w: a for w, a in shared.near.items() if a in OUTSIDE and w not in grades}
    return Lexicon(
        words=words | {key: grade.id for key, grade in grades.items()},
        near=near,
        shown={key: grade.label for key, grade in grades.items()},
        codes=measure.codes,
        is_yes_no=False,
    )


def answer_words_of(form: Form) -> Lexicon:
    """One lexicon of all words of a form: does a column hold answers at all?"""
    words: dict[str, str] = {}
    near: dict[str, str] = {}
    for measure in form.measures:
        lexicon = lexicon_of(measure)
        words |= lexicon.words
        near |= lexicon.near
    return Lexicon(words, near, {})
