"""What may leave the house: results without the figures that could give a child away.

Counts of casework for a whole municipality are shown. The groups of a breakdown stand
in blocks, made from what is public alone; a block with a count from one to one below
the threshold is withheld whole, so that nothing can be worked out from totals and the
other groups. What was withheld is named, never why; a group that few cases bring is
named only where its label is known. In: `Results` with their settings. Out:
`Results` of the same shape, which is all that charts, reports and files may be made of.
"""

from taskforce_analysis.disclosing.breakdowns import (
    WHOLE,
    chain_of,
    is_published,
    may_stand_beside,
    reckoned_with,
)
from taskforce_analysis.results import Results

__all__ = [
    "WHOLE",
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
