"""The cases over their limit: days over it, bands of days, and both in words.

For publication a band holds at least as many cases as the settings' threshold asks
for; bands are put together with their neighbours until they do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from taskforce_analysis.charts.kit.scene import Scene, scene_of
from taskforce_analysis.charts.kit.sheet import load_style, width_of
from taskforce_analysis.deadlines.calendar import parse_limit
from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


# FOLDED charts._timed
#
# What the charts of deadlines share: which measure, its days, and its limits in
# words.
#
# Everything is taken from the tables of a result, per phase that is shown.


def deadline_scene(
    results: "Results",
    language: Language,
    *,
    measure: str | None,
    group: str | None,
) -> Scene:
    """The scene of one deadline measure; without `measure` the first primary one.

    Raises UsageError where there are no days, and for a measure or group without.
    """
    days = results.days
    known = [one for one in results.form.measure_ids if one in set(days["measure"])]
    if measure is not None:
        results.form.measure(measure)
    if not known:
        raise wrong_use("no measure has days", "Days need the dates of the cases")
    if measure is not None and measure not in known:
        raise unknown_name("measure with days", measure, known)
    primary = results.measurement.primary or results.form.primary
    chosen = [one for one in known if one in primary] or known
    return scene_of(results, language, group=group, measures=[measure or chosen[0]])


def rows_of_scene(table: "pd.DataFrame", scene: Scene) -> "pd.DataFrame":
    """A table's rows of the scene's group and measure."""
    measure = scene.rows[0].measure.id
    return table[(table["group"] == scene.group) & (table["measure"] == measure)]


def crude_rows(scene: Scene) -> dict[str, dict[Any, Any]]:
    """The row of the table of days per phase; phases without days are left out."""
    rows = rows_of_scene(scene.results.days, scene)
    crude = rows[rows["basis"] == "crude"].to_dict("records")
    return {row["phase"]: row for row in crude if row["phase"] in scene.phases}


class Durations(NamedTuple):
    """Days per case of one phase, and which of the cases have ended."""

    days: np.ndarray
    closed: np.ndarray


def durations_of(scene: Scene, phase: str) -> Durations:
    """The durations of a phase, one per case, in no order of the cases."""
    rows = rows_of_scene(scene.results.durations, scene)
    rows = rows[rows["phase"] == phase]
    count = rows["count"].to_numpy()
    days = np.repeat(rows["days"].to_numpy(dtype="float64"), count)
    still = np.repeat(rows["open"].to_numpy(dtype=bool), count)
    return Durations(days, ~still)


@dataclass(frozen=True, kw_only=True)
class LimitLine:
    """A limit that cases were judged by: its words, and the days it allowed."""

    label: str
    shortest: float
    longest: float


def limit_lines(scene: Scene) -> list[LimitLine]:
    """The limits of the phases shown, shortest first; named by phase if they differ."""
    rows = rows_of_scene(scene.results.limits, scene)
    rows = rows[rows["phase"].isin(scene.phases) & rows["shortest"].notna()]
    phases = set(rows["phase"])
    labels = dict(zip(scene.phases, scene.labels, strict=True))
    lines = []
    for limit, own in rows.groupby("limit", sort=False):
        words = limit_words(str(limit), scene.language)
        if len(own) < len(phases):
            named = [labels[phase] for phase in scene.phases if phase in set(own.phase)]
            told = {"phase": scene.language.listed(named), "limit": words}
            words = scene.language.word("days.limit_of", **told)
        shortest, longest = float(own["shortest"].min()), float(own["longest"].max())
        lines.append(LimitLine(label=words, shortest=shortest, longest=longest))
    return sorted(lines, key=lambda line: (line.shortest, line.label))


def limit_words(limit: str, language: Language) -> str:
    """A limit in the reader's words.

    >>> from taskforce_analysis.languages import load_language
    >>> limit_words("8 weeks", load_language("da"))
    '8 uger'
    """
    parsed = parse_limit(limit)
    key = "one" if parsed.amount == 1 else "unit"
    amount = language.number(parsed.amount)
    return language.word(f"days.{key}.{parsed.unit}", amount=amount)


def days_words(days: float, language: Language) -> str:
    """A number of days in words: "1 dag", "62,5 dage"; a sign where there is none."""
    if isnan(days):
        return language.word("no_rate")
    number = language.number(days, 0 if days == int(days) else 1)
    return language.word(
        "days.one.days" if days == 1 else "days.unit.days", amount=number
    )


def drawing_sentences(scene: Scene) -> Iterator[str]:
    """What must be said where the cases were not drawn by the day of receipt."""
    drawn = {row["drawn_on"] for row in crude_rows(scene).values()}
    for name in ("decision", "unknown"):
        if name in drawn:
            yield scene.language.word(f"days.drawn.{name}")


def ticks_to(longest: float, language: Language) -> dict[float, str]:
    """Round numbers of days from 0 to the longest, at most ten of them."""
    steps = (size * 10**power for power in range(7) for size in (1, 2, 5))
    step = next(one for one in steps if longest / one <= 9)
    return {
        float(day): language.number(day) for day in range(0, int(longest) + 1, step)
    }


# FOLDED charts._late
#
# The cases over their limit: days over it, bands of days, and both in words.
#
# For publication a band holds at least as many cases as the settings' threshold asks
# for; bands are put together with their neighbours until they do. One week, two,
# four, eight and so on: a doubling per band.

EDGES = (1, 8, 15, 29, 57, 113, 225, 449)


@dataclass(frozen=True, kw_only=True, eq=False)
class Late:
    """One phase: the days over the limit per late case, sorted, and which are open.

    `applicable` is how many cases had a limit that had run out.
    """

    phase: str
    label: str
    over: np.ndarray
    is_open: np.ndarray
    applicable: int

    @property
    def count(self) -> int:
        """How many cases were over the limit."""
        return len(self.over)


@dataclass(frozen=True, kw_only=True)
class Band:
    """So many cases from the first to the last day; a last of None has no end."""

    first: int
    last: int | None
    count: int

    def words(self, language: Language) -> str:
        """The days in words: "8 til 14 dage"."""
        if self.last is None:
            least = days_words(self.first, language)
            return language.word("days.overdue.band_last", days=least)
        first, last = language.number(self.first), language.number(self.last)
        return language.word("days.overdue.band", first=first, last=last)


def late_of(scene: Scene, phase: str, label: str) -> Late:
    """The late cases of a phase, sorted by days so that nothing tells their order."""
    rows = rows_of_scene(scene.results.overdue, scene)
    rows = rows[rows["phase"] == phase].sort_values(["over", "open"])
    count = rows["count"].to_numpy()
    tally = scene.tally[scene.tally["phase"] == phase]
    return Late(
        phase=phase,
        label=label,
        over=np.repeat(rows["over"].to_numpy(dtype="int64"), count),
        is_open=np.repeat(rows["open"].to_numpy(dtype=bool), count),
        applicable=int(tally["applicable"].sum()),
    )


def banded(late: Late, least: int) -> list[Band]:
    """The late cases in bands of at least so many, from few days to many.

    What is left at the end is put together with the band before it; fewer cases in all
    make one band, which does not tell how far over the limit they are.
    """
    if late.count < least:
        return [Band(first=1, last=None, count=late.count)] if late.count else []
    found: list[Band] = []
    waiting: list[Band] = []
    for band in _fixed_bands(late):
        waiting.append(band)
        if sum(one.count for one in waiting) >= least:
            found.append(_joined(waiting))
            waiting = []
    return [*found[:-1], _joined([*found[-1:], *waiting])]


def _fixed_bands(late: Late) -> list[Band]:
    counts = np.histogram(late.over, bins=[*EDGES, np.inf])[0].tolist()
    lasts = [*(edge - 1 for edge in EDGES[1:]), None]
    return [
        Band(first=first, last=last, count=count)
        for first, last, count in zip(EDGES, lasts, counts, strict=True)
        if count
    ]


def _joined(bands: Sequence[Band]) -> Band:
    count = sum(band.count for band in bands)
    return Band(first=bands[0].first, last=bands[-1].last, count=count)


def heading(late: Late, language: Language) -> str:
    """The phase and how many are late: "Status: 4 ud af 16 over fristen"."""
    counted = language.count_of(late.count, late.applicable)
    return language.word("days.overdue.phase", phase=late.label, late=counted)


def told(late: Late, least: int, language: Language) -> str:
    """The phase in a sentence, with its bands."""
    spread = [
        language.word(
            "days.overdue.alt_spread",
            count=language.number(band.count),
            band=band.words(language),
        )
        for band in banded(late, least)
    ]
    start = heading(late, language)
    return f"{start}: {language.listed(spread)}." if spread else f"{start}."


def bands_frame(
    late: Sequence[Late], bands: Sequence[Sequence[Band]], language: Language
) -> "pd.DataFrame":
    """The bands as a table under the reader's headings."""
    import pandas as pd

    rows = [
        (one.label, band.words(language), band.count)
        for one, own in zip(late, bands, strict=True)
        for band in own
    ]
    return pd.DataFrame(rows, columns=_headings(language, "over", "cases"))


