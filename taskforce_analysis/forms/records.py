"""The form as frozen records: phases, themes, attributes and measures.

A form says what one row is, which header spellings mean what, and per measure what
complies, when it applies, and on which legal basis. It holds no data and no code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from taskforce_analysis.displaying import View, Viewed, view
from taskforce_analysis.errors import unknown_name
from taskforce_analysis.languages import load_language
from taskforce_analysis.paragraphs import (
    Provision,
    is_settled,
    law_began,
    law_title,
    parse_provisions,
    successors,
)
from taskforce_analysis.spelling import silent_key

_ABBREVIATION = re.compile(r"\b[A-ZÆØÅ]{2,4}\b")
KINDS = ("answer", "graded", "ordered", "deadline", "follow_up", "any_of", "all_of")


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One measurement in time; `spellings` are what a cell or sheet may call it."""

    id: str
    label: str
    spellings: tuple[str, ...] = ()
    label_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A heading that measures stand under; `columns` are other spellings of it.

    `common` is the one of the eight shared themes (themes.py) that it belongs to.
    """

    id: str
    label: str
    label_en: str = ""
    columns: tuple[str, ...] = ()
    common: str = ""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """Something known about a case that is no answer: municipality, paragraph, date.

    `choices` are what its template offers; anything else may be written there too.
    """

    id: str
    label: str
    columns: tuple[str, ...]
    type: str = "text"
    not_before: str = ""
    label_en: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """A provision, and when and for which cases it is the measure's rule.

    `paragraphs` are those of the cases that it is the rule for; without any it is for
    all that no other basis is for. `verified` is false where no source confirms it.
    """

    text: str
    since: date | None = None
    until: date | None = None
    paragraphs: tuple[str, ...] = ()
    verified: bool = True

    @property
    def law(self) -> str:
        """The law's abbreviation: the first word of the text."""
        return self.text.split()[0]

    @cached_property
    def cited(self) -> str:
        """The provision as a reader is told it, with the law's name in full.

        >>> LegalBasis(text="RSL § 3, stk. 2").cited
        'retssikkerhedsloven § 3, stk. 2'
        """
        return _ABBREVIATION.sub(lambda found: law_title(found[0]), self.text)

    @cached_property
    def _provisions(self) -> tuple[Provision, ...]:
        law = self.law if law_title(self.law) != self.law else ""
        return tuple(
            replace(provision, law=provision.law or law)
            for one in self.paragraphs
            for provision in parse_provisions(one)
        )

    def holds_on(self, day: date) -> bool:
        """Whether the provision was in force on a day."""
        early = day < (self.since or law_began(self.law))
        late = self.until is not None and day > self.until
        return not early and not late

    def is_for(self, provision: Provision) -> bool:
        """Whether it names the paragraph of a case, or a part or the whole of it."""
        return any(own.meets(provision) for own in self._provisions)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A measure applies only to units whose answer to another one is among these."""

    measure: str
    answers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One step of a scale, in order; exists for answers that are not yes or no."""

    id: str
    label: str
    spellings: tuple[str, ...] = ()
    label_en: str = ""


@dataclass(frozen=True, kw_only=True)
class MeasureLimit:
    """How long a deadline measure allows: a fixed limit, or one per attribute value.

    `text` as in "4 months". With `by`, the limits stand in the deadline files
    `sources`, one per value of the attribute; several files are those of several
    municipalities. `local` are files beside them, for what the law sets no limit for.
    `or_by` names a date column whose date ends the limit earlier (the finished
    assessment of barnets lov section 95); `what` is the duty whose rule is looked up in
    the deadline file.
    """

    text: str = ""
    by: str = ""
    sources: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    or_by: tuple[str, ...] = ()
    what: str = "decision"


