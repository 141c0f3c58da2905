"""From a TOML file to a Form: every key checked, and whether the parts fit together.

The schemas below are the one list that says what may be written in a form. A key that
is unknown, missing or of another type, an id that is used twice, a reference to
something that is not there, an answer that complies but cannot be given, a measure that
depends on itself and a header that means two things are each a FormError that names
file and key, told before any workbook is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple, TypeVar

from taskforce_analysis.errors import invalid_definition, nearest, unknown_name
from taskforce_analysis.forms.records import (
    KINDS,
    Attribute,
    Condition,
    Form,
    Grade,
    LegalBasis,
    Measure,
    MeasureLimit,
    Phase,
    Theme,
)
from taskforce_analysis.paragraphs import parse_provisions
from taskforce_analysis.schemas import Key, Raw, read_definition, take
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.tables import ANSWERS, WITHOUT_ANSWER
from taskforce_analysis.themes import EIGHT, common_themes

_NAMED = {
    "id": Key("text", required=True),
    "label": Key("text", required=True),
    "label_en": Key("text"),
}
PHASE_KEYS = {**_NAMED, "spellings": Key("texts")}
THEME_KEYS = {**_NAMED, "columns": Key("texts"), "common": Key("text")}
GRADE_KEYS = {**_NAMED, "spellings": Key("texts")}
ATTRIBUTE_KEYS = {
    **_NAMED,
    "columns": Key("texts", required=True),
    "type": Key("text"),
    "not_before": Key("text"),
    "choices": Key("texts"),
}
BASIS_KEYS = {
    "text": Key("text", required=True),
    "from": Key("date", name="since"),
    "to": Key("date", name="until"),
    "for": Key("texts", name="paragraphs"),
    "verified": Key("flag"),
}
CONDITION_KEYS = {
    "measure": Key("text", required=True),
    "is": Key("texts", required=True, name="answers"),
}
LIMIT_KEYS = {
    "text": Key("text"),
    "by": Key("text"),
    "from": Key("texts", name="sources"),
    "or_by": Key("texts"),
    "what": Key("text"),
}
PHASES_FROM_KEYS = {
    "attribute": Key("text", required=True),
    "by": Key("text", required=True),
}
COLUMN_KEYS = {
    "case": Key("texts", required=True),
    **{
        name: Key("texts")
        for name in ("decision", "phase", "reviewer", "cluster", "ignored", "corrected")
    },
}
MEASURE_KEYS = {
    **_NAMED,
    "label_not": Key("text"),
    "label_not_en": Key("text"),
    "columns": Key("texts"),
    "kind": Key("text"),
    "theme": Key("text"),
    "legal_basis": Key("tables"),
    "compliant": Key("texts"),
    "applies_when": Key("table"),
    "twin": Key("flag"),
    "missing_counts_as": Key("text"),
    "not_assessable_counts_as": Key("text"),
    "partly": Key("flag"),
    "target": Key("number"),
    "margin": Key("number"),
    "kind_of_rule": Key("text"),
    "scale": Key("text"),
    "codes": Key("table"),
    "of": Key("texts"),
    "from": Key("texts", name="start"),
    "to": Key("texts", name="end"),
    "limit": Key("any"),
    "rule_changed": Key("any"),
    "always_applies": Key("flag"),
    "optional": Key("flag"),
    "from_age": Key("whole"),
    "left_out": Key("texts"),
    "added": Key("text"),
    "help": Key("text"),
}
FORM_KEYS = {
    "id": Key("text", required=True),
    "title": Key("text", required=True),
    "title_en": Key("text"),
    "version": Key("text", required=True),
    "unit": Key("text", required=True),
    "columns": Key("table", required=True),
    "attributes": Key("tables"),
    "phases": Key("tables"),
    "phases_from": Key("table"),
    "themes": Key("tables"),
    "scales": Key("table"),
    "measures": Key("tables", required=True),
    "law_date": Key("text"),
    "primary": Key("texts"),
    "source": Key("text"),
    "draft": Key("flag"),
}
CHOICES = {
    "kind": KINDS,
    "missing_counts_as": ("missing", "noncompliant"),
    "not_assessable_counts_as": ("not_assessable", "noncompliant"),
    "kind_of_rule": ("guarantee", "order"),
    "type": ("text", "date"),
    "by": ("month", "quarter", "year"),
}
# What each kind of measure cannot do without, by the record's field.
NEEDS = {
    "answer": ("columns",),
    "graded": ("columns", "scale"),
    "ordered": ("columns", "scale"),
    "deadline": ("start", "end", "limit"),
    "follow_up": ("start", "end", "limit"),
    "any_of": ("of",),
    "all_of": ("of",),
}
# Where the record's field has another name than the key that a user writes.
WRITTEN_AS = {"start": "from", "end": "to"}
MOST_YEARS = 120
_LISTED = {
    "attributes": (Attribute, ATTRIBUTE_KEYS),
    "phases": (Phase, PHASE_KEYS),
    "themes": (Theme, THEME_KEYS),
}
_GROUPS = ("measures", "phases", "themes", "attributes")


Made = TypeVar("Made")


def available_forms() -> list[str]:
    """The ids of the shipped forms.

    >>> "boernehandicap" in available_forms()
    True
    """
    return sorted(path.stem for path in definitions_folder("forms").glob("*.toml"))


def load_form(form: "str | Path | Form") -> Form:
    """A shipped form by its id, or a user's own by the path of its TOML file.

    Raises UsageError for an unknown id (with the nearest), FileError for a file that
    is not there and FormError, with file and key, for one that is not valid.

    >>> load_form("boernehandicap").phase_ids
    ('analysis', 'status')
    """
    if isinstance(form, Form):
        return form
    if not isinstance(form, str | PurePath):
        raise TypeError  # told with what is taken, where the caller meets us
    text = str(form)
    if text in available_forms():
        path = definitions_folder("forms") / f"{text}.toml"
    elif text.endswith(".toml"):
        path = Path(form)
    else:
        raise unknown_name("form", text, available_forms())
    return _load(path.resolve(), path.stat().st_mtime_ns if path.is_file() else 0)


@cache
def _load(path: Path, _changed: int) -> Form:
    form = form_from(read_definition(path), file=path.name)
    measures = tuple(_located(one, path.parent) for one in form.measures)
    return replace(form, measures=measures)


def _located(measure: Measure, folder: Path) -> Measure:
    """The measure with a deadline file of the user's own found beside the form."""
    limit = measure.limit
    if not limit:
        return measure
    paths = {name: folder / name for name in limit.sources}
    found = [str(path if path.is_file() else name) for name, path in paths.items()]
    return replace(measure, limit=replace(limit, sources=tuple(found)))


