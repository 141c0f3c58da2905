"""What may leave the house: results without the figures that could give a child away.

Counts of casework for a whole municipality are shown; a breakdown is shown only where
no cell of it holds from one case to one below the threshold. A rate is withheld whole,
and so many others with it that none can be worked out from totals and the other
groups. What was withheld is named, never why.
"""

from taskforce_analysis.disclosing.disclosing import (
    disclose,
    is_published,
    reckoned_with,
)
from taskforce_analysis.disclosing.nesting import chain_of, may_stand_beside

__all__ = [
    "chain_of",
    "disclose",
    "is_published",
    "may_stand_beside",
    "reckoned_with",
]
