"""From a TOML file to a Form, with every key checked.

A key that is unknown, missing or of another type, an id that is used twice, and a
reference to something that is not there are each a FormError that names file and key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from taskforce_analysis.errors import (
    TaskforceError,
    invalid_definition,
    nearest,
    unknown_name,
)
from taskforce_analysis.forms.records import (
    KINDS,
    Attribute,
    Condition,
    Form,
    Grade,
    LegalBasis,
    Limit,
    Measure,
    Phase,
    Theme,
)
from taskforce_analysis.forms.references import check_references
from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder

# FOLDED forms.keys
#
# Which keys a form file may have, and the choices that some of them offer.
#
# The schemas of schemas.py for every table of a form: the one list that says what may
# be written. A key that stands here is checked for its type before anything is built.

_NAMED = {
    "id": Key("text", required=True),
    "label": Key("text", required=True),
    "label_en": Key("text"),
}
PHASE = {**_NAMED, "spellings": Key("texts")}
THEME = {**_NAMED, "columns": Key("texts")}
GRADE = {**_NAMED, "spellings": Key("texts")}
ATTRIBUTE = {
    **_NAMED,
    "columns": Key("texts", required=True),
    "type": Key("text"),
    "not_before": Key("text"),
}
BASIS = {
    "text": Key("text", required=True),
    "from": Key("date", name="since"),
    "to": Key("date", name="until"),
}
CONDITION = {
    "measure": Key("text", required=True),
    "is": Key("texts", required=True, name="answers"),
}
LIMIT = {
    "text": Key("text"),
    "by": Key("text"),
    "from": Key("texts", name="sources"),
    "or_by": Key("texts"),
    "what": Key("text"),
}
PHASES_FROM = {
    "attribute": Key("text", required=True),
    "by": Key("text", required=True),
}
COLUMNS = {
    "case": Key("texts", required=True),
    **{
        name: Key("texts")
        for name in ("decision", "phase", "reviewer", "cluster", "ignored", "corrected")
    },
}
MEASURE = {
    **_NAMED,
    "columns": Key("texts"),
    "kind": Key("text"),
    "theme": Key("text"),
    "legal_basis": Key("tables"),
    "compliant": Key("texts"),
    "applies_when": Key("table"),
    "missing_counts_as": Key("text"),
    "not_assessable_counts_as": Key("text"),
    "partly": Key("flag"),
    "target": Key("number"),
    "kind_of_rule": Key("text"),
    "scale": Key("text"),
    "codes": Key("table"),
    "of": Key("texts"),
    "from": Key("texts", name="start"),
    "to": Key("texts", name="end"),
    "limit": Key("any"),
    "rule_changed": Key("any"),
    "always_applies": Key("flag"),
    "help": Key("text"),
}
FORM = {
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


# FOLDED forms.loading
#
# From a TOML file to a Form, with every key checked.
#
# A key that is unknown, missing or of another type, an id that is used twice, and a
# reference to something that is not there are each a FormError that names file and
# key.

_LISTED = {
    "attributes": (Attribute, ATTRIBUTE),
    "phases": (Phase, PHASE),
    "themes": (Theme, THEME),
}


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
    text = str(form)
    if text in available_forms():
        path = definitions_folder("forms") / f"{text}.toml"
    elif text.endswith(".toml"):
        path = Path(form)
    else:
        raise unknown_name("form", text, available_forms())
    return _load(path.resolve(), path.stat().st_mtime_ns if path.is_file() else 0)


def is_form(path: Path) -> bool:
    """Whether a TOML file is a valid form."""
    try:
        load_form(path)
    except TaskforceError:
        return False
    return True


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

    >>> form = with_limits(load_form("boernehandicap"), ["deadlines/herning.toml"])
    >>> form.measure("decision_in_time").limit.sources
    ('deadlines/herning.toml',)
    """
    if not files:
        return form
    measures = tuple(
        replace(one, limit=replace(one.limit, sources=tuple(files), chosen=True))
        if one.kind == "deadline" and one.limit and one.limit.by
        else one
        for one in form.measures
    )
    return replace(form, measures=measures)