def with_limits(form: Form, files: Sequence[str]) -> Form:
    """The form with these deadline files where it looks limits up by an attribute.

    The law's own duties keep the law's limits; where it has none, the files are asked.

    >>> form = with_limits(load_form("boernehandicap"), ["deadlines/herning.toml"])
    >>> form.measure("decision_in_time").limit.sources
    ('deadlines/herning.toml',)
    """
    if not files:
        return form
    own = tuple(files)
    measures = tuple(
        replace(one, limit=_limited(one.limit, own)) for one in form.measures
    )
    return replace(form, measures=measures)


def _limited(limit: MeasureLimit | None, own: tuple[str, ...]) -> MeasureLimit | None:
    if limit is None or not limit.by:
        return limit
    if limit.what == "decision":
        return replace(limit, sources=own)
    return replace(limit, local=own)


def form_from(values: Mapping[str, Raw], *, file: str) -> Form:
    """A Form from parsed TOML; `file` is the name that an error shows.

    Raises FormError, with file and key, for what is not valid.
    """
    taken = take(values, FORM_KEYS, file=file)
    columns = take(taken.pop("columns"), COLUMN_KEYS, file=file, where="columns")
    scales = {
        name: _records(Grade, GRADE_KEYS, grades, file=file, where=f"scales.{name}")
        for name, grades in taken.pop("scales", {}).items()
    }
    for name, (record, schema) in _LISTED.items():
        taken[name] = _records(
            record, schema, taken.get(name, []), file=file, where=name
        )
    if "phases_from" in taken:
        taken["phases_from"] = _record(
            dict, PHASES_FROM_KEYS, taken["phases_from"], file=file, where="phases_from"
        )
    taken["measures"] = tuple(
        _measure(one, scales, file=file, where=f"measures[{number}]")
        for number, one in enumerate(taken["measures"])
    )
    form = Form(**columns, **taken)
    _check_references(form, file)
    return form


def _record(
    record: Callable[..., Made],
    schema: Mapping[str, Key],
    row: Raw,
    *,
    file: str,
    where: str,
) -> Made:
    taken = take(row, schema, file=file, where=where)
    _check_choices(taken, file, where)
    return record(**taken)


