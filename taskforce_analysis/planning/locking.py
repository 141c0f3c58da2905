"""A plan that is fixed before the first case is reviewed, and whether it was kept.

The plan is a measurement file with a dated part, `[locked]`, that nobody edits. The
files, dates and populations are filled in later; a report compares what was done with
what was locked and says where the two differ.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from taskforce_analysis.boundary import guarded_record
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.measurements import SELECTIONS, Measurement, check_index
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.results import Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.spelling import silent_key


@guarded_record
@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is decided before a measurement; exists to be locked.

    `form_name` is the form as the measurement file names it: an id or a TOML file.
    `bridge_cases` are numbers of cases that the next phase reviews again; `margin` is
    how much lower a rate may be and count as no worse: of every measure, or by measure.
    """

    form: Form
    form_name: str = ""
    primary: Sequence[str] = ()
    index: Sequence[str] = ()
    selection: str = "random"
    cases: int = 20
    bridge_cases: Sequence[str] = ()
    margin: float | Mapping[str, float] | None = None
    settings: Settings = field(default_factory=Settings)


def locked_plan(
    plan: Plan, *, day: date | None = None, language: "str | Language" = "da"
) -> str:
    """The measurement file's text, with the plan locked on a day; today by default.

    Raises UsageError for a measure or a selection that does not exist, for an index
    beside primary measures or of other than two to six, for a margin that is no share,
    for a plan without phases, and for a bridge case whose number looks like a CPR
    number.
    """
    _check(plan)
    day = day or date.today()  # noqa: DTZ011 - the day where the analyst sits
    words, form = load_language(language), plan.form
    told = words.word("locked.head", day=words.date(day)).splitlines()
    named = {"form": plan.form_name or form.id, "title": form.title}
    chosen = {**_deciding(plan), "bridge_cases": list(plan.bridge_cases)}
    settings = {
        "confidence": plan.settings.confidence,
        "adjustment": plan.settings.adjustment,
    }
    if plan.margin is not None and not isinstance(plan.margin, Mapping):
        chosen["margin"] = plan.margin
    phase = {"files": [], "selection": plan.selection}
    parts = [
        "".join(f"# {line}\n" for line in told) + _lines({**named, **chosen}),
        *([_table("margin", plan.margin)] if isinstance(plan.margin, Mapping) else []),
        *(_table(f"phases.{name}", phase) for name in form.phase_ids),
        _table("settings", settings),
        _table("locked", _locked(plan, day)),
        _table("locked.targets", targets_of(form)),
        _table("locked.margins", margins_of(form, Measurement(margin=plan.margin))),
    ]
    return "\n".join(parts)


def targets_of(form: Form) -> dict[str, float]:
    """The targets that a form sets, by measure; shares between 0 and 1."""
    return {
        measure.id: float(measure.target)
        for measure in form.measures
        if measure.target is not None
    }


def margins_of(form: Form, measurement: Measurement) -> dict[str, float]:
    """The margins that a form or a measurement sets, by measure; shares below 1."""
    margins = {
        one.id: measurement.margin_of(one.id, one.margin) for one in form.measures
    }
    return {name: float(one) for name, one in margins.items() if one is not None}


def departures(results: Results) -> list[str] | None:
    """In what a measurement departs from its locked plan; None without one.

    The names are form, primary, index, selection, confidence, adjustment, targets,
    cases and bridge_cases, in that order; an empty list says that the plan was kept.
    Bridge cases are kept where the very ones that were locked were reviewed in both
    phases.
    """
    locked, plan = results.measurement.locked, results.measurement
    if locked is None:
        return None
    done = {
        "form": (results.form.id, results.form.version),
        "primary": () if plan.index else plan.primary or results.form.primary,
        "index": plan.index,
        "selection": {plan.phase(name).selection for name in results.phases},
        "confidence": results.settings.confidence,
        "adjustment": results.settings.adjustment,
        "targets": targets_of(results.form),
        "margins": margins_of(results.form, plan),
        "cases": _fewest(results) >= locked.cases,
        "bridge_cases": (_keys(plan.bridge_cases), _keys(results.reviewed_again)),
    }
    planned = {
        "form": (locked.form, locked.version),
        "primary": locked.primary,
        "index": locked.index,
        "selection": {locked.selection},
        "confidence": locked.confidence,
        "adjustment": locked.adjustment,
        "targets": dict(locked.targets),
        "margins": dict(locked.margins),
        "cases": True,
        "bridge_cases": (_keys(locked.bridge_cases),) * 2,
    }
    return [name for name, value in done.items() if value != planned[name]]


def _keys(cases: Sequence[str]) -> set[str]:
    return {silent_key(case) for case in cases}


def _fewest(results: Results) -> int:
    """The cases of the phase that has fewest."""
    crude = results.tally[results.tally["basis"] == "crude"]
    # The groups of one phase add up; its measures all count the same cases.
    by_group = crude.groupby(["phase", "group"], observed=True)["cases"].max()
    return int(by_group.groupby("phase").sum().min()) if len(by_group) else 0


def _check(plan: Plan) -> None:
    for name in (*plan.primary, *plan.index):
        plan.form.measure(name)
    if plan.index:
        check_index(plan.index, plan.primary)
    margins = margins_of(plan.form, Measurement(margin=plan.margin)).values()
    if not all(0 < margin < 1 for margin in margins):
        raise wrong_use("a rate outside 0 to 1", "Give shares, as 0.4 for 40 per cent")
    if plan.selection not in SELECTIONS:
        known = ", ".join(SELECTIONS)
        raise wrong_use("no selection is called so", f"Known: {known}")
    if not plan.form.phase_ids:
        remedy = "Lock a plan for a form that names its phases"
        raise wrong_use("the form takes its phases from dates", remedy)
    if any(has_cpr(case) or is_cpr_number(case) for case in plan.bridge_cases):
        remedy = "Use the case's number in your own system"
        raise wrong_use("a bridge case looks like a CPR number", remedy)


def _deciding(plan: Plan) -> dict[str, object]:
    """What decides: the index, or the primary measures."""
    if plan.index:
        return {"index": list(plan.index)}
    return {"primary": list(plan.primary or plan.form.primary)}


def _locked(plan: Plan, day: date) -> dict[str, object]:
    return {
        "date": day,
        "form": plan.form.id,
        "version": plan.form.version,
        **_deciding(plan),
        "selection": plan.selection,
        "cases": plan.cases,
        "bridge_cases": list(plan.bridge_cases),
        "confidence": plan.settings.confidence,
        "adjustment": plan.settings.adjustment,
    }


def _table(name: str, values: Mapping[str, object]) -> str:
    return f"[{name}]\n{_lines(values)}"


def _lines(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: object) -> str:
    # A JSON text, number or list of texts is TOML as well; a date is bare.
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
