"""What so many cases can show: the smallest rise that is found four times in five.

Drawn before a measurement, so that nobody expects twenty cases to settle what takes
forty. The power is exact for the method that the comparison uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from taskforce_analysis.charts import chart
from taskforce_analysis.charts.kit.options import OnAxes
from taskforce_analysis.charts.kit.paper import captioned_paper, figure_of, plain_axes
from taskforce_analysis.charts.kit.scene import Scene, scene_of
from taskforce_analysis.charts.kit.style import load_style
from taskforce_analysis.charts.kit.words import caption_of
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.methods.planning import smallest_change

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results

_HEIGHT, _LEFT, _BELOW = 8.5, 1.6, 1.1
_RATES = tuple(step / 20 for step in range(19))
_LINES = ("-", (0, (5, 1.5)), (0, (2, 1.2)), (0, (5, 1.2, 1, 1.2)))
_MARKS = ("o", "s", "^", "D")


@dataclass(frozen=True, kw_only=True)
class Asked(OnAxes):
    """What this chart can be asked for."""

    cases: Annotated[Sequence[int], "up to four numbers per phase"] = (10, 20, 40)
    power: Annotated[float, "the share of times that the rise is found"] = 0.8


@chart("plan", asked=Asked)
def plan(results: "Results", language: Language, asked: Asked) -> Figure:
    """The smallest rise that so many cases in each phase show, by the rate before.

    Raises UsageError for more than four numbers of cases, or a number below 2.
    """
    if not 1 <= len(asked.cases) <= len(_LINES) or min(asked.cases) < 2:
        raise wrong_use("the numbers of cases do not fit", "Give one to four, from 2")
    scene = scene_of(results, language)
    found = {count: _rises(count, asked.power, scene) for count in asked.cases}
    caption = caption_of(
        results,
        language,
        title=scene.word("plan.title"),
        instead=asked.title,
        source=scene.word("plan.source"),
        sentences=[
            scene.word(
                "plan.note",
                power=language.percent(asked.power),
                level=language.percent(results.settings.confidence),
            )
        ],
    )
    if asked.ax is not None:
        _draw(asked.ax, found, scene)
        asked.ax.set_title(caption.shown_title, loc="left", fontweight="bold")
        return figure_of(asked.ax)
    made = captioned_paper(caption, _HEIGHT, notes=asked.notes)
    size = (made.paper.width - _LEFT - 0.6, _HEIGHT - _BELOW - 0.35)
    _draw(made.paper.axes(_LEFT, made.top + 0.15, size), found, scene)
    return made.finish(alt=_alt(caption.title, found, scene), data=_frame(found, scene))


def _rises(count: int, power: float, scene: Scene) -> list[float]:
    level = scene.results.settings.confidence
    return [
        float(smallest_change(rate, count, power=power, confidence=level))
        for rate in _RATES
    ]


def _draw(axes: Axes, found: dict[int, list[float]], scene: Scene) -> None:
    style, language = load_style(), scene.language
    shades = (style.after.colour, style.before.colour, style.colours["muted"])
    for number, (count, rises) in enumerate(found.items()):
        axes.plot(
            _RATES,
            rises,
            color=shades[number % len(shades)],
            linestyle=_LINES[number],
            marker=_MARKS[number],
            markersize=style.marks["size"] - 1,
            linewidth=style.marks["line"],
            label=scene.word("plan.cases", count=language.number(count)),
            gid=f"cases-{count}",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    axes.set_xticks(shares, [language.percent(share) for share in shares])
    axes.set_yticks(shares, [language.signed(share) for share in shares])
    axes.set_xlabel(scene.word("plan.across"))
    axes.set_ylabel(scene.word("plan.up"))
    axes.legend(loc="upper right", frameon=False)
    plain_axes(axes)


def _alt(title: str, found: dict[int, list[float]], scene: Scene) -> str:
    place = _RATES.index(0.4)
    told = [
        scene.word(
            "plan.alt",
            count=scene.language.number(count),
            rate=scene.language.percent(_RATES[place]),
            points=scene.language.points(rises[place]),
        )
        for count, rises in found.items()
    ]
    return f"{title}. {' '.join(told)}"


def _frame(found: dict[int, list[float]], scene: Scene) -> "pd.DataFrame":
    import pandas as pd

    columns = {scene.word("plan.across"): list(_RATES)}
    columns |= {
        scene.word("plan.cases", count=count): rises for count, rises in found.items()
    }
    return pd.DataFrame(columns)