def _records(
    record: Callable[..., Made],
    schema: Mapping[str, Key],
    rows: Raw,
    *,
    file: str,
    where: str,
) -> tuple[Made, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid_definition(file, where, "is not a list of tables")
    return tuple(
        _record(record, schema, row, file=file, where=f"{where}[{number}]")
        for number, row in enumerate(rows)
    )


def _measure(
    row: Mapping[str, Raw],
    scales: Mapping[str, tuple[Grade, ...]],
    *,
    file: str,
    where: str,
) -> Measure:
    where = f"{where} ({row['id']})" if isinstance(row.get("id"), str) else where
    taken = take(row, MEASURE_KEYS, file=file, where=where)
    _check_choices(taken, file, where)
    made = {
        key: _NESTED[key](value, file=file, where=f"{where}.{key}")
        for key, value in taken.items()
        if key in _NESTED
    }
    if "scale" in taken:
        made["scale"] = _scale(taken["scale"], scales, file=file, where=where)
    measure = Measure(**{**taken, **made, "sets_compliant": "compliant" in taken})
    for need in NEEDS[measure.kind]:
        if not getattr(measure, need):
            key = WRITTEN_AS.get(need, need)
            raise invalid_definition(file, f"{where}.{key}", "the key is missing")
    if measure.kind == "follow_up" and measure.limit and measure.limit.sources[1:]:
        finding = "a follow_up is looked up in one file"
        raise invalid_definition(file, f"{where}.limit.from", finding)
    return measure


def _legal_basis(value: Raw, *, file: str, where: str) -> tuple[LegalBasis, ...]:
    bases = _records(LegalBasis, BASIS_KEYS, value, file=file, where=where)
    for number, basis in enumerate(bases):
        if not all(parse_provisions(one) for one in basis.paragraphs):
            finding = 'is not a list of paragraphs, as in ["§ 46", "§ 47"]'
            raise invalid_definition(file, f"{where}[{number}].for", finding)
    return bases


def _condition(value: Raw, *, file: str, where: str) -> Condition:
    return _record(Condition, CONDITION_KEYS, value, file=file, where=where)


def _limit(value: Raw, *, file: str, where: str) -> MeasureLimit:
    from taskforce_analysis.deadlines.calendar import parse_limit  # loads pandas

    if isinstance(value, str):
        parse_limit(value, file=file, key=where)
        return MeasureLimit(text=value)
    if not isinstance(value, dict):
        finding = 'is neither a text such as "4 months" nor a table'
        raise invalid_definition(file, where, finding)
    limit = MeasureLimit(**take(value, LIMIT_KEYS, file=file, where=where))
    if not limit.text and not limit.sources:
        raise invalid_definition(file, where, 'needs "text", or "from" for a file')
    if limit.text:
        parse_limit(limit.text, file=file, key=f"{where}.text")
    return limit


def _rule_changes(value: Raw, *, file: str, where: str) -> tuple[date, ...]:
    rows = value if isinstance(value, list) else [value]
    parent, _, key = where.rpartition(".")
    return tuple(
        take({key: one}, {key: Key("date")}, file=file, where=parent)[key]
        for one in rows
    )


def _codes(value: Raw, **_: str) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()}


_NESTED = {
    "legal_basis": _legal_basis,
    "applies_when": _condition,
    "limit": _limit,
    "rule_changed": _rule_changes,
    "codes": _codes,
}


def _scale(
    name: str, scales: Mapping[str, tuple[Grade, ...]], *, file: str, where: str
) -> tuple[Grade, ...]:
    if name not in scales:
        near = nearest(name, scales)
        hint = f'. Nearest: "{near}"' if near else ""
        finding = f"no scale of this name under [scales]{hint}"
        raise invalid_definition(file, f"{where}.scale", finding)
    return scales[name]


def _check_choices(taken: Mapping[str, Raw], file: str, where: str) -> None:
    for key, known in CHOICES.items():
        if key in taken and taken[key] not in known:
            near = nearest(taken[key], known) or ", ".join(known)
            raise invalid_definition(file, f"{where}.{key}", f"known: {near}")


# Whether the parts of a form fit together


class _Reference(NamedTuple):
    """An id that a form uses: the key it stands at, and the list it must be in."""

    key: str
    kind: str
    id: str


