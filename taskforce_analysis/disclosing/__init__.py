"""What may leave the house: results without the figures that could give a child away.

Counts of casework for a whole municipality are shown. The groups of a breakdown stand
in blocks, made from what is public alone; a block with a count from one to one below
the threshold is withheld whole, so that nothing can be worked out from totals and the
other groups. What was withheld is named, never why; a group that few cases bring is
named only where its label is known. In: `Results` with their settings. Out:
`Results` of the same shape, which is all that charts, reports and files may be made of.
"""

from typing import TYPE_CHECKING

from taskforce_analysis.disclosing.breakdowns import (
    WHOLE,
    chain_of,
    is_published,
    may_stand_beside,
    reckoned_with,
)
from taskforce_analysis.results import Results

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "WHOLE",
    "chain_of",
    "disclose",
    "inferred",
    "is_published",
    "may_stand_beside",
    "reckoned_with",
]


def disclose(results: Results) -> Results:
    """The results as they may be shown, by `publish` and `threshold` of the settings.

    internal gives them back as they are. open withholds in breakdowns: groups other
    than municipalities, and parts by law. strict withholds everywhere. Cases, cell
    addresses and single days are in neither. `withheld` names what was taken out.

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.settings import Settings
    >>> from taskforce_analysis.shipped import data_folder
    >>> plan = data_folder("example") / "maaling.toml"
    >>> len(disclose(run(measurement=plan, settings=Settings(publish="open"))).answers)
    0
    """
    if not is_published(results) or results.is_disclosed:
        return results
    # Most results stay in the house: what withholds is loaded for those that leave it.
    from taskforce_analysis.disclosing.withholding import withhold

    return withhold(results)


def inferred(results: Results) -> "pd.DataFrame":
    """What an outsider can infer at most of each withheld count; for the house alone.

    `results` are those before disclosure control, with the settings that they are to be
    published by. A row per withheld rate and score: group, phase, measure, score, the
    count itself, and the least and the most that it can be, in units. Empty where
    nothing is withheld.

    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.settings import Settings
    >>> from taskforce_analysis.shipped import data_folder
    >>> plan = data_folder("example") / "maaling.toml"
    >>> asked = Settings(publish="open", by=("team",))
    >>> told = inferred(run(measurement=plan, settings=asked))
    >>> bool((told["least"] <= told["count"]).all())
    True
    """
    from taskforce_analysis.disclosing.inferring import inferred as infer

    return infer(results)
