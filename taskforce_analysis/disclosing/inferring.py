"""What an outsider can still infer of a withheld figure, told in the house alone.

He knows how many units of each group were reviewed, the sums of the whole and what is
shown. A hidden count then lies between what must be his, because the other hidden
groups and kinds of answer hold no more, and what there is room for: with two margins of
a table known these limits (Fréchet's) are exact, and whole numbers. It is the most that
he can know, for of a whole that is withheld itself, as in strict, he knows no sums.
"""

from typing import TYPE_CHECKING

from taskforce_analysis.disclosing.blocks import RATE, hidden_rates
from taskforce_analysis.disclosing.breakdowns import is_protected
from taskforce_analysis.disclosing.details import is_among
from taskforce_analysis.disclosing.withholding import families_of
from taskforce_analysis.results import Results
from taskforce_analysis.tables import SCORES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [*RATE, "score", "count", "least", "most"]


def inferred(results: Results) -> "pd.DataFrame":
    """The least and the most that each withheld count of a rate can be, in units.

    `results` are those before disclosure control, with the settings that they are to be
    published by. One row per withheld rate and score (opfyldt and ikke opfyldt): the
    count itself, `least` and `most`. Empty where nothing is withheld.
    """
    import pandas as pd

    rows = results.tally[results.tally["basis"] == "crude"]
    found: list[tuple[object, ...]] = []
    if is_protected(results.settings.by, results.settings):
        rates, families = hidden_rates(results).rates, families_of(results)
        rows = rows.assign(whole=rows["group"].map(families))
        for _, own in rows.groupby(["whole", "phase", "measure"], sort=False):
            # The only group there is, is the whole, whose sums nothing else tells.
            hidden = own[is_among(own, rates)]
            found += _spans(hidden, has_sums=len(own) > 1)
    return pd.DataFrame(found, columns=COLUMNS)


def _spans(hidden: "pd.DataFrame", *, has_sums: bool) -> list[tuple[object, ...]]:
    sizes, counts = hidden["units"].to_numpy(), hidden[list(SCORES)].to_numpy()
    found: list[tuple[object, ...]] = []
    for place, rate in enumerate(hidden[RATE].itertuples(index=False, name=None)):
        for score in ("compliant", "noncompliant"):
            column = SCORES.index(score)
            size, room = int(sizes[place]), int(counts[:, column].sum())
            least, most = max(0, size + room - int(counts.sum())), min(size, room)
            span = (least, most) if has_sums else (0, size)
            found.append((*rate, score, int(counts[place, column]), *span))
    return found
