"""The whole chain in one call: read, check, tally, compare.

Every file is read and every problem collected before anyone complains. With issues of
severity error nothing is computed, unless the user forces it: then what could not be
read is counted as unrecognised and stays visible.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.agreeing import Bridges, agree, find_bridges
from taskforce_analysis.checking.laws import unconfirmed_in, with_bases_of
from taskforce_analysis.comparing import (
    chance_findings,
    compare,
    comparison_issues,
    index_issues,
    strata_issues,
)
from taskforce_analysis.errors import DataError, unknown_name, wrong_use
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import ERROR, Issue, fold, issues_table
from taskforce_analysis.measurements import Correction, Exclusion, Measurement
from taskforce_analysis.privacy import has_cpr, is_cpr_number
from taskforce_analysis.reading.given import Given
from taskforce_analysis.results.correcting import phase_named
from taskforce_analysis.results.preparing import prepare
from taskforce_analysis.results.records import Prepared, Results
from taskforce_analysis.settings import Settings
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.summarising import summarise
from taskforce_analysis.tables import as_texts, names_in, with_groups
from taskforce_analysis.tallying import (
    changed_limit_issues,
    changed_limits,
    distribution,
    durations,
    tally,
    tally_issues,
    with_stocks,
)

if TYPE_CHECKING:
    import pandas as pd
    from narwhals.typing import IntoFrame


def run(
    *files: Given,
    form: str | Path | Form | None = None,
    measurement: str | Path | Measurement | None = None,
    settings: Settings | None = None,
    phases: Mapping[str, str] | None = None,
    phase: str | None = None,
    case: str | None = None,
    exclude: Exclusion | Iterable[Exclusion | Sequence[str]] = (),
    corrections: Correction | Iterable[Correction] = (),
    before: str | None = None,
    after: str | None = None,
    by: str | Sequence[str] = (),
    layout: str | None = None,
    force: bool = False,
) -> Results:
    """The comparison of two phases from their workbooks.

    `files` are paths, folders, open files with a name, a maaling.toml, tables in memory
    (pandas, Polars, PyArrow, DuckDB), or lists of these. Two tables without a column of
    phases are before and after; their index is read where it has a name. `form` is a
    shipped form's id, a TOML file, a Form or "draft", which drafts one as `draft_form`
    does; left out, it is matched by the headers.
    `measurement` is a maaling.toml, which may name files and form. `phases` gives the
    phase of a file by its name where the workbook does not say; `phase` and `case` name
    the columns of phases and cases where the form does not. `exclude` leaves cases out,
    as (file or phase, case), and `corrections` are answers that count instead of the
    workbooks'; both are told in every output. `by` names attributes to
    make groups of. Raises FileError when nothing can be read and DataError, with the
    issues table in it, when there are issues of severity error; `force` goes on and
    counts what could not be read as unrecognised.

    >>> from taskforce_analysis.shipped import data_folder
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> results.before, results.after
    ('analysis', 'status')

    >>> import pandas as pd
    >>> before = pd.DataFrame({"case_id": [1, 2], "child_interview": ["yes", "no"]})
    >>> after = before.assign(child_interview="yes")
    >>> results = run(before, after, form="boernehandicap", force=True)
    >>> results.tally.query("measure == 'child_interview'")["compliant"].tolist()
    [1, 2]
    """
    prepared = prepare(
        *files,
        form=form,
        measurement=measurement,
        settings=settings,
        phases=phases,
        phase=phase,
        case=case,
        exclude=exclude,
        corrections=corrections,
        layout=layout,
    )
    return compare_prepared(prepared, before=before, after=after, by=by, force=force)


def compare_prepared(
    prepared: Prepared,
    *,
    before: str | None = None,
    after: str | None = None,
    by: str | Sequence[str] = (),
    force: bool = False,
) -> Results:
    """Tally and compare what was prepared; DataError as in `run`."""
    prepared = replace(prepared, found=prepared.found + _phase_issues(prepared))
    if prepared.has_errors and not force:
        found = (*prepared.found, *plan_issues(prepared))
        raise _data_error(found, prepared.form)
    asked = tuple(_attribute_named(name, prepared) for name in names_in(by))
    settings = replace(prepared.settings, by=asked or prepared.settings.by)
    choices = replace(prepared.choices, forced=force)
    prepared = replace(prepared, settings=settings, choices=choices)
    prepared = _in_groups(prepared)
    tallied = _tallied(prepared)
    phases = _phases_of(tallied, prepared.form)
    before, after = _compared(phases, prepared.form, before=before, after=after)
    bridges, pair = _bridges(prepared, before, after), (before, after)
    counted = _without_bridges(prepared, bridges)
    is_told = not bridges.cases and pair == (phases[0], phases[-1])
    return _results(
        counted,
        tallied if is_told else _tallied(counted, pair),
        phases=phases,
        bridges=bridges,
        before=before,
        after=after,
    )


def _attribute_named(name: str, prepared: Prepared) -> str:
    """An attribute's id by its id, its label or its header; UsageError for another."""
    attributes = prepared.form.attributes
    known = {
        silent_key(said): one.id
        for one in attributes
        for said in (*one.columns, one.label_en, one.label, one.id)
    }
    found = known.get(silent_key(name), name)
    held = prepared.checked.answers.columns
    if prepared.frame is None and found not in held:  # else its engine is asked
        raise unknown_name("attribute", name, [one.id for one in attributes])
    return found


