"""The charts by name, and drawing one of them as it is asked for.

The file of a chart in `figures` is read when its chart is asked for. Results go through
disclosure control, get the labels and the order that are asked for, and are drawn in
the house's look; what a chart alone takes, it reads from its own record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from taskforce_analysis.charts import figures
from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.registry import Entry, Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from taskforce_analysis.charts.kit.options import ChartOptions
    from taskforce_analysis.charts.kit.paper import PageFigure
    from taskforce_analysis.charts.kit.words import Drawing
    from taskforce_analysis.results import Results

Function = TypeVar("Function", bound=Callable[..., object])


class Charts(Registry["PageFigure", object]):
    """The charts by name; exists so that a file is read when its chart is asked for.

    The file of a chart is named like it. All files are read for a list of the charts,
    and for a name without a file, so that the error can name the nearest.
    """

    def __getitem__(self, name: str) -> Entry["PageFigure", object]:
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
        self,
        name: str,
        *,
        label: Mapping[str, str],
        reference: str = "",
        **facts: object,
    ) -> Callable[[Function], Function]:
        """As in any registry; a chart of one's own may not take the name of ours."""
        enter = super().register(name, label=label, reference=reference, **facts)

        def checked(function: Function) -> Function:
            if not function.__module__.startswith(f"{figures.__name__}."):
                self._find(name)  # ours may not have been read yet
            return enter(function)

        return checked

    def _find(self, name: object) -> None:
        files = self._files()
        self._read(*(file for file in files if file == name))
        if not super().__contains__(name):
            self._read(*files)

    def _files(self) -> list[str]:
        return [one.name for one in iter_modules(figures.__path__)]

    def _read(self, *files: str) -> None:
        for file in files:
            import_module(f"{figures.__name__}.{file}")


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


def record_of(name: str) -> "type[ChartOptions]":
    """The record of a chart's options."""
    return cast("type[ChartOptions]", charts[name].facts["asked"])


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
) -> "PageFigure":
    """The chart of this name as a matplotlib Figure, which may be changed further.

    `figure.taskforce` holds its title, alt text, notes and the figures behind it. Each
    chart is a function too, `ta.charts.change(results, ...)`, with its options as
    arguments; docs/gallery shows them all. Raises UsageError for an unknown chart,
    language or option, with the nearest name, and for what an option cannot be.
    """
    from taskforce_analysis.charts.kit.options import asked_of
    from taskforce_analysis.charts.kit.paper import within
    from taskforce_analysis.charts.kit.style import own_look, styled
    from taskforce_analysis.disclosing import disclose

    entry, words = charts[name], load_language(language)
    asked = _of_one(asked_of(name, record_of(name), options))
    shown = _as_asked(disclose(results), asked)
    asked = _in_order(asked, shown.form.measure_ids)
    width, *height = _size(asked)
    colours = getattr(asked, "colours", None) or ()
    with own_look(), styled(width=width, colours=colours), within(asked.subfigure):
        figure = entry(shown, words, asked)
    if height:
        _stretch(figure, height[0])
    return figure


def _of_one(asked: "ChartOptions") -> "ChartOptions":
    """A chart of one measure takes it as `measures` too, as the others do."""
    several = getattr(asked, "measures", None)
    if several is None or not hasattr(asked, "measure"):
        return asked
    if len(several) != 1:
        raise wrong_use("the chart is of one measure", "Name one in measures")
    changes: dict[str, object] = {"measure": several[0], "measures": None}
    return replace(asked, **changes)


def _in_order(asked: "ChartOptions", ids: Sequence[str]) -> "ChartOptions":
    """The measures that are asked for, where an order is too, as they now stand."""
    chosen, order = getattr(asked, "measures", None), getattr(asked, "order", None)
    if not chosen or not order or isinstance(order, str):
        return asked
    known = [name for name in ids if name in chosen]
    changes: dict[str, object] = {"measures": (*known, *set(chosen).difference(known))}
    return replace(asked, **changes)


def _as_asked(results: "Results", asked: "ChartOptions") -> "Results":
    """The results with the labels and the order of measures that are asked for."""
    form, order = results.form, getattr(asked, "order", None)
    if order and not isinstance(order, str):
        first = [form.measure(name) for name in order]
        rest = [one for one in form.measures if one not in first]
        themes = dict.fromkeys(one.theme for one in (*first, *rest))
        known = {theme.id: theme for theme in form.themes}
        form = replace(
            form,
            measures=(*first, *rest),
            themes=tuple(known[name] for name in themes if name in known),
        )
    labels = dict(asked.labels or {})
    parts = {name: getattr(form, name) for name in ("measures", "phases", "themes")}
    ids = [one.id for some in parts.values() for one in some]
    for name in labels:
        if name not in ids:
            raise unknown_name("measure, phase or theme", name, ids)
    if labels:
        named: dict[str, object] = {
            name: tuple(
                replace(one, label=labels[one.id], label_en=labels[one.id])
                if one.id in labels
                else one
                for one in some
            )
            for name, some in parts.items()
        }
        form = replace(form, **named)
    return results if form is results.form else replace(results, form=form)


def _size(asked: "ChartOptions") -> list[float | None]:
    """Width and, where it is asked for, height in centimetres."""
    size = asked.size
    given = [size] if size is None or isinstance(size, int | float) else [*size]
    if len(given) > 2:
        raise wrong_use("a size is a width, or a width and a height", "Give (16, 10)")
    own = asked.subfigure is not None or getattr(asked, "ax", None) is not None
    if own and size is not None:
        finding = "the size is that of your own figure"
        raise wrong_use(finding, "Leave out size, or ax and subfigure")
    return [None if one is None else float(one) for one in given]


def _stretch(figure: "Figure", height: float | None) -> None:
    """As tall as is asked for, and never less than its texts need."""
    width, least = (one * 2.54 for one in figure.get_size_inches())
    if height is None or height < least - 0.05:
        raise wrong_use(
            f"the texts of the figure need {least:.1f} cm",
            "Give a larger height, or the width alone",
        )
    figure.set_size_inches(width / 2.54, height / 2.54)


def draw_pages(
    name: str,
    results: "Results",
    *,
    language: str | Language | None = None,
    **options: object,
) -> "list[PageFigure]":
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
    return [one.name for one in fields(record_of(name))]


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
