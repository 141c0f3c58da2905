"""What published results say: that there was something, never where or in whom.

And beside which other reports the figures are withheld, for the tool sees one run.
"""

from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.disclosing.nesting import chain_of
from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results

if TYPE_CHECKING:
    import pandas as pd

# What they say is a figure of a group: that it is small, or has moved.
OF_FIGURES = ("SMALL_CELL", "DENOMINATOR_ZERO", "APPLICABLE_SHIFT")
PLACES = ("sheet", "cell", "case_id", "phase", "group", "measure", "found", "expected")


def published_issues(issues: "pd.DataFrame") -> "pd.DataFrame":
    """One row per code and file, without cell, case, group and measure.

    `count` is how many kinds of places there were, not how many cases.
    """
    kept = issues[~issues["code"].isin(OF_FIGURES)]
    keys = ["severity", "code", "file"]
    sizes = kept.groupby(keys, dropna=False, sort=False).size()
    counted = sizes.rename("count").reset_index()
    return tables.check(counted.assign(**dict.fromkeys(PLACES)), tables.issues)


def reckoned_with(results: Results, language: Language) -> str:
    """Beside which reports on the same cases this one may stand, and that no other."""
    word = language.word
    known = {one.id: one for one in results.form.attributes}
    coarser = [
        [language.label(known[name]) if name in known else name for name in names]
        for names in chain_of(results.settings.by)[:-1]
    ]
    told = [
        word("disclosure.known_by", names=language.listed(names).lower())
        for names in coarser
    ]
    reports = language.listed([word("disclosure.known_all"), *told])
    return word("disclosure.apart", known=reports)