def _in_groups(prepared: Prepared) -> Prepared:
    """The same with the groups that the settings ask for; all that follows reads them.

    Answers that stay in their engine are told of their groups there.
    """
    by, checked, frame = prepared.settings.by, prepared.checked, prepared.frame
    answers = with_groups(as_texts(checked.answers), by)
    checked = replace(checked, answers=answers)
    frame = None if frame is None else with_groups(frame, by)
    return replace(prepared, checked=checked, frame=frame)


def _counting(settings: Settings) -> Settings:
    """The settings for answers that have their groups already."""
    return replace(settings, by=())


def _tallied(prepared: Prepared, pair: tuple[str, str] | None = None) -> "pd.DataFrame":
    return tally(
        _answers_of(prepared),
        prepared.form,
        counts=prepared.checked.counts,
        settings=_counting(prepared.settings),
        pair=pair,
    )


def _answers_of(prepared: Prepared) -> "IntoFrame":
    """The answers to count: in their engine, or as they were taken in."""
    return prepared.checked.answers if prepared.frame is None else prepared.frame


def _bridges(prepared: Prepared, before: str, after: str) -> Bridges:
    twice = {
        (issue.phase or "", silent_key(issue.case_id or ""))
        for issue in prepared.found
        if issue.code == "CASE_DUPLICATE"
    }
    return find_bridges(
        prepared.checked.answers,
        prepared.form,
        prepared.measurement.bridge_cases,
        before=before,
        after=after,
        twice=twice,
    )


def _without_bridges(prepared: Prepared, bridges: Bridges) -> Prepared:
    # A case that is reviewed again tells whether the yardstick has moved; it is no
    # case of the later phase.
    checked, found = prepared.checked, (*prepared.found, *_bridge_issues(bridges))
    if len(bridges.again):
        checked = replace(checked, answers=checked.answers.drop(bridges.again))
    return replace(prepared, checked=checked, found=found)


def _bridge_issues(bridges: Bridges) -> list[Issue]:
    """BRIDGE_MISSING: a case that the plan says is reviewed again, and was not."""
    return [
        Issue(
            "BRIDGE_MISSING",
            case_id=None if _is_cpr(one.case) else one.case,
            phase=one.phase or None,
        )
        for one in bridges.lacking
    ]


def _is_cpr(case: str) -> bool:
    return has_cpr(case) or is_cpr_number(case)


def plan_issues(prepared: Prepared) -> list[Issue]:
    """What a plan promises and the workbooks of two phases do not hold.

    Empty for one phase alone: what the other holds is not known then.
    """
    phases = _phases_read(prepared)
    if len(phases) < 2:
        return []
    return _bridge_issues(_bridges(prepared, phases[0], phases[-1]))


