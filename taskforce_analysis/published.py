"""A municipality's own figures beside the national ones, where both count the same.

A published figure may stand beside an own one only where measure, law, provision, unit,
population and period are all the same. What the own cases are of is declared, never
inferred. The figures stand side by side and no more: no difference, no verdict and no
ranking, for Ankestyrelsen says itself that its figures do not bear on one municipality.
"""

import csv
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce_analysis.boundary import guarded, guarded_record
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.results import Results
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.spelling import silent_key
from taskforce_analysis.tables import Cell

if TYPE_CHECKING:
    import pandas as pd

SAME = ("law", "provision", "unit", "population", "period")
OWN = ("group", "measure", "compliant", "applicable", "rate")
NATIONAL = ("publication", "wording", "printed", "base", "source")


@guarded_record
@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the own figures are figures of; exists because it is declared, not guessed.

    `law` and `provision` are those of the reviewed decisions, `population` which
    decisions they were, in the publication's words, and `period` the year that the
    publication is named after.
    """

    law: str
    provision: str
    population: str
    period: str


def national_figures() -> "pd.DataFrame":
    """Every national figure that comes with the package, as it is printed.

    >>> figures = national_figures()
    >>> figures.loc[figures["id"] == "B07", "printed"].item()
    '73 pct.'
    """
    import pandas as pd

    path = data_folder("published") / "national_figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(csv.DictReader(file, delimiter=";"))


@guarded
def beside(results: Results, scope: Scope, *, phase: str = "") -> "pd.DataFrame":
    """Own counts beside each national figure that counts the same; may well be empty.

    One row per group and figure, in the form's order; `phase` is the later one where
    it is left out. Source of the caveat that belongs under it: `caveat`.
    """
    return _pairs(results, scope, phase=phase, same=True)


@guarded
def apart(results: Results, scope: Scope, *, phase: str = "") -> "pd.DataFrame":
    """The national figures for the same measures that may not stand beside the own.

    `differs_in` names what is not the same: law, provision, unit, population, period.
    """
    return _pairs(results, scope, phase=phase, same=False)


@guarded
def caveat(language: "str | Language" = "da") -> str:
    """What Ankestyrelsen says of its own figures; belongs under every such table."""
    return load_language(language).word("published.caveat")


def _pairs(results: Results, scope: Scope, *, phase: str, same: bool) -> "pd.DataFrame":
    import pandas as pd

    declared = {**vars(scope), "unit": results.form.unit}
    tally = disclose(results).tally
    chosen = (tally["basis"] == "crude") & (tally["phase"] == (phase or results.after))
    pairs = []
    figures = national_figures().to_dict("records")
    for own in tally.loc[chosen, OWN].to_dict("records"):
        for figure in figures:
            differs = _differences(figure, declared)
            if own["measure"] == figure["measure"] and same == (not differs):
                printed = {name: figure[name] for name in NATIONAL}
                pairs.append({**own, **printed, "differs_in": ", ".join(differs)})
    more = () if same else ("differs_in",)
    return pd.DataFrame(pairs, columns=[*OWN, *NATIONAL, *more])


def _differences(
    figure: Mapping[Hashable, Cell], declared: dict[str, str]
) -> list[str]:
    # What a publication does not say cannot be the same.
    return [
        name
        for name in SAME
        if not figure[name]
        or silent_key(str(figure[name])) != silent_key(declared[name])
    ]
