"""Under which law each answer was given, and which answers no law asked for.

The law follows the date of the decision, not the phase, and within it the paragraphs
that the case names: the same question rests on another provision in a case of another
kind. What a measure asks of a case is not applicable where none of its provisions held
for such a case on that day. The benefit that a decision names goes before its date.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from taskforce_analysis.checking.distinct_cells import TextColumn
from taskforce_analysis.checking.matrix import ABSENT, Matrix
from taskforce_analysis.checking.row_facts import BENEFIT, PARAGRAPH
from taskforce_analysis.checking.scoring import SCORE
from taskforce_analysis.checking.units import Units
from taskforce_analysis.forms import Form, LegalBasis, Measure
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.paragraphs import (
    Provision,
    days_of_benefit,
    is_changed,
    is_settled,
    law_began,
    law_title,
    parse_provisions,
    unconfirmed_facts,
    with_benefit,
)

if TYPE_CHECKING:
    import pandas as pd


_YEARS = re.compile(r"(\d{1,3}(?:[.,]\d+)?)(?: ?år)?\Z")


@dataclass(frozen=True, eq=False)
class Laws:
    """The laws of a form, and for each unit and measure which, -1 where none is known.

    Only measures whose rule stood under several laws, or changed, have any. `outside`
    says where no provision of a measure held for a unit, `unknown` where nobody can say
    whether one did.
    """

    values: tuple[str, ...]
    codes: np.ndarray
    outside: np.ndarray
    unknown: np.ndarray


class _Kind(NamedTuple):
    """What the law tells cases apart by."""

    day: date | None
    cited: tuple[Provision, ...]


class _Kinds(NamedTuple):
    """The cases that the law tells apart, by day and by what they cite.

    `number` says of each unit which of `kinds` it is.
    """

    kinds: list[_Kind]
    number: np.ndarray


def _kinds_of(form: Form, decided: np.ndarray, cited: TextColumn) -> _Kinds:
    turns = np.array(sorted(_turns(form)), dtype="datetime64[D]")
    days = decided.astype("datetime64[D]")
    # Between two turns the law is the same, and the first day stands for all.
    starts = [date.min, *turns.tolist(), None]
    part = np.searchsorted(turns, days, side="right")
    part[np.isnat(days)] = len(starts) - 1
    named = [*map(parse_provisions, cited.values), ()]  # the last where none is cited
    text = np.where(cited.codes < 0, len(named) - 1, cited.codes)
    pairs, number = np.unique(part * len(named) + text, return_inverse=True)
    each = [divmod(pair, len(named)) for pair in pairs.tolist()]
    return _Kinds([_Kind(starts[at], named[which]) for at, which in each], number)


def _turns(form: Form) -> set[date]:
    """The days from which the rule of any measure may be another than before."""
    bases = [basis for measure in form.measures for basis in measure.legal_basis]
    turns = {change for measure in form.measures for change in measure.rule_changed}
    turns |= {basis.since or law_began(basis.law) for basis in bases}
    turns |= {basis.until + timedelta(1) for basis in bases if basis.until}
    return turns - {date.min}


def laws_of(form: Form, decided: np.ndarray, cited: TextColumn) -> Laws:
    """The law of each unit's answers, by its date of decision and what it cites.

    Where that date is empty or cannot be read no law is known: no other date decides.
    """
    cases = _kinds_of(form, decided, cited)
    named: dict[int, list[str]] = {}
    outside = np.zeros((len(cases.kinds), len(form.measures)), dtype=bool)
    unknown = outside.copy()
    for column, measure in enumerate(form.measures):
        if has_several_laws(measure):
            named[column] = [law_on(measure, *kind) for kind in cases.kinds]
        if measure.legal_basis:
            held = [bool(measure.bases_on(*kind)) for kind in cases.kinds]
            unknown[:, column] = [measure.lacks_rule(*kind) for kind in cases.kinds]
            outside[:, column] = ~np.array(held, dtype=bool) & ~unknown[:, column]
    values = tuple(dict.fromkeys(law for laws in named.values() for law in laws if law))
    codes = np.full((len(decided), len(form.measures)), -1, dtype=np.int16)
    for column, laws in named.items():
        own = [values.index(law) if law else -1 for law in laws]
        codes[:, column] = np.array(own, dtype=np.int64)[cases.number]
    return Laws(values, codes, outside[cases.number], unknown[cases.number])


def without_younger(laws: Laws, form: Form, ages: TextColumn) -> Laws:
    """The laws, a measure outside them for who is younger than it is asked about.

    An age that is not there, or is no number, rules nothing out.
    """
    asked = [(at, one.from_age) for at, one in enumerate(form.measures) if one.from_age]
    texts = ages.values  # noqa: PD011
    if not asked or not texts:
        return laws
    known = np.array([*map(_years, texts), np.inf])[ages.codes]
    outside = laws.outside.copy()
    for column, least in asked:
        outside[:, column] |= known < least
    return replace(laws, outside=outside)


def _years(text: str) -> float:
    found = _YEARS.match(text)
    return float(found[1].replace(",", ".")) if found else np.inf


def has_several_laws(measure: Measure) -> bool:
    """Whether a measure's rule stood under several laws, or changed within one."""
    laws = {basis.law for basis in measure.legal_basis}
    return len(laws) > 1 or bool(laws and measure.rule_changed)


