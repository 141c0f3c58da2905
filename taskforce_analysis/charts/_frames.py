"""The figures behind a picture, as a table under the reader's own headings.

A row per measure. Rates and differences are shares; what is withheld or was not asked
is empty, exactly as in the picture.
"""

from typing import TYPE_CHECKING, Any

from taskforce_analysis.charts._cells import verdict_label
from taskforce_analysis.charts._rows import ABSENT, WITHHELD, Rate
from taskforce_analysis.charts._scene import Scene

if TYPE_CHECKING:
    import pandas as pd


def rates_frame(scene: Scene) -> "pd.DataFrame":
    """Theme, measure, and per phase the counts, the rate and its interval."""
    import pandas as pd

    columns: dict[str, Any] = {
        scene.word("column.theme"): [row.theme for row in scene.rows],
        scene.word("column.measure"): [row.label for row in scene.rows],
    }
    for number, label in enumerate(scene.labels):
        rates = [row.rates[number] for row in scene.rows]
        for name, values in _rate_columns(rates).items():
            columns[f"{scene.word(f'column.{name}')}, {label}"] = values
    return pd.DataFrame(columns)


def _rate_columns(rates: list[Rate]) -> dict[str, Any]:
    import pandas as pd

    asked = [rate.state not in (ABSENT, WITHHELD) for rate in rates]
    counts = {
        name: pd.array(
            [
                getattr(rate, name) if was else None
                for rate, was in zip(rates, asked, strict=True)
            ],
            dtype="Int64",
        )
        for name in ("compliant", "applicable")
    }
    return counts | {
        "rate": [rate.rate for rate in rates],
        "rate_low": [rate.low for rate in rates],
        "rate_high": [rate.high for rate in rates],
    }


def change_frame(scene: Scene) -> "pd.DataFrame":
    """The rates with the difference, its interval and the verdict beside."""
    frame = rates_frame(scene)
    changes = [row.change for row in scene.rows]
    for name in ("difference", "low", "high"):
        shares = [
            getattr(one, name) if one and one.is_shown else None for one in changes
        ]
        heading = name if name == "difference" else f"difference_{name}"
        frame[scene.word(f"column.{heading}")] = shares
    verdicts = [
        verdict_label(one.verdict, scene.language) if one else "" for one in changes
    ]
    return frame.assign(**{scene.word("column.verdict"): verdicts})
