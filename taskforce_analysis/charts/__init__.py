"""Figures for the printed page, one file each, looked up by name.

A chart is one function `(results, language, asked) -> Figure` in a file of its own in
this room, entered by `@chart` with the record of its options; the file is found by its
name. Figures are made
without pyplot and leave the reader's matplotlib settings as they were. Each carries its
title, alt text, notes and the figures behind it as `figure.taskforce`.

Results come in, and go through disclosure control before a chart sees them. Nothing is
computed here that the results do not hold, but the curves and limits that are only
drawn. `kit` is what several charts share; what one chart uses lives with that chart.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.registry import Entry, Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from taskforce_analysis.charts.kit.options import ChartOptions
    from taskforce_analysis.charts.kit.words import Drawing
    from taskforce_analysis.results import Results

Function = TypeVar("Function", bound=Callable[..., Any])


class Charts(Registry):
    """The charts by name; exists so that a file is read when its chart is asked for.

    The file of a chart is named like it. All files are read for a list of the charts,
    and for a name without a file, so that the error can name the nearest.
    """

    def __getitem__(self, name: str) -> Entry:
        """The chart of this name; UsageError with the nearest name otherwise."""
        self._find(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Whether there is a chart of this name."""
        self._find(name)
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        """The names of the charts."""
        self._read(*self._files())
        return super().__iter__()

    def __len__(self) -> int:
        """How many charts there are."""
        self._read(*self._files())
        return super().__len__()

    def register(
        self, name: str, *, label: Mapping[str, str], reference: str = "", **facts: Any
    ) -> Callable[[Function], Function]:
        """As in any registry; a chart of one's own may not take the name of ours."""
        enter = super().register(name, label=label, reference=reference, **facts)

        def checked(function: Function) -> Function:
            if not function.__module__.startswith(f"{__name__}."):
                self._find(name)  # ours may not have been read yet
            return enter(function)

        return checked

    def _find(self, name: object) -> None:
        files = self._files()
        self._read(*(file for file in files if file == name))
        if not super().__contains__(name):
            self._read(*files)

    def _files(self) -> list[str]:
        return [one.name for one in iter_modules(__path__) if not one.ispkg]

    def _read(self, *files: str) -> None:
        for file in files:
            import_module(f"{__name__}.{file}")


charts = Charts("chart")
Need = Literal["measures", "groups", "phases", "days", "recommendations"]


def chart(
    name: str,
    *,
    asked: "type[ChartOptions]",
    needs: Need = "measures",
    label: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """A decorator that enters a chart under its name.

    `asked` is the record of its options; the function takes (results, language, asked).
    `needs` is what results must hold for it; the gallery and the tests go by that. The
    label of a chart of one's own is given here by language; ours have theirs with their
    other words, in [charts.NAME] of each language.
    """
    return charts.register(name, label=label or {}, asked=asked, needs=needs)


def label_of(name: str, language: Language) -> str:
    """What a reader calls the chart; its name, where nobody has said.

    >>> label_of("change", load_language("da"))
    'Før og efter'
    """
    own, key = charts[name].label, f"charts.{name}.label"
    if language.id in own:
        return own[language.id]
    return language.word(key) if language.has(key) else name


def available_charts() -> list[str]:
    """The names of the charts there are.

    >>> "change" in available_charts()
    True
    """
    return sorted(charts)


def draw(
    name: str,
    results: "Results",
    *,
    language: str | Language | None = None,
    **options: object,
) -> "Figure":
    """The chart of this name as a matplotlib Figure, which may be changed further.

    `figure.taskforce` holds its title, alt text, notes and the figures behind it.
    Every chart takes `title` and `notes`; docs/gallery has the others of each. Raises
    UsageError for an unknown chart, language or option, with the nearest name, and for
    what an option cannot be.
    """
    from taskforce_analysis.charts.kit.options import asked_of
    from taskforce_analysis.charts.kit.style import own_look
    from taskforce_analysis.disclosing import disclose

    entry = charts[name]
    asked = asked_of(name, entry.facts["asked"], options)
    with own_look():
        return entry(disclose(results), load_language(language), asked)


def draw_pages(
    name: str,
    results: "Results",
    *,
    language: str | Language | None = None,
    **options: object,
) -> "list[Figure]":
    """The chart as figures that each fit a page, as many as it takes.

    A chart that always fits a page gives one figure.
    """
    if "page" not in options_of(name):
        return [draw(name, results, language=language, **options)]
    first = draw(name, results, language=language, page=1, **options)
    pages = drawing_of(first).pages
    return [
        first,
        *(
            draw(name, results, language=language, page=page, **options)
            for page in range(2, pages + 1)
        ),
    ]


def options_of(name: str) -> list[str]:
    """The names of the options that a chart takes.

    >>> "page" in options_of("change")
    True
    """
    return [one.name for one in fields(charts[name].facts["asked"])]


def alt_text(figure: "Figure") -> str:
    """What the figure shows, in words; empty for a figure that is not ours."""
    return drawing_of(figure).alt if has_drawing(figure) else ""


def has_drawing(figure: "Figure") -> bool:
    """Whether `draw` made the figure."""
    return hasattr(figure, "taskforce")


def drawing_of(figure: "Figure") -> "Drawing":
    """The title, alt text, notes and data of a figure that `draw` made.

    Raises UsageError for any other figure.
    """
    drawing = getattr(figure, "taskforce", None)
    if drawing is None:
        raise wrong_use("the figure was not made by draw", "Use draw(name, results)")
    return drawing
