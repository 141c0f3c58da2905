"""What can be read off the rows of a comparison before anything is said about them.

Which rows a group has and in which order; and of one row whether it is withheld, what
it carries with it, and which sentence its verdict has. A row is what `itertuples`
gives, and a field of it may be <NA>, which has no truth value. The rows of the tally
are put in the same order.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from taskforce_analysis.results import Results

if TYPE_CHECKING:
    import pandas as pd

BEYOND = ("improved", "worsened")
DECIDED = (*BEYOND, "uncertain")
_OWN = ("crude", "limit:before", "limit:after", "condition", "unconditional", "law:")
# Told beside the verdict in words of their own, and not as a mere reservation.
_TOLD_APART = {"conditional", "limit_changed"}


def deciding(comparison: "pd.DataFrame", group: str) -> "pd.DataFrame":
    """A group's rows that decide: crude, or by the earlier limit where it changed."""
    return comparison[comparison["headline"] & (comparison["group"] == group)]


def compared_rows(results: Results, group: str) -> "list[Any]":
    """A group's comparison by measure in the form's order, the crude row first."""
    places = {name: at for at, name in enumerate(results.form.measure_ids)}
    own = results.comparison[results.comparison["group"] == group]
    rows = own.itertuples(index=False)
    return sorted(
        (row for row in rows if may_be_shown(row, results)),
        key=lambda row: (places[str(row.measure)], _basis_rank(str(row.basis))),
    )


def theme_rows(results: Results, group: str) -> Iterator[tuple[str, "list[Any]"]]:
    """Each theme's id ("" for none) with its measures' own rows, in form order."""
    form = results.form
    rows = [row for row in compared_rows(results, group) if is_own(row)]
    for theme in [*(theme.id for theme in form.themes), ""]:
        inside = [row for row in rows if form.measure(str(row.measure)).theme == theme]
        if inside:
            yield theme, inside


def tally_rows(results: Results, tally: "pd.DataFrame") -> "list[Any]":
    """The tally's rows by measure in the form's order, then by phase in time."""
    measures = {name: at for at, name in enumerate(results.form.measure_ids)}
    phases = {name: at for at, name in enumerate(results.phases)}
    return sorted(
        tally.itertuples(index=False),
        key=lambda row: (
            measures[str(row.measure)],
            _basis_rank(str(row.basis)),
            phases.get(str(row.phase), len(phases)),
        ),
    )


def _basis_rank(basis: str) -> tuple[int, str]:
    """Where a row stands among those of its measure: crude, limits, all units, laws."""
    ranks = [basis.startswith(own) for own in _OWN]
    return (ranks.index(True) if any(ranks) else len(ranks), basis)


def may_be_shown(row: Any, results: Results) -> bool:
    """Whether a row says nothing that the selection of the cases does not carry.

    Cases that were not drawn at random say nothing of all the municipality's cases.
    """
    phases = (str(row.before), str(row.after))
    drawn = all(results.measurement.phase(phase).is_random for phase in phases)
    return row.basis != "stock" or drawn


def is_own(row: Any) -> bool:
    """Whether a row is its measure's own: crude, by a limit, condition, twin, law part.

    The others are checks that do not decide: the case mix, the stock, the whole scale.
    """
    return str(row.basis).startswith(_OWN)


def is_primary(row: Any) -> bool:
    """Whether the row's measure was chosen beforehand."""
    return str(row.primary) == "True"


def is_withheld(row: Any) -> bool:
    """Whether disclosure control has withheld this row whole."""
    return "withheld" in codes_of(row)


def is_unsure(row: Any) -> bool:
    """Whether the unknown answers could have turned the verdict."""
    return str(row.robust) == "False"


def codes_of(row: Any) -> list[str]:
    """The reservation codes of a row, which are parted by blanks."""
    text = row.reservation
    return text.casefold().replace(",", " ").split() if isinstance(text, str) else []


def has_reservation(row: Any) -> bool:
    """Whether a decided row carries more than that it is asked of some cases only."""
    if row.verdict not in DECIDED:
        return False
    return is_unsure(row) or bool({*codes_of(row)} - _TOLD_APART)


def is_limit_changed(row: Any) -> bool:
    """Whether the two phases were judged by different limits."""
    return "limit_changed" in codes_of(row)


def finding_key(row: Any) -> str:
    """The key of a verdict's sentence: with what decided it, where that matters."""
    if (
        row.verdict == "uncertain"
        and not row.difference_low <= 0 <= row.difference_high
    ):
        return f"uncertain_{row.decided_by}"
    if row.verdict == "not_comparable":
        return f"not_comparable_{row.decided_by}".replace(":", "_")
    return row.verdict
