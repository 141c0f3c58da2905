"""What a run knows before it opens a workbook: the form, its words, what the user says.

The words of a form (headers, phases, answers) are made ready once and shared by all
workbooks of a run, so that what many of them hold is looked up a single time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from taskforce_analysis.forms import Form
from taskforce_analysis.locating.dates import DateReader
from taskforce_analysis.locating.headers import HeaderWords, header_words_of
from taskforce_analysis.locating.lexicon import Lexicon, answer_words_of, lexicon_of
from taskforce_analysis.locating.phases import PhaseNames, phase_names
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import ANSWERS

NOT_DUE = "not_due"


@dataclass(frozen=True, kw_only=True, eq=False)
class AppliedForm:
    """A form as a run applies it: with its words, the settings, what the user says.

    `file_phases` is the phase of a file and `reviewers` who reviewed it, by the file's
    name; `measured` the date of measurement of a phase. `layout` is None where it is to
    be recognised.
    """

    form: Form
    settings: Settings
    file_phases: Mapping[str, str] = field(default_factory=dict)
    reviewers: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, date | None] = field(default_factory=dict)
    layout: str | None = None
    today: date = field(default_factory=date.today)

    @cached_property
    def header_words(self) -> HeaderWords:
        """The form's headers."""
        return header_words_of(self.form)

    @cached_property
    def phases(self) -> PhaseNames:
        """The form's phases by every spelling."""
        return phase_names(self.form)

    @cached_property
    def date_readers(self) -> dict[bool, DateReader]:
        """A reader per date system; a date that many workbooks hold is read once."""
        return {system: DateReader(system, self.today) for system in (False, True)}

    @cached_property
    def answer_words(self) -> Lexicon:
        """All answer words of the form."""
        return answer_words_of(self.form)

    @cached_property
    def lexicons(self) -> dict[str, Lexicon]:
        """The lexicon of each measure; measures of the same kind share one."""
        shared: dict[tuple[object, ...], Lexicon] = {}
        found = {}
        for measure in self.form.measures:
            key = (measure.scale, measure.partly, *sorted(measure.codes.items()))
            found[measure.id] = shared.setdefault(key, lexicon_of(measure))
        return found

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Every answer that can be given, by its number."""
        grades = [grade.id for one in self.form.measures for grade in one.scale]
        return tuple(dict.fromkeys((*ANSWERS, *grades, NOT_DUE)))

    @cached_property
    def measure_ids(self) -> tuple[str, ...]:
        """The measures in the form's order."""
        return self.form.measure_ids

    @cached_property
    def label(self) -> dict[str, str]:
        """The header of a measure as the form spells it first, else its label."""
        return {
            one.id: one.columns[0] if one.columns else one.label
            for one in self.form.measures
        }