def form_from(values: Mapping[str, Any], *, file: str) -> Form:
    """A Form from parsed TOML; `file` is the name that an error shows.

    Raises FormError, with file and key, for what is not valid.
    """
    taken = take(values, FORM, file=file)
    columns = take(taken.pop("columns"), COLUMNS, file=file, where="columns")
    scales = {
        name: _many(Grade, GRADE, grades, file=file, where=f"scales.{name}")
        for name, grades in taken.pop("scales", {}).items()
    }
    for name, (record, schema) in _LISTED.items():
        taken[name] = _many(record, schema, taken.get(name, []), file=file, where=name)
    if "phases_from" in taken:
        taken["phases_from"] = _one(
            dict, PHASES_FROM, taken["phases_from"], file=file, where="phases_from"
        )
    taken["measures"] = tuple(
        _measure(one, scales, file=file, where=f"measures[{number}]")
        for number, one in enumerate(taken["measures"])
    )
    form = Form(**columns, **taken)
    check_references(form, file)
    return form


def _one(
    record: Any, schema: Mapping[str, Key], row: Any, *, file: str, where: str
) -> Any:
    taken = take(row, schema, file=file, where=where)
    _check_choices(taken, file, where)
    return record(**taken)


def _many(
    record: Any, schema: Mapping[str, Key], rows: Any, *, file: str, where: str
) -> tuple[Any, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid_definition(file, where, "is not a list of tables")
    return tuple(
        _one(record, schema, row, file=file, where=f"{where}[{number}]")
        for number, row in enumerate(rows)
    )


def _measure(
    row: Mapping[str, Any], scales: Mapping[str, Any], *, file: str, where: str
) -> Measure:
    where = f"{where} ({row['id']})" if isinstance(row.get("id"), str) else where
    taken = take(row, MEASURE, file=file, where=where)
    _check_choices(taken, file, where)
    made = {
        key: _PARTS[key](value, file=file, where=f"{where}.{key}")
        for key, value in taken.items()
        if key in _PARTS
    }
    if "scale" in taken:
        made["scale"] = _scale(taken["scale"], scales, file=file, where=where)
    measure = Measure(**{**taken, **made, "sets_compliant": "compliant" in taken})
    for need in NEEDS[measure.kind]:
        if not getattr(measure, need):
            key = WRITTEN_AS.get(need, need)
            raise invalid_definition(file, f"{where}.{key}", "the key is missing")
    return measure


def _legal_basis(value: Any, *, file: str, where: str) -> tuple[LegalBasis, ...]:
    return _many(LegalBasis, BASIS, value, file=file, where=where)


def _condition(value: Any, *, file: str, where: str) -> Condition:
    return _one(Condition, CONDITION, value, file=file, where=where)


def _limit(value: Any, *, file: str, where: str) -> Limit:
    if isinstance(value, str):
        return Limit(text=value)
    if not isinstance(value, dict):
        finding = 'is neither a text such as "4 months" nor a table'
        raise invalid_definition(file, where, finding)
    limit = Limit(**take(value, LIMIT, file=file, where=where))
    if not limit.text and not limit.sources:
        raise invalid_definition(file, where, 'needs "text", or "from" for a file')
    return limit


def _dates(value: Any, *, file: str, where: str) -> tuple[Any, ...]:
    rows = value if isinstance(value, list) else [value]
    parent, _, key = where.rpartition(".")
    return tuple(
        take({key: one}, {key: Key("date")}, file=file, where=parent)[key]
        for one in rows
    )


def _codes(value: Any, **_: str) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()}


_PARTS = {
    "legal_basis": _legal_basis,
    "applies_when": _condition,
    "limit": _limit,
    "rule_changed": _dates,
    "codes": _codes,
}


def _scale(name: str, scales: Mapping[str, Any], *, file: str, where: str) -> Any:
    if name not in scales:
        near = nearest(name, scales)
        hint = f'. Nearest: "{near}"' if near else ""
        finding = f"no scale of this name under [scales]{hint}"
        raise invalid_definition(file, f"{where}.scale", finding)
    return scales[name]


def _check_choices(taken: Mapping[str, Any], file: str, where: str) -> None:
    for key, known in CHOICES.items():
        if key in taken and taken[key] not in known:
            near = nearest(taken[key], known) or ", ".join(known)
            raise invalid_definition(file, f"{where}.{key}", f"known: {near}")
