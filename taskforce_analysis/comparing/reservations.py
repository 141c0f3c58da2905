"""What a verdict sentence must carry with it, as codes.

applicable_shift: the share of ikke relevant differs between the phases, by the same
exact test (p below 0.10) or by 15 points, so that the two rates are of different cases.
conditional: asked only of some. chosen_because_low: part of a rise is to be expected.
"""

from typing import TYPE_CHECKING

import numpy as np

from taskforce_analysis.comparing.verdicts import selections_differ
from taskforce_analysis.forms import Form
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.methods.verdict import judge

if TYPE_CHECKING:
    import pandas as pd

SHIFT_P, SHIFT_POINTS = 0.10, 0.15


def shifted(rows: "pd.DataFrame") -> np.ndarray:
    """Per row whether the share of ikke relevant differs between the phases."""
    sides = {
        side: (
            rows[f"not_applicable_{side}"].to_numpy(),
            (rows[f"applicable_{side}"] + rows[f"not_applicable_{side}"]).to_numpy(),
        )
        for side in ("before", "after")
    }
    (first, asked), (second, asked_again) = sides["before"], sides["after"]
    both = (asked > 0) & (asked_again > 0)
    counts = (first, asked, second, asked_again)
    judged = np.asarray(judge(*counts, confidence=1 - SHIFT_P, minimum=1))
    beyond = np.isin(judged, ["improved", "worsened"])
    shares = [part / np.maximum(whole, 1) for part, whole in sides.values()]
    moved = np.abs(shares[1] - shares[0]) >= SHIFT_POINTS - 1e-9
    return both & (beyond | moved)


def reservations(
    rows: "pd.DataFrame", form: Form, measurement: Measurement
) -> list[str]:
    """Per row the codes of what must be said with it, parted by blanks."""
    conditional = {m.id for m in form.measures if m.applies_when is not None}
    crude = rows["basis"] == "crude"
    said = {
        "applicable_shift": crude & shifted(rows),
        "conditional": crude & rows["measure"].isin(conditional),
        "chosen_because_low": rows["measure"].isin(measurement.chosen_because_low),
        "insisted": np.full(len(rows), selections_differ(rows, measurement)),
    }
    comparable = rows["verdict"] != "not_comparable"
    marks = {code: np.asarray(where & comparable) for code, where in said.items()}
    return [
        " ".join(code for code, where in marks.items() if where[place])
        for place in range(len(rows))
    ]