def marks_frame(late: Sequence[Late], language: Language) -> "pd.DataFrame":
    """How many cases per phase were so many days over, and whether they are open."""
    import pandas as pd

    rows = [
        (one.label, int(over), language.word("answer.yes" if is_open else "answer.no"))
        for one in late
        for over, is_open in zip(one.over, one.is_open, strict=True)
    ]
    names = _headings(language, "over", "open")
    counted = pd.DataFrame(rows, columns=names).groupby(names, sort=False).size()
    return counted.rename(_headings(language, "cases")[1]).reset_index()


def _headings(language: Language, *names: str) -> list[str]:
    own = [language.word(f"days.column.{name}") for name in names]
    return [language.word("charts.column.phase"), *own]


# FOLDED charts._limits
#
# Limits as upright lines over a figure of days, each led up to its own label.
#
# The longest limit has the lowest label, so that no leader crosses another's words.

_AIR = 0.1
_DOTS = (0, (1, 1.5))


@dataclass(frozen=True, kw_only=True)
class LimitLabel:
    """A label's place: its line, the row from below, where it begins; centimetres."""

    line: LimitLine
    row: int
    left: float
    at: float

    @property
    def right(self) -> float:
        """Where the label ends."""
        return self.left + width_of(self.line.label)


def limit_labels(
    lines: Sequence[LimitLine], *, end: float, width: float
) -> list[LimitLabel]:
    """The labels beside their leaders, in as few rows as it takes.

    `end` is the last day on an axis that is `width` centimetres wide.
    """
    placed: list[LimitLabel] = []
    for line in sorted(lines, key=lambda one: -one.longest):
        at = line.longest / end * width
        own = width_of(line.label)
        left = at + _AIR if at + _AIR + own <= width else at - _AIR - own
        row = next(n for n in range(len(lines) + 1) if _has_room(placed, n, left + own))
        placed.append(LimitLabel(line=line, row=row, left=left, at=at))
    return placed


