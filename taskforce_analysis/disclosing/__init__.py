"""What may leave the house: results without the figures that could give a child away.

Counts of casework for a whole municipality are shown; a breakdown is shown only where
no cell of it holds from one case to one below the threshold. A rate is withheld whole,
and so many others with it that none can be worked out from totals and the other
groups. What was withheld is named, never why. In: `Results` with their settings. Out:
`Results` of the same shape, which is all that charts, reports and files may be made of.
"""

from taskforce_analysis.disclosing.breakdowns import (
    chain_of,
    is_published,
    may_stand_beside,
    reckoned_with,
)
from taskforce_analysis.results import Results

__all__ = [
    "chain_of",
    "disclose",
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
