"""The commands about workbooks as they are: check, gather, merge and diff.

`check` says what is odd about them; `gather` keeps the answers of many in one file;
`merge` lists where two reviewers disagree; `diff` says which answers differ between
two versions of a workbook.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.preparing import Named, prepare_files, workbooks_of
from taskforce_analysis.errors import shown_name, wrong_use
from taskforce_analysis.issues import ON_RECORD
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from taskforce_analysis.forms import Form
    from taskforce_analysis.issues import Issue
    from taskforce_analysis.results import Prepared

SETTLED_HERE = "REVIEW_DISAGREES"  # what the list of `merge` is there to settle


def check(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    as_json: use.Json = False,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    annotate: use.Annotate = None,
) -> int:
    """Read and check, and say what is odd; tally only what has no errors."""
    from taskforce_analysis.issues import fold, issues_table, worth_reading
    from taskforce_analysis.results.running import plan_issues
    from taskforce_analysis.tallying import (
        changed_limit_issues,
        changed_limits,
        tally,
        tally_issues,
    )
    from taskforce_analysis.writing.json import contract

    with terminal.while_reading(context.obj, quiet=as_json) as begin:
        named = Named(files=files, form=form, layout=layout, phase=phase)
        prepared = prepare_files(named, begin=begin)
    found, tallied = [*prepared.found, *plan_issues(prepared)], None
    changed = ()
    if force or not prepared.has_errors:
        checked = prepared.checked
        tallied = tally(checked.answers, prepared.form, counts=checked.counts)
        found += tally_issues(tallied)
        changed = changed_limits(checked.answers, prepared.form)
        found += changed_limit_issues(changed)
    if annotate:
        _annotate(files, prepared, annotate, words=context.obj)
    table = issues_table(fold(found))
    if as_json:
        terminal.say_json(contract(prepared, tally=tallied, issues=table))
    else:
        said = worth_reading(table, publish=prepared.settings.publish)
        terminal.say_prepared(prepared, said, context.obj)
        terminal.say_changed_limits(changed, prepared.form, context.obj)
    return int(prepared.has_errors)


def _annotate(
    files: list[str], prepared: "Prepared", out: Path, *, words: Language
) -> None:
    from taskforce_analysis.planning.annotating import annotate

    paths = workbooks_of(files)
    if len(paths) != 1:
        raise wrong_use("a marked copy is made of one workbook", "Name one file")
    annotate(paths[0], prepared.found, out, language=words)


def gather(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    out: use.OutFile = Path("landet.parquet"),
) -> int:
    """Read and check many workbooks, and keep their answers in one .parquet file."""
    from taskforce_analysis.issues import fold, issues_table
    from taskforce_analysis.writing.parquet import to_parquet

    with terminal.while_reading(context.obj) as begin:
        named = Named(files=files, form=form, layout=layout, phase=phase)
        prepared = prepare_files(named, begin=begin)
    table = issues_table(fold(prepared.found))
    terminal.say_prepared(prepared, table, context.obj)
    if prepared.has_errors and not force:
        return 1
    terminal.say_written([to_parquet(prepared, out)], context.obj)
    return int(prepared.has_errors)


def merge(
    context: typer.Context,
    files: use.Files,
    *,
    form: use.Form = None,
    phase: use.PhaseOf = None,
    out: use.OutFile = Path("konsensus.xlsx"),
) -> int:
    """List where two reviewers' workbooks disagree; a settled list closes it.

    The first two files are the reviewers'; a third is a list that has been settled.
    """
    from taskforce_analysis.agreeing import disagreements
    from taskforce_analysis.planning.settling import settling_workbook

    if len(files) < 2:
        raise wrong_use("two reviewers have two workbooks", "Name both files")
    whose = {str(shown_name(name)): name for name in files[:2]}
    prepared = prepare_files(
        Named(files=files, form=form, phase=phase, reviewers=whose)
    )
    if any(i.severity == "error" and i.code != SETTLED_HERE for i in prepared.found):
        terminal.say_prepared(prepared, prepared.issues, context.obj)
        return 1
    left = disagreements(prepared.checked.reviews)
    content = settling_workbook(left, prepared.form, language=context.obj)
    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    terminal.say(context.obj.word("merge.left", count=len(left)))
    terminal.say_written([out], context.obj)
    return 0


def diff(
    context: typer.Context,
    *,
    old: use.Old,
    new: use.New,
    form: use.Form = None,
    as_json: use.Json = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Say which answers differ between two versions of a workbook."""
    from taskforce_analysis.differing import differ, replaced_ids

    former = Named(files=[old], form=form, layout=layout, phase=phase)
    first = prepare_files(former)
    second = prepare_files(replace(former, files=[new], form=form or first.form.id))
    found = differ(first.checked.answers, second.checked.answers)
    if as_json:
        from taskforce_analysis.writing.json import json_rows

        content = {"version": 1, "form": first.form.id, "changes": json_rows(found)}
        terminal.say_json(content)
    else:
        replaced = max(replaced_ids(one.checked.answers) for one in (first, second))
        _say_changes(found, second.form, words=context.obj, replaced=replaced)
        _say_decided(second.found, second.form, words=context.obj)
    return int(first.has_errors or second.has_errors)