def _check_references(form: Form, file: str) -> None:
    """Refuse a form whose parts do not fit; FormError names file and key."""
    groups = {name: [one.id for one in getattr(form, name)] for name in _GROUPS}
    for name, ids in groups.items():
        for one in sorted({one for one in ids if ids.count(one) > 1}):
            raise invalid_definition(file, name, f"two have the id {one}")
    if not form.phases and not form.phases_from:
        raise invalid_definition(file, "phases", "the key is missing")
    for one in _references(form):
        _check_known(one.id, groups[one.kind], one.key, file=file)
    for theme in form.themes:
        if theme.common:
            eight = [one.id for one in common_themes().values() if EIGHT in one.lists]
            _check_known(theme.common, eight, f"themes ({theme.id}).common", file=file)
    for measure in form.measures:
        _check_answers(measure, form, file)
        _check_dates(measure, form, file)
    _check_circles(form, file)
    _check_headers(form, file)
    _check_spellings(form, file)


def _references(form: Form) -> Iterator[_Reference]:
    for attribute in form.attributes:
        if attribute.not_before:
            yield _Reference("not_before", "attributes", attribute.not_before)
    for name in form.primary:
        yield _Reference("primary", "measures", name)
    if form.law_date:
        yield _Reference("law_date", "attributes", form.law_date)
    if form.phases_from:
        name = form.phases_from["attribute"]
        yield _Reference("phases_from.attribute", "attributes", name)
    for measure in form.measures:
        yield from _of_measure(measure)


def _of_measure(measure: Measure) -> Iterator[_Reference]:
    where = _where(measure)
    if measure.theme:
        yield _Reference(f"{where}.theme", "themes", measure.theme)
    for part in measure.of:
        yield _Reference(f"{where}.of", "measures", part)
    if measure.applies_when:
        other = measure.applies_when.measure
        yield _Reference(f"{where}.applies_when", "measures", other)
    if measure.limit and measure.limit.by:
        yield _Reference(f"{where}.limit.by", "attributes", measure.limit.by)


def _where(measure: Measure) -> str:
    return f"measures ({measure.id})"


def _check_known(name: str, known: Iterable[str], key: str, *, file: str) -> None:
    known = list(known)
    if name not in known:
        near = nearest(name, known)
        hint = f'. Nearest: "{near}"' if near else ""
        raise invalid_definition(file, key, f"refers to what is not there{hint}")


def _check_dates(measure: Measure, form: Form, file: str) -> None:
    """A date is named by its header; the id of an attribute is in no workbook."""
    headers = {one.id: one.columns for one in form.attributes}
    for key, names in (("from", measure.start), ("to", measure.end)):
        for name in names:
            wanted = headers.get(name, (name,))
            if name not in wanted:
                finding = f'is the id of an attribute. Write its header, "{wanted[0]}"'
                raise invalid_definition(file, f"{_where(measure)}.{key}", finding)


def _check_answers(measure: Measure, form: Form, file: str) -> None:
    where = _where(measure)
    if measure.sets_compliant:
        parts = [form.measure(part) for part in measure.of] or [measure]
        possible = [answer for part in parts for answer in _answers(part, form)]
        for answer in measure.compliant:
            _check_known(answer, possible, f"{where}.compliant", file=file)
    for answer in measure.left_out:
        grades = [grade.id for grade in measure.scale]
        _check_known(answer, grades, f"{where}.left_out", file=file)
    if measure.from_age is not None and not 0 < measure.from_age < MOST_YEARS:
        raise invalid_definition(file, f"{where}.from_age", "is no age in years")
    if measure.applies_when:
        key = f"{where}.applies_when.is"
        _check_condition(measure.applies_when, form, key, file=file)
    if measure.twin is not None and not measure.applies_when:
        finding = "is for a measure with applies_when"
        raise invalid_definition(file, f"{where}.twin", finding)
    if measure.target is not None and not 0 < measure.target <= 1:
        raise invalid_definition(file, f"{where}.target", "does not lie in (0, 1]")
    if measure.margin is not None and not 0 < measure.margin < 1:
        raise invalid_definition(file, f"{where}.margin", "does not lie in (0, 1)")


def _check_condition(asked: Condition, form: Form, key: str, *, file: str) -> None:
    # Where no answer was given, nobody knows whether the condition holds.
    other = form.measure(asked.measure)
    known = [one for one in _answers(other, form) if one not in WITHOUT_ANSWER]
    if not asked.answers:
        raise invalid_definition(file, key, f"is empty. Known: {', '.join(known)}")
    for answer in asked.answers:
        _check_known(answer, known, key, file=file)


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
