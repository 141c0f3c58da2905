"""What the charts of days share: the scene of one deadline measure, its days in words.

Everything is taken from the tables of a result, per phase that is shown.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from taskforce_analysis.charts.kit.scene import Scene, scene_of
from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.table_rows import DaysRow, days_of

if TYPE_CHECKING:
    import pandas as pd

    from taskforce_analysis.results import Results


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


def days_rows_of(scene: Scene) -> list[DaysRow]:
    """The rows of days of the scene's group and measure."""
    return days_of(scene.results, scene.group, scene.rows[0].measure.id)


def days_by_phase(scene: Scene) -> dict[str, DaysRow]:
    """The row of the table of days per phase; phases without days are left out."""
    rows = [row for row in days_rows_of(scene) if not row.is_difference]
    return {row.phase: row for row in rows if row.phase in scene.phases}


def days_words(days: float | None, language: Language) -> str:
    """A number of days in words: "1 dag", "62,5 dage"; a sign where there is none."""
    if days is None:
        return language.word("no_rate")
    number = language.number(days, 0 if days == int(days) else 1)
    return language.word(
        "days.one.days" if days == 1 else "days.unit.days", amount=number
    )


def drawn_on_sentences(scene: Scene) -> Iterator[str]:
    """What must be said where the cases were not drawn by the day of receipt."""
    drawn = {row.drawn_on for row in days_by_phase(scene).values()}
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