def _say_changes(
    found: "pd.DataFrame", form: "Form", *, words: Language, replaced: int
) -> None:
    if not len(found):
        terminal.say(words.word("diff.same"))
    from taskforce_analysis.tables import rows_of

    for row in rows_of(found[found["change"] == "changed"], Changed):
        terminal.say(_changed(row, form, words))
    for kind in ("added", "gone"):
        rows = found[found["change"] == kind]
        for case, count in rows.groupby("unit_id", sort=False).size().items():
            terminal.say(words.word(f"diff.{kind}", case=case, count=count))
    if len(found):
        cases = found["unit_id"].nunique()
        terminal.say(words.word("diff.count", number=len(found), cases=cases))
    if replaced:
        terminal.say(words.word("diff.replaced", number=replaced))


def _say_decided(found: "Sequence[Issue]", form: "Form", *, words: Language) -> None:
    """Of the new version: what was left out or corrected on the record, and why."""
    for one in found:
        if one.code in ON_RECORD:
            label = words.label(form.measure(one.measure)) if one.measure else ""
            place = ", ".join(filter(None, (one.case_id, label)))
            kind = one.code.lower()
            terminal.say(words.word(f"diff.{kind}", place=place, why=one.found or ""))


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of `differing.changes`, of an answer that both versions have."""

    unit_id: str
    measure: str
    answer_old: str
    answer_new: str
    score_old: str
    score_new: str
    days_old: object
    days_new: object
    cell_new: object


def _changed(row: Changed, form: "Form", words: Language) -> str:
    days = (_day(row.days_old, words), _day(row.days_new, words))
    told = words.word("diff.days", old=days[0], new=days[1])
    measure = form.measure(row.measure)
    grades = {grade.id: words.label(grade) for grade in measure.scale}
    return words.word(
        "diff.changed",
        case=row.unit_id,
        measure=words.label(measure),
        old=grades.get(row.answer_old) or _word(words, f"answer.{row.answer_old}"),
        new=grades.get(row.answer_new) or _word(words, f"answer.{row.answer_new}"),
        place=_place(row.cell_new, words),
        score_old=_word(words, f"score.{row.score_old}"),
        score_new=_word(words, f"score.{row.score_new}"),
        days=told if days[0] != days[1] else "",
    )


def _word(words: Language, key: str) -> str:
    return words.word(key) if words.has(key) else key.rpartition(".")[2]


def _place(cell: object, words: Language) -> str:
    """The cell in brackets; an answer that was computed has none."""
    return words.word("diff.cell", cell=cell) if isinstance(cell, str) and cell else ""


def _day(value: object, words: Language) -> str:
    # <NA> has no truth value and is not equal to itself.
    return (
        words.number(int(str(value))) if str(value).isdigit() else words.word("no_rate")
    )