def _has_room(placed: Sequence[LimitLabel], row: int, right: float) -> bool:
    # Leaders of higher labels pass through the row as well.
    return all(right + _AIR < min(one.left, one.at) for one in placed if one.row >= row)


def labels_height(labels: Sequence[LimitLabel]) -> float:
    """How tall the labels are over the axes, in centimetres."""
    rows = max((label.row + 1 for label in labels), default=0)
    return rows * load_style().line + 0.2


def draw_limits(axes: Axes, lines: Sequence[LimitLine]) -> None:
    """An upright line per limit; a band where the same limit allowed unlike days."""
    colours = load_style().colours
    for line in lines:
        if line.longest > line.shortest:
            look = {"color": colours["rule"], "alpha": 0.5, "zorder": 1}
            axes.axvspan(line.shortest, line.longest, gid="limit-band", **look)
        axes.axvline(
            line.longest,
            color=colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            gid="limit",
            zorder=2,
        )


def write_limits(
    axes: Axes, labels: Sequence[LimitLabel], size: tuple[float, float]
) -> None:
    """The labels over axes of this width and height, each with its leader."""
    width, height = size
    pitch = load_style().line
    for label in labels:
        top = 1 + (0.1 + (label.row + 0.75) * pitch) / height
        axes.plot(
            [label.at / width] * 2,
            [1, top],
            transform=axes.transAxes,
            color=load_style().colours["ink"],
            linewidth=1.1,
            linestyle=_DOTS,
            clip_on=False,
            gid="leader",
        )
        axes.text(
            label.left / width,
            1 + (0.1 + label.row * pitch) / height,
            label.line.label,
            transform=axes.transAxes,
            va="bottom",
            gid="limit-label",
        )