def law_on(
    measure: Measure, day: date | None, cited: tuple[Provision, ...] = ()
) -> str:
    """The law of a measure on a day, or "" where none is known.

    Where the rule changed within the law (kompensationsydelse on 1 September 2025), the
    law is named with the date from which the rule was another.
    """
    if day is None:
        return ""
    for first, last in {days_of_benefit(one.benefit) for one in cited}:
        day = min(max(day, first), last)
    law = _law(measure, day, cited)
    changes = [
        change
        for change in measure.rule_changed
        if change <= day
        and is_changed(change, cited)
        and _law(measure, change - timedelta(days=1), cited) == law
    ]
    return f"{law} {max(changes).isoformat()}" if law and changes else law


def _law(measure: Measure, day: date, cited: tuple[Provision, ...]) -> str:
    valid = [basis.law for basis in measure.bases_on(day, cited)]
    return valid[0] if valid else ""


def without_law(
    matrix: Matrix, timed: Mapping[str, np.ndarray], *, applied: AppliedForm, laws: Laws
) -> tuple[Matrix, dict[str, np.ndarray]]:
    """The answers and deadline scores, what no law asked for as not applicable.

    What is answered where the rule is not known is not assessable. A deadline says so
    itself, by its own rules.
    """
    matrix, scores = replace(matrix, answers=matrix.answers.copy()), dict(timed)
    answers = matrix.answers
    asked = laws.outside & (answers != ABSENT)
    unsure = laws.unknown & _answered(matrix, applied)
    answers[asked] = applied.answers.index("not_applicable")
    answers[unsure] = applied.answers.index("not_assessable")
    for name, own in timed.items():
        outside = laws.outside[:, applied.measure_ids.index(name)] & (own != ABSENT)
        scores[name] = np.where(outside, SCORE["not_applicable"], own)
    return matrix, scores


def note_outside(
    matrix: Matrix, units: Units, laws: Laws, *, applied: AppliedForm, notes: Notes
) -> None:
    """Note, by phase and measure, the answers that no law, or no known one, asked."""
    phases = np.array(units.phase, dtype=object)
    for code, which in (
        ("MEASURE_OUTSIDE_LAW", laws.outside),
        ("RULE_MISSING", laws.unknown),
    ):
        if not which.any():
            continue
        odd = which & _answered(matrix, applied)
        for phase in dict.fromkeys(units.phase):
            counts = odd[phases == phase].sum(axis=0)
            for column in np.flatnonzero(counts).tolist():
                notes.add(
                    code,
                    phase=phase,
                    measure=applied.measure_ids[column],
                    count=int(counts[column]),
                )


def _answered(matrix: Matrix, applied: AppliedForm) -> np.ndarray:
    silent = [applied.answers.index(name) for name in ("missing", "not_applicable")]
    says = np.ones(len(applied.answers) + 1, dtype=bool)
    says[[*silent, ABSENT]] = False  # what is not asked is the last
    return says[matrix.answers]


def with_bases_of(
    form: Form,
    answers: "pd.DataFrame",
    measured: Mapping[str, date | None] = MappingProxyType({}),
) -> Form:
    """The form with the provisions only that were the law of some case in the answers.

    What a report may cite: by the dates of decision and the paragraphs that the data
    hold. A measure that was the law of none of them cites nothing. A case that is not
    decided is under the law of the day on which its phase was `measured`, or else of
    the phase's last decision.
    """
    if not len(answers):
        return form
    kinds = _kinds_in(form, answers, measured)
    measures = tuple(
        replace(one, legal_basis=_held(one, kinds)) for one in form.measures
    )
    return replace(form, measures=measures)


