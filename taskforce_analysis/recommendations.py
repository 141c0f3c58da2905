"""Anbefalinger: what was recommended, who follows it up, and how far it has come.

Frozen records, and the words that may stand in their columns. A status is what someone
has written; no figure ever sets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.themes import common_themes

_FILE = {name: Key("table") for name in ("columns", "statuses", "evidence")}
_WORD = {"label": Key("text", required=True), "label_en": Key("text", required=True)}


@dataclass(frozen=True)
class Word:
    """One choice of a column: its id and labels."""

    id: str
    label: str
    label_en: str


@dataclass(frozen=True)
class Vocabulary:
    """What the columns are called, and the choices of theme, status and evidence.

    The themes are those that forms and reports share (themes.py).
    """

    columns: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, tuple[Word, ...]]

    def word(self, kind: str, name: str) -> Word:
        """The choice of this id among the themes, statuses or kinds of evidence."""
        return next(word for word in self.choices[kind] if word.id == name)


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """One anbefaling: its text and place, who does what by when, and how far it is.

    `measures` are ids of the form. `responsible` is a function, never a person. The
    goals say what it is to change for the staff and for the citizen, `result` what came
    of it, as someone states. `evidence` are kinds, or names of the measurement's own
    sources (`[[kilder]]`).
    """

    number: str
    text: str
    theme: str
    status: str = "not_started"
    page: str = ""
    measures: tuple[str, ...] = ()
    goal_staff: str = ""
    goal_citizen: str = ""
    initiative: str = ""
    responsible: str = ""
    due: date | None = None
    result: str = ""
    evidence: tuple[str, ...] = ()


@cache
def load_vocabulary() -> Vocabulary:
    """The shipped words.

    >>> [word.label for word in load_vocabulary().choices["status"]][:2]
    ['Ikke igangsat', 'Igangsat']
    """
    path = definitions_folder("recommendations").with_suffix(".toml")
    told = take(read_definition(path), _FILE, file=path.name)
    columns = {name: tuple(spellings) for name, spellings in told["columns"].items()}
    choices = {
        kind: tuple(
            Word(name, **take(labels, _WORD, file=path.name, where=table))
            for name, labels in told[table].items()
        )
        for kind, table in (("status", "statuses"), ("evidence", "evidence"))
    }
    themes = (Word(t.id, t.label, t.label_en) for t in common_themes().values())
    return Vocabulary(columns, {"theme": tuple(themes), **choices})
