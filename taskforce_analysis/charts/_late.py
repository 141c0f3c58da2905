"""The cases over their limit: days over it, bands of days, and both in words.

For publication a band holds at least as many cases as the settings' threshold asks
for; bands are put together with their neighbours until they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.charts._scene import Scene
from taskforce_analysis.charts._timed import days_words, rows_of_scene
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    import pandas as pd

# One week, two, four, eight and so on: a doubling per band.
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