@dataclass(frozen=True, kw_only=True)
class Measure(Viewed):
    """One point of law: its wording, what complies and when it applies.

    `label` says what is kept; `label_not` says so of a case that does not keep it.
    """

    id: str
    label: str
    columns: tuple[str, ...] = ()
    kind: str = "answer"
    theme: str = ""
    label_en: str = ""
    label_not: str = ""
    label_not_en: str = ""
    legal_basis: tuple[LegalBasis, ...] = ()
    compliant: tuple[str, ...] = ("yes",)
    sets_compliant: bool = False
    applies_when: Condition | None = None
    twin: bool | None = None  # left open: `Form.has_twin` says what is assumed
    missing_counts_as: str = ""
    not_assessable_counts_as: str = ""
    partly: bool = False
    target: float | None = None
    margin: float | None = None
    kind_of_rule: str = ""
    scale: tuple[Grade, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    of: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    limit: MeasureLimit | None = None
    rule_changed: tuple[date, ...] = ()
    always_applies: bool = False
    optional: bool = False  # a workbook need not ask it, and nothing is told then
    from_age: int | None = None  # not asked about anyone younger
    left_out: tuple[str, ...] = ()  # grades that leave the denominator
    added: str = ""  # the form's version that asks it first; older workbooks do not
    help: str = ""

    def _view(self) -> View:
        """Wording, legal basis, headers, help."""
        shown = load_language()
        basis = "; ".join(one.cited for one in self.legal_basis)
        columns = "; ".join((*self.columns, *self.start, *self.end))
        facts = {"measure": shown.label(self), "basis": basis, "columns": columns}
        rows = [(shown.word(f"display.{key}"), facts[key]) for key in facts]
        return view(self.id, [*rows, (shown.word("display.help"), self.help)])

    @property
    def complying(self) -> tuple[str, ...]:
        """The answers that comply; of a scale that does not say, its first grade."""
        if self.scale and not self.sets_compliant:
            return (self.scale[0].id,)
        return self.compliant

    def bases_on(
        self, day: date | None, cited: Sequence[Provision] = ()
    ) -> tuple[LegalBasis, ...]:
        """The provisions that are its rule in a case of this day and these paragraphs.

        A day or a paragraph that is not known rules none out. None at all means that
        the measure asks for what no law asked of such a case, or `lacks_rule`. Where
        cases are told apart, what is for all others is for those paragraphs only whose
        rules are known.
        """
        valid = [one for one in self.legal_basis if day is None or one.holds_on(day)]
        if not cited:
            return tuple(valid)
        general = [one for one in valid if not one.paragraphs]
        found: dict[LegalBasis, None] = {}
        for provision in cited:
            for named in ((provision,), successors(provision)):
                own = [one for one in valid if any(map(one.is_for, named))]
                if own:
                    break
            if not own and (len(general) == len(valid) or is_settled(provision)):
                own = general
            found |= dict.fromkeys(own)
        return tuple(one for one in valid if one in found)

    def lacks_rule(self, day: date | None, cited: Sequence[Provision]) -> bool:
        """Whether nobody can say if it was to be asked of such a case.

        It had a rule on that day, but for cases of other paragraphs, and of one that is
        cited no source says which rules hold.
        """
        in_force = any(day is None or one.holds_on(day) for one in self.legal_basis)
        settled = all(map(is_settled, cited))
        return in_force and not settled and not self.bases_on(day, cited)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The measures whose answers decide its score, or whether it is asked."""
        condition = self.applies_when
        return (*self.of, *((condition.measure,) if condition else ()))

    @property
    def is_label_reversed(self) -> bool:
        """Whether its label is the question to which no is the answer that complies."""
        asked = map(silent_key, self.columns)
        return self.compliant == ("no",) and silent_key(self.label) in asked

    @property
    def is_computed(self) -> bool:
        """Whether the score comes from other columns than one of its own."""
        return self.kind in ("deadline", "follow_up", "any_of", "all_of")


@dataclass(frozen=True, kw_only=True)
class Form(Viewed):
    """A måleskema: what one row of a sagsmåling is and what its columns mean."""

    id: str
    title: str
    version: str
    unit: str
    case: tuple[str, ...]
    measures: tuple[Measure, ...]
    phases: tuple[Phase, ...] = ()
    phases_from: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[Theme, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    decision: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    reviewer: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    law_date: str = ""
    corrected: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()
    title_en: str = ""
    source: str = ""
    draft: bool = False  # made of guesses; everything made with it says so

    def __repr__(self) -> str:
        """The form by id, title and size; its parts are its fields."""
        measures, phases = len(self.measures), ", ".join(self.phase_ids)
        return f'{type(self).__name__}("{self.id}", {measures} measures; {phases})'

    def _view(self) -> View:
        """One row per measure with its legal basis."""
        shown = load_language()
        rows = [
            (one.id, shown.label(one), "; ".join(law.cited for law in one.legal_basis))
            for one in self.measures
        ]
        heads = [shown.word(f"display.{key}") for key in ("id", "measure", "basis")]
        caption = f"{self.title} ({self.id}, {self.version})"
        return view(caption, rows, heads=heads)

    @cached_property
    def _by_id(self) -> dict[str, Measure]:
        return {measure.id: measure for measure in self.measures}

    def measure(self, name: str) -> Measure:
        """The measure of this id; UsageError with the nearest one otherwise."""
        if name not in self._by_id:
            raise unknown_name("measure", name, self._by_id)
        return self._by_id[name]

    @cached_property
    def law_days(self) -> tuple[tuple[str, date, date], ...]:
        """The laws on social benefits that it rests on, with their first and last days.

        >>> from taskforce_analysis.forms import load_form
        >>> [(law, str(last)) for law, _, last in load_form("boernehandicap").law_days]
        [('SEL', '2023-12-31'), ('BL', '9999-12-31')]
        """
        found: dict[str, list[LegalBasis]] = {}
        for one in (basis for each in self.measures for basis in each.legal_basis):
            for law in re.findall(r"\b(?:SEL|BL)\b", one.text):
                found.setdefault(law, []).append(one)
        return tuple(
            (
                law,
                min(one.since or law_began(law) for one in own),
                max(one.until or date.max for one in own),
            )
            for law, own in found.items()
        )

    def has_twin(self, measure: Measure) -> bool:
        """Whether a conditional measure is also told out of all cases, and needs it.

        It does where the condition is a requirement that was kept: else the condition
        may have changed who is asked. Where the condition is a failure or a mere fact,
        fewer of them would lower the twin though practice is better. The form says
        which; left open, it does where the condition is all that complies, and
        something else can be answered that does not.

        >>> from taskforce_analysis.forms import load_form
        >>> form = load_form("boernehandicap")
        >>> form.has_twin(form.measure("concrete_goals"))
        True
        >>> form.has_twin(form.measure("notice_of_delay"))
        False
        """
        condition = measure.applies_when
        if condition is None:
            return False
        if measure.twin is not None:
            return measure.twin
        return self.condition_score(measure) == "compliant"

    def condition_score(self, measure: Measure) -> str:
        """The score of the other measure that a condition is exactly, if it is one.

        "compliant" where the condition is all that complies with the other measure,
        "noncompliant" where it is all that does not; "" where it is neither, and where
        nothing, or everything, that can be answered complies.
        """
        condition = measure.applies_when
        if condition is None:
            return ""
        other = self.measure(condition.measure)
        given = {grade.id for grade in other.scale} or {"yes", "no"}
        given |= {"partly"} if other.partly else set()
        # What is computed is answered yes where it complies, whatever its parts say.
        complying = {"yes"} if other.is_computed else {*other.complying}
        sides = {"compliant": complying, "noncompliant": given - complying}
        found = [name for name, side in sides.items() if side == {*condition.answers}]
        return found[0] if found and all(sides.values()) else ""

    def attribute(self, name: str) -> Attribute:
        """The attribute of this id; UsageError with the nearest one otherwise."""
        by_id = {attribute.id: attribute for attribute in self.attributes}
        if name not in by_id:
            raise unknown_name("attribute", name, by_id)
        return by_id[name]

    def theme_of(self, measure: Measure) -> Theme | None:
        """The theme that a measure stands under, if the form has themes."""
        by_id = {theme.id: theme for theme in self.themes}
        return by_id.get(measure.theme)

    @property
    def phase_ids(self) -> tuple[str, ...]:
        """The phases in the order in time; empty where they come from the data."""
        return tuple(phase.id for phase in self.phases)

    @property
    def measure_ids(self) -> tuple[str, ...]:
        """The measures in the form's order."""
        return tuple(self._by_id)