def _results(
    prepared: Prepared,
    tallied: "pd.DataFrame",
    *,
    phases: tuple[str, ...],
    bridges: Bridges,
    before: str,
    after: str,
) -> Results:
    """Everything that is computed of what was prepared, bridge cases left out."""
    form, settings, plan = prepared.form, prepared.settings, prepared.measurement
    answers, rows = prepared.checked.answers, _answers_of(prepared)
    pair = {"before": before, "after": after}
    counting = _counting(settings)
    summary = summarise(answers, form, **pair, settings=counting, measurement=plan)
    changed = changed_limits(rows, form, before=before, after=after)
    compared = compare(
        tallied,
        form,
        **pair,
        settings=counting,
        measurement=plan,
        answers=answers,
        changed=changed,
    )
    shifts = comparison_issues(
        tallied, form, **pair, settings=counting, answers=answers
    )
    shifts += [*strata_issues(compared, answers, settings), *index_issues(compared)]
    told = {one.measure for one in summary.found if one.code == "LIMIT_DIFFERS"}
    moved = [one for one in changed_limit_issues(changed) if one.measure not in told]
    told_of = tally_issues(tallied)
    found = [*prepared.found, *told_of, *shifts, *moved, *summary.found]
    days = {name: one.measured for name, one in plan.phases.items()}
    cited = with_bases_of(form, answers, days)
    return Results(
        form=cited,
        unconfirmed=unconfirmed_in(form, answers, days),
        form_was_matched=prepared.form_was_matched,
        measurement=plan,
        settings=settings,
        sources=prepared.sources,
        choices=prepared.choices,
        recommendations=prepared.recommendations,
        recommended_in=prepared.recommended_in,
        phases=phases,
        before=before,
        after=after,
        answers=answers,
        agreed=agree(prepared.checked.reviews, form),
        bridged=agree(bridges.reviews, form),
        reviewed_again=bridges.cases,
        tally=with_stocks(tallied, plan),
        comparison=compared,
        changed_limits=changed,
        chance_findings=chance_findings(compared),
        days=summary.days,
        limits=summary.limits,
        overdue=summary.overdue,
        distribution=distribution(rows),
        durations=durations(rows),
        issues=issues_table(fold(found)),
        issue_cells=issues_table(found),
    )


def _data_error(found: Iterable[Issue], form: Form) -> DataError:
    """The error that carries the issues table; its text counts, and quotes nothing."""
    table = issues_table(fold(found))
    errors = table[table["severity"] == ERROR]
    first = errors.iloc[0]
    place = ", ".join(str(x) for x in first[["file", "sheet", "cell"]].dropna())
    told = f"{first['code']} ({place})" if place else str(first["code"])
    several = f"{len(errors)} issues must be corrected first; the first is {told}"
    one = f"1 issue must be corrected first: {told}"
    found_in = "All stand in the error's .issues"
    message = f"{several if len(errors) > 1 else one}. {found_in}"
    code = str(first["code"])
    return DataError(message, code=code, issues=table, form=form)


def _phases_of(tallied: "pd.DataFrame", form: Form) -> tuple[str, ...]:
    """The phases that the data hold, in the form's order in time."""
    return _in_time(set(tallied["phase"]), form)


def _in_time(present: set[str], form: Form) -> tuple[str, ...]:
    known = form.phase_ids or tuple(sorted(present))
    return tuple(phase for phase in known if phase in present)


def _compared(
    phases: tuple[str, ...], form: Form, *, before: str | None, after: str | None
) -> tuple[str, str]:
    known = form.phase_ids or phases
    before, after = (name and phase_named(name, form) for name in (before, after))
    for name in (before, after):
        if name is not None and name not in known:
            raise wrong_use(f'there is no phase "{name}"', f"Known: {', '.join(known)}")
    ends = list(phases if len(phases) > 1 else known)
    return before or ends[0], after or ends[-1]


def _phases_read(prepared: Prepared) -> tuple[str, ...]:
    checked = prepared.checked
    present = {*checked.answers["phase"], *checked.counts["phase"]}
    return _in_time(present, prepared.form)


def _phase_issues(prepared: Prepared) -> tuple[Issue, ...]:
    if prepared.frame is not None:
        return ()
    present = set(_phases_read(prepared))
    if prepared.has_errors or len(present) > 1:
        return ()
    if present:
        return (Issue("PHASE_ONLY_ONE", phase=str(present.pop())),)
    return (Issue("NO_CASES"),)
