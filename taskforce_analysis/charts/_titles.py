"""The words around a figure: its title, Anm., the marks' meanings and Kilde."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from taskforce_analysis.charts._notes import note_of, source_of
from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._sheet import Drawing

if TYPE_CHECKING:
    import pandas as pd


class Around(TypedDict):
    """What a layout takes from the words."""

    title: str
    foot: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The title and the texts under a figure, in the reader's language."""

    title: str
    shown_title: str
    note: str
    marks: tuple[str, ...]
    source: str
    language: str

    @classmethod
    def of(
        cls,
        scene: Scene,
        *,
        title: str,
        instead: str | None,
        sentences: Sequence[str],
        marks: Sequence[str] = (),
        source: str = "",
    ) -> "Words":
        """The words of a scene; `instead` replaces the title, "" leaves it out."""
        return cls(
            title=instead or title,
            shown_title=title if instead is None else instead,
            note=note_of(scene.language, sentences),
            marks=tuple(marks),
            source=source or source_of(scene.results, scene.language),
            language=scene.language.id,
        )

    def around(self, *, notes: bool = True) -> Around:
        """Title and foot for a layout; without the notes the foot is empty."""
        foot = (self.note, *self.marks, self.source)
        kept = tuple(text for text in foot if text and notes)
        return {"title": self.shown_title, "foot": kept}

    def drawing(self, *, alt: str, data: "pd.DataFrame", pages: int = 1) -> Drawing:
        """What travels with the figure."""
        return Drawing(
            title=self.title,
            alt=alt,
            note=" ".join([self.note, *self.marks]).strip(),
            source=self.source,
            data=data,
            language=self.language,
            pages=pages,
        )
