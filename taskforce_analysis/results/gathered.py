"""Answers that were gathered and checked before, instead of workbooks.

Some hundred thousand are simply taken in, and everything is computed as from the
workbooks themselves. More stay where they lie and are counted there; what needs single
answers (pairs, strata, clusters, the two readings of delvist, days) is then left out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskforce_analysis import tables
from taskforce_analysis.checking import Checked, LayoutFound
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form, load_form
from taskforce_analysis.issues import Issue
from taskforce_analysis.reading.frames import is_url, open_stored, stored_name
from taskforce_analysis.results.covering import Covered, cover
from taskforce_analysis.results.records import Source

if TYPE_CHECKING:
    import pandas as pd

TAKEN_IN = 2_000_000
NEEDED = ("phase", "measure", "score")


@dataclass(frozen=True, eq=False)
class Gathered:
    """Stored answers by a form; `frame` is the engine's, or None when taken in."""

    form: Form
    form_was_matched: bool
    checked: Checked
    source: Source
    found: tuple[Issue, ...] = ()
    frame: Any = None


def gather_stored(
    names: Sequence[str | Path], form: str | Path | Form | None
) -> Gathered:
    """The one stored table that is named; UsageError when it holds no answers."""
    if len(names) != 1:
        raise wrong_use("stored answers stand with other files", "Name them alone")
    relation, shown = open_stored(names[0]), stored_name(names[0])
    lacking = [name for name in NEEDED if name not in relation.columns]
    if lacking:
        finding = f"{shown} has no column {', '.join(lacking)}"
        raise wrong_use(finding, "Make it with taskforce gather")
    known = load_form(form or _form_in(relation))
    rows = relation.aggregate("count(*) as number").fetchall()[0][0]
    is_large = rows > TAKEN_IN
    taken = Covered(_empty(known), ())
    if not is_large:
        taken = _taken_in(relation, known, shown)
    answers = taken.answers
    layout = LayoutFound(shown, (), (), "long", answers["unit_id"].nunique())
    return Gathered(
        form=known,
        form_was_matched=not form,
        checked=_checked(answers, layout),
        source=_source(names[0], layout),
        found=taken.found,
        frame=relation if is_large else None,
    )


def _form_in(relation: Any) -> str:
    if "form" in relation.columns:
        found = relation.project("form").distinct().limit(2).fetchall()
        if len(found) == 1 and found[0][0]:
            return str(found[0][0])
    raise wrong_use("the stored answers do not say their form", "Name it with --form")


def _empty(form: Form) -> "pd.DataFrame":
    attributes = dict.fromkeys((one.id for one in form.attributes), "")
    return tables.build([], tables.answers).assign(**attributes)


def _taken_in(relation: Any, form: Form, shown: str) -> Covered:
    frame = relation.df()
    as_numbers = "case_id" in frame and frame["case_id"].dtype.kind in "iuf"
    if "form" in frame:
        frame = frame[frame["form"] == form.id]
    lacking = {n: None for n in tables.answers.names if n not in frame}
    frame = frame.assign(**{**lacking, "form": form.id})
    if "group" in lacking:
        frame["group"] = "all"
    try:
        answers = tables.check(frame, tables.answers)
    except ValueError:
        finding = "the stored table is not the table of answers"
        raise wrong_use(finding, "Make it with taskforce gather") from None
    return cover(answers, file=shown, as_numbers=as_numbers)


def _checked(answers: "pd.DataFrame", layout: LayoutFound) -> Checked:
    import pandas as pd

    from taskforce_analysis.checking.checks import COUNTS

    return Checked(
        answers=answers,
        found=(),
        counts=pd.DataFrame(columns=list(COUNTS)),
        reviews=tables.build([], tables.reviews),
        layouts=(layout,),
    )


def _source(name: str | Path, layout: LayoutFound) -> Source:
    digest, size = "", 0
    if not is_url(name):
        with Path(name).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        size = Path(name).stat().st_size
    return Source(
        file=layout.file,
        sha256=digest,
        size=size,
        layout=layout.layout,
        units=layout.units,
    )
