"""What changed between two versions of a workbook: which answers, in which cases.

    changes = differ(old.answers, new.answers)

Both versions are checked by the same form first, so that two spellings of one answer
are no change. Answers are the form's own words; no cell's text gets this far, and a
case id that was a CPR number is already a running number.
"""

from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.tables import DAYS, TEXT, Schema, SchemaColumn, as_texts

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("changed", "added", "gone")
KEY = ["phase", "unit_id", "measure"]
COMPARED = ("answer", "score", "days")
REPLACED = ("#", "?")  # how a running number begins that stands for an id

changes = Schema(
    "changes",
    "one answer that is not the same in two versions of a workbook",
    (*KEY,),
    (
        SchemaColumn("phase", TEXT, "the phase's id"),
        SchemaColumn("group", TEXT, "the group; all without one"),
        SchemaColumn("case_id", TEXT, "the case"),
        SchemaColumn("unit_id", TEXT, "the case, or the case and decision"),
        SchemaColumn("measure", TEXT, "the measure's id"),
        SchemaColumn("change", TEXT, ", ".join(KINDS)),
        SchemaColumn("answer_old", TEXT, "the answer in the old version"),
        SchemaColumn("answer_new", TEXT, "the answer in the new version"),
        SchemaColumn("score_old", TEXT, "its score in the old version"),
        SchemaColumn("score_new", TEXT, "its score in the new version"),
        SchemaColumn("days_old", DAYS, "days from start to end in the old version"),
        SchemaColumn("days_new", DAYS, "days from start to end in the new version"),
        SchemaColumn("cell_old", TEXT, "the cell in the old version"),
        SchemaColumn("cell_new", TEXT, "the cell in the new version"),
    ),
)


def differ(old: "pd.DataFrame", new: "pd.DataFrame") -> "pd.DataFrame":
    """The answers that differ, as the table `changes`, in the order of the workbooks.

    `old` and `new` are two answers tables of the same form. A case that only one of
    them has is added or gone, with a row per measure.
    """
    sides = [_sided(as_texts(one), name) for name, one in (("old", old), ("new", new))]
    both = sides[0].merge(sides[1], on=KEY, how="outer", indicator="change")
    both["change"] = (
        both["change"]
        .astype(str)
        .map({"both": "changed", "left_only": "gone", "right_only": "added"})
    )
    for name in ("group", "case_id"):  # a case may stand in another group since
        both[name] = both[f"{name}_new"].fillna(both[f"{name}_old"])
    kept = both[_differs(both)]
    first = kept["order_new"].fillna(kept["order_old"])
    kept = kept.assign(order=first).sort_values("order", kind="stable")
    return tables.check(kept[changes.names].reset_index(drop=True), changes)


def replaced_ids(answers: "pd.DataFrame") -> int:
    """How many cases have a running number instead of an id.

    They can be told apart by their order alone: where a row was put in or taken out
    above them, the versions are paired wrongly, and the reader must be told.
    """
    names = answers["case_id"].drop_duplicates()
    return int(names.str.startswith(REPLACED).sum())


def _sided(frame: "pd.DataFrame", side: str) -> "pd.DataFrame":
    named = ["group", "case_id", "answer", "score", "days", "cell"]
    order = frame[[*KEY, *named]].assign(order=range(len(frame)))
    return order.rename(columns={name: f"{name}_{side}" for name in [*named, "order"]})


def _differs(both: "pd.DataFrame") -> "pd.Series":
    found = both["change"] != "changed"
    for name in COMPARED:
        first, second = both[f"{name}_old"], both[f"{name}_new"]
        # Two empty cells are the same; an empty one and a full one are not.
        same = (first == second).fillna(False).astype(bool)  # noqa: FBT003
        found |= ~(same | (first.isna() & second.isna()))
    return found
