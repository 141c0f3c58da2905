"""Whether the parts of a form fit together, told before any workbook is read.

Ids are used once, references lead somewhere, no measure depends on itself, an answer
that complies is one that can be given, and no header means two things. Each breach is
a FormError that names file and key.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from taskforce_analysis.errors import invalid_definition, nearest
from taskforce_analysis.forms.records import Form, Measure
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.tables import ANSWERS

_GROUPS = ("measures", "phases", "themes", "attributes")


class Reference(NamedTuple):
    """An id that a form uses: the key it stands at, and the list it must be in."""

    key: str
    kind: str
    id: str


def check_references(form: Form, file: str) -> None:
    """Refuse a form whose parts do not fit; FormError names file and key."""
    groups = {name: [one.id for one in getattr(form, name)] for name in _GROUPS}
    for name, ids in groups.items():
        for one in sorted({one for one in ids if ids.count(one) > 1}):
            raise invalid_definition(file, name, f"two have the id {one}")
    if not form.phases and not form.phases_from:
        raise invalid_definition(file, "phases", "the key is missing")
    for one in _references(form):
        _known(one.id, groups[one.kind], one.key, file=file)
    for measure in form.measures:
        _check_answers(measure, form, file)
    _check_circles(form, file)
    _check_headers(form, file)
    _check_spellings(form, file)


def _references(form: Form) -> Iterator[Reference]:
    for attribute in form.attributes:
        if attribute.not_before:
            yield Reference("not_before", "attributes", attribute.not_before)
    for name in form.primary:
        yield Reference("primary", "measures", name)
    if form.law_date:
        yield Reference("law_date", "attributes", form.law_date)
    if form.phases_from:
        name = form.phases_from["attribute"]
        yield Reference("phases_from.attribute", "attributes", name)
    for measure in form.measures:
        yield from _of_measure(measure)


def _of_measure(measure: Measure) -> Iterator[Reference]:
    where = _where(measure)
    if measure.theme:
        yield Reference(f"{where}.theme", "themes", measure.theme)
    for part in measure.of:
        yield Reference(f"{where}.of", "measures", part)
    if measure.applies_when:
        other = measure.applies_when.measure
        yield Reference(f"{where}.applies_when", "measures", other)
    if measure.limit and measure.limit.by:
        yield Reference(f"{where}.limit.by", "attributes", measure.limit.by)


def _where(measure: Measure) -> str:
    return f"measures ({measure.id})"


def _known(name: str, known: Iterable[str], key: str, *, file: str) -> None:
    known = list(known)
    if name not in known:
        near = nearest(name, known)
        hint = f'. Nearest: "{near}"' if near else ""
        raise invalid_definition(file, key, f"refers to what is not there{hint}")


def _check_answers(measure: Measure, form: Form, file: str) -> None:
    where = _where(measure)
    if measure.sets_compliant:
        parts = [form.measure(part) for part in measure.of] or [measure]
        possible = [answer for part in parts for answer in _answers(part, form)]
        for answer in measure.compliant:
            _known(answer, possible, f"{where}.compliant", file=file)
    if measure.applies_when:
        other = form.measure(measure.applies_when.measure)
        for answer in measure.applies_when.answers:
            key = f"{where}.applies_when.is"
            _known(answer, _answers(other, form), key, file=file)
    if measure.target is not None and not 0 < measure.target <= 1:
        raise invalid_definition(file, f"{where}.target", "does not lie in (0, 1]")


def _answers(measure: Measure, form: Form) -> list[str]:
    """What can be answered to a measure; a composite has the answers of its parts."""
    parts = [answer for name in measure.of for answer in _grades(form.measure(name))]
    return [*_grades(measure), *parts]


def _grades(measure: Measure) -> list[str]:
    return [grade.id for grade in measure.scale] or list(ANSWERS)


def _check_circles(form: Form, file: str) -> None:
    leads_to = {
        measure.id: {
            *measure.of,
            *([measure.applies_when.measure] if measure.applies_when else []),
        }
        for measure in form.measures
    }
    for name in leads_to:
        if name in _reached(name, leads_to):
            finding = "depends on itself, by of or applies_when"
            raise invalid_definition(file, _where(form.measure(name)), finding)


def _reached(name: str, leads_to: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(leads_to[name])
    while waiting:
        one = waiting.pop()
        reached.add(one)
        waiting |= leads_to[one] - reached
    return reached


def _check_headers(form: Form, file: str) -> None:
    """A header may mean two measures only under two themes, which part them."""
    taken: dict[tuple[str, str], str] = {}
    for measure in form.measures:
        for column in measure.columns:
            place = (silent_key(column), measure.theme)
            if taken.setdefault(place, measure.id) != measure.id:
                finding = f"a header that {taken[place]} has too"
                key = f"{_where(measure)}.columns"
                raise invalid_definition(file, key, finding)


def _check_spellings(form: Form, file: str) -> None:
    taken: dict[str, str] = {}
    for phase in form.phases:
        for spelling in (phase.label, *phase.spellings):
            if taken.setdefault(silent_key(spelling), phase.id) != phase.id:
                key = f"phases ({phase.id}).spellings"
                raise invalid_definition(file, key, "another phase has the same one")
