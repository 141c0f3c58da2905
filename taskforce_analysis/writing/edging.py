"""What 0 of 20 and 20 of 20 leave open: nothing seen is not nothing there."""

from typing import Any, Protocol

from taskforce_analysis.languages import Language
from taskforce_analysis.writing.rows import is_withheld, left_open


class Wording(Protocol):
    """What is asked of the sentences; exists so that these need not know of them."""

    @property
    def language(self) -> Language:
        """The language that is written."""
        ...

    def has_percent(self, applicable: int) -> bool:
        """Whether there are cases enough for a percentage."""
        ...

    def phase(self, name: str) -> str:
        """A phase's label."""
        ...

    def word(self, key: str, **values: object) -> str:
        """The report's text under a key, filled in."""
        ...


def edges(sentences: Wording, row: Any) -> list[str]:
    """A sentence for each side of a comparison row where none or all comply."""
    sides = () if is_withheld(row) else ("before", "after")
    return [text for side in sides for text in _edge(sentences, row, side)]


def _edge(sentences: Wording, row: Any, side: str) -> list[str]:
    compliant = getattr(row, f"compliant_{side}")
    applicable = getattr(row, f"applicable_{side}")
    if compliant not in (0, applicable) or not sentences.has_percent(applicable):
        return []
    language = sentences.language
    open_to = left_open(applicable, confidence=row.confidence)
    values = {
        "count": language.count_of(compliant, applicable),
        "phase": sentences.phase(getattr(row, side)),
        "limit": language.percent(1 - open_to if compliant else open_to),
    }
    return [sentences.word("edge.all" if compliant else "edge.none", **values)]
