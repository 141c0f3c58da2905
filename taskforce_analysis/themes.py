"""The themes that forms, recommendations and reports share, as one vocabulary.

Three lists grew beside each other: the eight themes of Taskforce-Handicap's analyses,
the four landmarks (pejlemærker), and the four that the Taskforce asks about now. Each
theme belongs to one of the eight, so that a case's theme, a recommendation's and a
self-evaluation's can stand side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from taskforce_analysis.errors import invalid_definition
from taskforce_analysis.schemas import Key, read_definition, take
from taskforce_analysis.shipped import definitions_folder

EIGHT, LANDMARKS, TASKFORCE = "eight", "landmarks", "taskforce"
_KEYS = {
    "lists": Key("texts", required=True),
    "of": Key("text"),
    "label": Key("text", required=True),
    "label_en": Key("text", required=True),
    "criteria": Key("texts"),
    "criteria_en": Key("texts"),
}


@dataclass(frozen=True, kw_only=True)
class CommonTheme:
    """One theme of the shared vocabulary: its lists, labels and what it is judged by.

    `of` is the one of the eight that it belongs to; empty where it is one of them.
    """

    id: str
    label: str
    label_en: str
    lists: tuple[str, ...]
    of: str = ""
    criteria: tuple[str, ...] = ()
    criteria_en: tuple[str, ...] = ()

    @property
    def one_of_eight(self) -> str:
        """The id of the one of the eight themes that it is, or belongs to."""
        return self.of or self.id


@cache
def common_themes() -> Mapping[str, CommonTheme]:
    """Every theme of the vocabulary by its id, the eight first.

    >>> [one.label for one in common_themes().values() if TASKFORCE in one.lists]
    ['Politik og strategi', 'Faglig ledelse', 'Sagsbehandling', 'Helhed og sammenhæng']
    >>> common_themes()["involvement"].one_of_eight
    'assessment'
    """
    path = definitions_folder("themes").with_suffix(".toml")
    themes = {
        name: CommonTheme(id=name, **take(one, _KEYS, file=path.name, where=name))
        for name, one in read_definition(path).items()
    }
    for name, theme in themes.items():
        home = themes.get(theme.one_of_eight)
        if home is None or EIGHT not in home.lists:
            raise invalid_definition(path, f"{name}.of", "is not one of the eight")
    return themes