def unconfirmed_in(
    form: Form,
    answers: "pd.DataFrame",
    measured: Mapping[str, date | None] = MappingProxyType({}),
) -> tuple[str, ...]:
    """The provisions, limits and facts that the answers lean on, none confirmed."""
    asked = set(answers["measure"])
    measures = [one for one in form.measures if one.id in asked]
    kinds = _kinds_in(form, answers, measured)
    bases = [
        basis.cited
        for measure in measures
        for basis in _held(measure, kinds)
        if not basis.verified
    ]
    rules = [rule for one in measures for rule in _unconfirmed_rules(one, kinds)]
    own = [_with_own_law(kind, form) for kind in kinds]
    facts = [
        one.label
        for one in unconfirmed_facts()
        if any(
            one.is_for(*kind) and (not one.bases or _rests(measures, one.bases, kind))
            for kind in own
        )
    ]
    return tuple(dict.fromkeys([*bases, *rules, *facts]))


def _rests(measures: list[Measure], bases: tuple[str, ...], kind: _Kind) -> bool:
    """Whether a measure has one of these provisions on the day of a case."""
    return any(
        basis.text in bases and (kind.day is None or basis.holds_on(kind.day))
        for measure in measures
        for basis in measure.legal_basis
    )


def _with_own_law(kind: _Kind, form: Form) -> _Kind:
    """The case with the form's law of its day where a paragraph does not say one.

    What that law does not have is of the law before: § 41 in 2024.
    """
    held = [
        law
        for law, first, last in form.law_days
        if kind.day and first <= kind.day <= last
    ]
    if len(held) != 1:
        return kind
    filled = [replace(one, law=one.law or held[0]) for one in kind.cited]
    pairs = zip(kind.cited, filled, strict=True)
    return kind._replace(
        cited=tuple(new if is_settled(new) else one for one, new in pairs)
    )


def _unconfirmed_rules(measure: Measure, kinds: list[_Kind]) -> Iterator[str]:
    """The rules of a deadline file that some case is judged by, by what they say."""
    from taskforce_analysis.deadlines import load_deadlines

    if measure.limit is None:
        return
    for name in measure.limit.sources:
        for rule in load_deadlines(name).rules:
            in_use = any(rule.is_for(measure.limit.what, *kind) for kind in kinds)
            if in_use and not rule.verified:
                named = ", ".join(rule.paragraphs)
                provision = rule.provision or f"{law_title(rule.law)} {named}".strip()
                yield f"{provision}: {rule.label}"


def _kinds_in(
    form: Form, answers: "pd.DataFrame", measured: Mapping[str, date | None]
) -> list[_Kind]:
    names = ["phase", form.law_date, PARAGRAPH, BENEFIT]
    cases = answers[[one for one in names if one in answers]]
    cases = cases.drop_duplicates().astype(object)
    texts = cases.where(cases.notna(), "")
    columns = [[*texts[one]] if one in texts else [""] * len(texts) for one in names]
    rows = list(zip(*columns, strict=True))
    last: dict[str, str] = {}
    for phase, day, *_ in rows:
        last[phase] = max(last.get(phase, ""), day)
    found = {}
    for phase, day, paragraph, benefit in rows:
        decided = date.fromisoformat(day or last[phase]) if day or last[phase] else None
        own = decided if day else measured.get(phase) or decided
        found[_Kind(own, parse_provisions(with_benefit(paragraph, benefit)))] = None
    return list(found)


def _held(measure: Measure, kinds: list[_Kind]) -> tuple[LegalBasis, ...]:
    held = {basis for kind in kinds for basis in measure.bases_on(*kind)}
    return tuple(basis for basis in measure.legal_basis if basis in held)


def note_mixed_laws(laws: Laws, units: Units, notes: Notes) -> None:
    """Note each phase whose cases were decided under more than one law.

    Where every phase has one law, but not the same, that is noted without a phase.
    """
    phases = np.array(units.phase, dtype=object)
    of_unit = laws.codes.max(axis=1, initial=-1)
    mixed = [
        phase
        for phase in dict.fromkeys(units.phase)
        if len(np.unique(_known(of_unit[phases == phase]))) > 1
    ]
    if not mixed and len(np.unique(_known(of_unit))) > 1:
        _note(laws, _known(of_unit), notes)
    for phase in mixed:
        _note(laws, _known(of_unit[phases == phase]), notes, phase=phase)


def _known(codes: np.ndarray) -> np.ndarray:
    return codes[codes >= 0]


def _note(
    laws: Laws, codes: np.ndarray, notes: Notes, *, phase: str | None = None
) -> None:
    found, counts = np.unique(codes, return_counts=True)
    said = [
        f"{laws.values[one]} {count}"  # noqa: PD011
        for one, count in zip(found.tolist(), counts.tolist(), strict=True)
    ]
    notes.add("LAW_MIXED", phase=phase, count=int(counts.min()), found=", ".join(said))
