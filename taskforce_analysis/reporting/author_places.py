"""The places that are the author's: what the figures cannot say, and someone must.

The assessment as a whole, each theme's strengths and challenges, and in the committee's
paper the economy and the hearing. What stands there comes from the measurement's
`[texts]`, else it is a prompt until someone writes over it in Word. "-" drops a place.
"""

from collections.abc import Sequence

from taskforce_analysis.errors import not_final
from taskforce_analysis.languages import Language
from taskforce_analysis.measurements import DROPPED
from taskforce_analysis.reporting.blocks import AuthorPlace, Report
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain

_LEVELS = {"strengths": 3, "challenges": 3}
_LISTED = ("strengths", "challenges")


def author_place(sentences: Sentences, name: str, theme: str = "") -> list[AuthorPlace]:
    """One of the author's places, in a list of its own; empty where it is dropped.

    `name` is assessment, strengths, challenges, economy or hearing, and the second and
    third are a theme's. In the final report of one group among several, whose
    `[texts]` are about all of them, there is none.
    """
    results, word = sentences.results, sentences.language.word
    known = f"{name}:{theme}" if theme else name
    texts = results.measurement.texts.get(known, ())
    is_part = bool(results.choices.group) and results.measurement.final
    if texts == (DROPPED,) or is_part:
        return []
    return [
        AuthorPlace(
            name=known,
            heading=word(f"place.{name}.heading"),
            prompt=word(f"place.{name}.prompt"),
            level=_LEVELS.get(name, 1),
            texts=tuple(map(plain, texts)),
            listed=name in _LISTED and len(texts) > 1,
        )
    ]


def empty_places(report: Report, results: Results, language: Language) -> list[str]:
    """The author's places that nothing is written in, each with its theme's name."""
    themes = {theme.id: language.label(theme) for theme in results.form.themes}
    named = []
    for place in report.blocks:
        if isinstance(place, AuthorPlace) and not place.texts:
            theme = themes.get(place.name.partition(":")[2], "")
            named.append(f"{place.heading} ({theme})" if theme else place.heading)
    return named


def check_final(empty: Sequence[str], results: Results, language: Language) -> None:
    """Refuse to make a paper final that is internal, or has these empty places.

    Raises UsageError, which lists all that is missing, in the language.
    """
    if not results.measurement.final:
        return
    missing = list(empty)
    if results.settings.publish == "internal":
        missing.insert(0, language.word("final.internal"))
    if missing:
        raise not_final(missing)
