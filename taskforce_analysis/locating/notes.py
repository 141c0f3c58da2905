"""Where the stages write down what is odd, with file and sheet already filled in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from taskforce_analysis.issues import Issue

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)(?::|\Z)")


@dataclass(frozen=True)
class Notes:
    """A list of issues that all stages share; `on` gives the same list for a sheet."""

    found: list[Issue] = field(default_factory=list)
    file: str | None = None
    sheet: str | None = None

    def on(self, file: str, sheet: str | None = None) -> "Notes":
        """The same notes, for a file or one of its sheets."""
        return Notes(self.found, file, sheet)

    def add(self, code: str, cell: str | None = None, **facts: Any) -> None:
        """Note an issue at a cell of this sheet; `facts` are further fields of it."""
        self.found.append(
            Issue(code, file=self.file, sheet=self.sheet, cell=cell, **facts)
        )

    def in_order(self) -> tuple[Issue, ...]:
        """All issues by file and sheet, from the first row and column on."""
        files = {name: place for place, name in enumerate(_names(self.found, "file"))}
        sheets = {name: place for place, name in enumerate(_names(self.found, "sheet"))}
        return tuple(
            sorted(
                self.found,
                key=lambda issue: (
                    files[issue.file],
                    sheets[issue.sheet],
                    *_place(issue.cell),
                ),
            )
        )


def _names(found: Iterable[Issue], name: str) -> dict[str | None, None]:
    # What has no file or sheet of its own comes before what has.
    return {None: None} | dict.fromkeys(getattr(issue, name) for issue in found)


class _Place(NamedTuple):
    row: int
    width: int
    letters: str


def _place(cell: str | None) -> _Place:
    found = _ADDRESS.match(cell or "")
    if found is None:
        return _Place(0, 0, "")
    return _Place(int(found[2]), len(found[1]), found[1])


def described(text: str) -> str:
    """What may be said about a cell's text: how long it is.

    >>> described("Jaa")
    'text of 3 characters'
    """
    return f"text of {len(text)} characters"
