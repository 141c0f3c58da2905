"""The contract with scripts: one JSON object with the tables' own column names.

It holds version, form, phases, files with checksums (null where it is published),
tally, comparison and issues. What is not a number is null. Nothing here is rounded;
what is not to be published disclosure control has taken out before.
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from taskforce_analysis import tables
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.forms import Form
from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results, Source
from taskforce_analysis.writing import writer

if TYPE_CHECKING:
    import pandas as pd

VERSION = 1
Cells: TypeAlias = dict[str, tables.Cell]  # a row by its columns
_COUNTS = ("compliant_", "applicable_")
_INVISIBLE = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class HasSources(Protocol):
    """What was read: Results, or what is known before a comparison."""

    @property
    def form(self) -> Form:
        """The form that the workbooks follow."""
        ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that went in."""
        ...


def contract(
    read: HasSources,
    *,
    tally: "pd.DataFrame | None",
    issues: "pd.DataFrame",
    comparison: "pd.DataFrame | None" = None,
) -> dict[str, object]:
    """The contract's object; `comparison` is in it only where one is given.

    `tally` is None where errors forbid one. The tables are those of tables.py.
    """
    answer: dict[str, object] = {
        "version": VERSION,
        "form": read.form.id,
        "phases": _phases(read, tally),
        "files": [
            {"name": one.file, "sha256": one.sha256 or None} for one in read.sources
        ],
        "tally": [] if tally is None else json_rows(tally),
    }
    if read.form.draft:
        answer["draft"] = True
    if comparison is not None:
        answer["comparison"] = [_without_withheld(row) for row in json_rows(comparison)]
    return answer | {"issues": json_rows(issues)}


def results_contract(results: Results) -> dict[str, object]:
    """The contract's object for finished results: tally, comparison and issues.

    Without what the settings withhold from publication.
    """
    results = disclose(results)
    return contract(
        results,
        tally=tables.check(results.tally, tables.tally),
        issues=results.issues,
        comparison=tables.check(results.comparison, tables.comparison),
    )


@writer("report", ".json", label={"da": "Tal som JSON", "en": "Figures as JSON"})
def write_json(results: Results, path: Path, language: Language) -> None:  # noqa: ARG001
    """Write the contract's object to a file; without the cases' ids."""
    content = results_contract(results)
    for issue in cast("list[Cells]", content["issues"]):
        issue["case_id"] = None
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(with_escapes(text) + "\n", "utf-8", newline="\n")


def json_rows(frame: "pd.DataFrame") -> list[Cells]:
    """A table's rows as plain values; an empty cell or no number is None."""
    import numpy as np

    plain = frame.replace([np.inf, -np.inf], np.nan).astype(object)
    return plain.where(frame.notna() & plain.notna(), None).to_dict("records")  # type: ignore[return-value]


def _without_withheld(row: Cells) -> Cells:
    """A comparison row; one that disclosure control withheld has no counts."""
    if row["verdict"] != "withheld":
        return row
    return row | {name: None for name in row if name.startswith(_COUNTS)}


def _phases(read: HasSources, tally: "pd.DataFrame | None") -> list[str]:
    """The phases of the data, in the order in time."""
    if isinstance(read, Results):
        return list(read.phases)
    if tally is None:
        return list(read.form.phase_ids)
    found = [str(phase) for phase in tally["phase"].unique()]
    known = read.form.phase_ids
    return sorted(found, key=lambda one: (known.index(one) if one in known else 0, one))


def with_escapes(text: str) -> str:
    """Characters that nobody sees or that turn the text are written as escapes."""
    return _INVISIBLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
