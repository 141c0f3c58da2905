"""What a cell's text means as an answer: known words, and nothing beyond them.

Case, blanks and invisible characters are forgiven silently. Abbreviations, footnote
marks and a tail that only refers elsewhere are accepted and told. Everything else is
unknown, with the nearest known word as a suggestion: a near miss is never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import silent_key, without_footnote

UNRECOGNISED, MISSING = "unrecognised", "missing"

# The answer words that every form shares. WORDS and PARTLY are matched silently, the
# NEAR ones are told, MARKS mean that there is no answer. TRUTH and BITS are codes,
# which only a whole column can confirm.
WORDS = {
    "Ja": "yes",
    "Nej": "no",
    "Ikke relevant": "not_applicable",
    "Kan ikke vurderes": "not_assessable",
}
PARTLY = {"Delvist": "partly"}
NEAR = {
    "j": "yes",
    "n": "no",
    "ir": "not_applicable",
    "i.r": "not_applicable",
    "i/r": "not_applicable",
    "i r": "not_applicable",
    "ikke rel": "not_applicable",
    "ikke-relevant": "not_applicable",
    "ikkerelevant": "not_applicable",
    "ikke relevante": "not_applicable",
    "ej relevant": "not_applicable",
    "irrelevant": "not_applicable",
    "irr": "not_applicable",
    "kiv": "not_assessable",
    "kan ikke vurd": "not_assessable",
    "kan ikke bedømmes": "not_assessable",
    "ikke muligt at vurdere": "not_assessable",
}
NEAR_PARTLY = {
    "delvis": "partly",
    "delv": "partly",
    "ja delvist": "partly",
    "ja, delvist": "partly",
    "ja (delvist)": "partly",
}
MARKS = frozenset(
    (
        "-",
        "--",
        "---",
        "?",
        "??",
        "n/a",
        "ved ikke",
        "vides ikke",
        "uoplyst",
        "ikke oplyst",
        "ikke besvaret",
        "ubesvaret",
        "ukendt",
    )
)
UNCLEAR = ("na", "n.a", "ia", "i.a", "i/a")
TRUTH = {"sand": "yes", "falsk": "no", "true": "yes", "false": "no"}
BITS = {"1": "yes", "0": "no"}

# Words that only refer elsewhere, behind an answer: Ja, se notat af 1.2.
_REFERENCE = (
    r"note[rn]?|noten|bem(?:ærkning(?:en|er)?)?|kommentar(?:en|er)?|journal(?:en)?"
    r"|journalnotat(?:et)?|notat(?:et)?|sag(?:en)?|bilag|side|s|pkt|punkt|afsnit"
    r"|nedenfor|ovenfor|kolonne|række|fane(?:n)?|ark(?:et)?|akt(?:en)?|dok"
    r"|dokument(?:et)?|afgørelse(?:n)?|brev(?:et)?|mail(?:en)?|referat(?:et)?"
    r"|handleplan(?:en)?|bfu|også|nr|af|i|på|under|den|og|til"
)
_TAIL = re.compile(
    r"[\s\-,;:(\[/]+(?:se|jf|jfr|jævnfør|cf)[.\s]+"
    rf"(?:(?:{_REFERENCE}|§+|[a-z]?\d[\d./\-]*)(?:[.,)\]\s]+|$))+$"
)
_SMALL = re.compile(r"-?\d\Z")


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What one distinct cell says: the answer, and the code of what is odd about it.

    `system` names the coding (`1/0`, `truth` or `book`) whose whole column must agree.
    """

    answer: str
    code: str = ""
    system: str = ""
    expected: str = ""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one kind of measure; each distinct cell is looked up once.

    `words` are matched silently, `near` ones told; `shown` is what may be suggested.
    `codes` are the measure's own, `told_codes` those of a workbook's code book.
    """

    words: Mapping[str, str]
    near: Mapping[str, str]
    shown: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)
    told_codes: Mapping[str, str] = field(default_factory=dict)
    is_yes_no: bool = True
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
        code = "ANSWER_UNKNOWN" if _SMALL.match(plain) else "ANSWER_TYPE"
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
        if key in TRUTH and self.is_yes_no:
            return self._as_coded(TRUTH[key], "truth")
        if key in MARKS:
            return CellAnswer(MISSING, "ANSWER_MISSING_MARK")
        answer = self._nearly(key)
        if answer:
            return CellAnswer(answer, "ANSWER_NORMALISED")
        return CellAnswer(UNRECOGNISED, "ANSWER_UNKNOWN", expected=self._nearest(key))

    def _nearly(self, key: str) -> str | None:
        plain = silent_key(unicodedata.normalize("NFKC", without_footnote(key)))
        for candidate in (key, plain, _TAIL.sub("", plain)):
            answer = self.words.get(candidate) or self.near.get(candidate)
            if answer:
                return answer
        return None

    @property
    def _all(self) -> str:
        return " | ".join(self.shown.values())

    def _nearest(self, key: str) -> str:
        if key in UNCLEAR:
            return self._all
        near = get_close_matches(key, self.shown, n=1, cutoff=0.5)
        return self.shown[near[0]] if near else self._all


def lexicon_of(measure: Measure) -> Lexicon:
    """The lexicon of a measure: its scale's words, or yes and no."""
    if measure.scale:
        return _of_scale(measure)
    known = WORDS | PARTLY if measure.partly else WORDS
    return Lexicon(
        words={silent_key(word): answer for word, answer in known.items()},
        near=NEAR | NEAR_PARTLY if measure.partly else NEAR,
        shown={silent_key(word): word for word in known},
        codes=measure.codes,
    )


def _of_scale(measure: Measure) -> Lexicon:
    outside = ("not_applicable", "not_assessable")
    grades = {
        silent_key(spelling): grade
        for grade in measure.scale
        for spelling in (grade.label, grade.label_en or grade.label, *grade.spellings)
    }
    words = {silent_key(w): answer for w, answer in WORDS.items() if answer in outside}
    return Lexicon(
        words=words | {key: grade.id for key, grade in grades.items()},
        near={key: a for key, a in NEAR.items() if a in outside and key not in grades},
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
