"""How far two reviewers of the same cases agree, and what they have still to settle.

`check` makes one answer of two reviews where they agree or a row of consensus settles
it. Here stand the figures for the method note: how often both came to the same, among
the answers found compliant and among those found not so, and Gwet's AC1 over all
measures. Reviewers are R1, R2; nobody's name gets this far.

Bridge cases are reviewed in one phase and again in the next: two reviews of one unit,
which say whether the yardstick has moved in between. Nothing is corrected by it, and a
plan that names them is no proof: only those that both phases answer are spoken of.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis.checking.row_facts import CONSENSUS, MUNICIPALITY
from taskforce_analysis.forms import Form
from taskforce_analysis.methods.agreement import Agreement, agreement_of
from taskforce_analysis.spelling import distinct, silent_key

if TYPE_CHECKING:
    import pandas as pd


KEY = ["form", "phase", "unit_id", "measure"]
UNKNOWN = ("missing", "unrecognised")
OUTSIDE = ("not_applicable", "not_assessable")
COMPARED = (
    "phase",
    "case_id",
    "unit_id",
    "measure",
    "first",
    "second",
    "answer_first",
    "answer_second",
    "cell_first",
    "cell_second",
)


@dataclass(frozen=True)
class Agreed:
    """How far two reviewers agree about one measure, or all of them (`measure` "").

    `pairs` are units that both answered, `same` those with the same answer. `agreement`
    is about compliance, over the pairs where both found the measure to apply.
    """

    measure: str
    pairs: int
    same: int
    agreement: Agreement | None


def _side_by_side(reviews: "pd.DataFrame") -> "pd.DataFrame":
    """Two reviews of one unit side by side, a row per measure that both answered.

    The columns are those of COMPARED and `settled`: whether a row of consensus has
    answered. A third reviewer of the same unit is left out.
    """
    is_consensus = reviews["reviewer"] == CONSENSUS
    answered = reviews[~reviews["answer"].isin(UNKNOWN)]
    single = answered[~is_consensus.reindex(answered.index)]
    single = single.assign(order=single.groupby(KEY, sort=False).cumcount())
    first, second = (single[single["order"] == place] for place in (0, 1))
    named = ["reviewer", "answer", "cell"]
    paired = first[[*KEY, "case_id", *named]].merge(
        second[[*KEY, *named]], on=KEY, suffixes=("_first", "_second")
    )
    done = answered[is_consensus.reindex(answered.index)][KEY].assign(settled=True)
    paired = paired.merge(done.drop_duplicates(), on=KEY, how="left")
    paired["settled"] = paired["settled"].eq(True)  # noqa: FBT003
    return paired.rename(
        columns={"reviewer_first": "first", "reviewer_second": "second"}
    )[[*COMPARED, "settled"]]


def disagreements(reviews: "pd.DataFrame") -> "pd.DataFrame":
    """What two reviewers have still to settle: a row per unit and measure.

    The columns are those of COMPARED; what a row of consensus answers is left out.
    """
    paired = _side_by_side(reviews)
    differ = paired["answer_first"] != paired["answer_second"]
    kept = paired[differ & ~paired["settled"]]
    return kept[list(COMPARED)].reset_index(drop=True)


def agree(reviews: "pd.DataFrame", form: Form) -> tuple[Agreed, ...]:
    """How far two reviewers agree, by measure in the form's order, then over all.

    Empty where nothing was reviewed twice.
    """
    paired = _side_by_side(reviews)
    if not len(paired):
        return ()
    by_measure = dict(list(paired.groupby("measure")))
    found = [
        _agreed_on(by_measure[name], name, form)
        for name in form.measure_ids
        if name in by_measure
    ]
    return (*found, _agreed_on(paired, "", form))


def _agreed_on(paired: "pd.DataFrame", name: str, form: Form) -> Agreed:
    sides = paired[["answer_first", "answer_second"]]
    among = paired[~sides.isin(OUTSIDE).any(axis=1)]
    first, second = (
        [
            answer in form.measure(measure).compliant
            for measure, answer in zip(among["measure"], among[side], strict=True)
        ]
        for side in sides
    )
    pairs = list(zip(first, second, strict=True))
    cells = ((True, True), (True, False), (False, True), (False, False))
    counts = [pairs.count(cell) for cell in cells]
    same = int((paired["answer_first"] == paired["answer_second"]).sum())
    return Agreed(name, len(paired), same, agreement_of(*counts) if pairs else None)


class Lacking(NamedTuple):
    """A bridge case that says nothing, and the phase that is to blame; "" for both."""

    case: str
    phase: str


@dataclass(frozen=True, eq=False)
class Bridges:
    """What became of the bridge cases of a plan in two phases.

    `cases` were reviewed in both, `lacking` were not; each as the plan writes it.
    `reviews` are the answers of both phases to the former, as `agree` takes them.
    `again` are the rows of the answers that are the later phase's reviews.
    """

    cases: tuple[str, ...]
    lacking: tuple[Lacking, ...]
    reviews: "pd.DataFrame" = field(repr=False)
    again: "pd.Index" = field(repr=False)


class _Unit(NamedTuple):
    """A unit that may be a bridge case's: where it stands and what it is called."""

    phase: str
    home: str
    case_id: str
    unit_id: str
    bare: str  # the case's own id, as it is compared

    @property
    def decision(self) -> str:
        """What tells the units of one case apart."""
        return self.unit_id.removeprefix(self.case_id)


def find_bridges(
    answers: "pd.DataFrame",
    form: Form,
    cases: Iterable[str],
    *,
    before: str,
    after: str,
    twice: Collection[tuple[str, str]] = (),
) -> Bridges:
    """Which bridge cases both phases have answered, and what lacks with the others.

    A case is found by its id as the workbook is read, alone or after the name of its
    municipality (or file, where cases share an id), once in each phase and in one
    municipality; and both phases must answer one measure. `twice` are phases with ids
    that stand there twice, as they are compared.
    """
    named = distinct(cases)
    own = answers[answers["phase"].isin([before, after])] if named else answers.iloc[:0]
    units = _units_of(own, named)
    asked = [one.id for one in form.measures if not one.of]  # the others follow them
    is_given = own["answer"].notna() & ~own["answer"].isin(UNKNOWN)
    given = own[is_given & own["measure"].isin(asked)]
    found: dict[_Unit, str] = {}
    lacking, counted = [], []
    for case in named:
        sides = [
            [one for one in units[silent_key(case)] if one.phase == phase]
            for phase in (before, after)
        ]
        pairs = _pairs_of(sides, twice=twice) if before != after else []
        both = [pair for pair in pairs if _share_a_measure(given, pair)]
        taken = found.keys() & {one for pair in both for one in pair}
        if not both or taken:
            blamed = [
                phase
                for phase, side in zip((before, after), sides, strict=True)
                if not _is_answered_once(given, side, twice)
            ]
            lacking.append(Lacking(case, blamed[0] if len(blamed) == 1 else ""))
        else:
            counted.append(case)
            found |= {one: f"{case}{pair[0].decision}" for pair in both for one in pair}
    names = _names_of(own, found)
    reviewed = own.loc[names.index].assign(unit_id=names)
    return Bridges(
        cases=tuple(counted),
        lacking=tuple(lacking),
        reviews=_as_reviews(
            reviewed[reviewed.index.isin(given.index)], before=before, after=after
        ),
        again=reviewed.index[reviewed["phase"] == after],
    )


def _units_of(
    answers: "pd.DataFrame", cases: Iterable[str]
) -> Mapping[str, list[_Unit]]:
    """The units that go by the name of a case, by that name."""
    found: dict[str, list[_Unit]] = {silent_key(case): [] for case in cases}
    rows = answers.assign(home=_homes_of(answers))
    rows = rows.drop_duplicates(["phase", "home", "unit_id"])
    columns = (rows[name] for name in ("phase", "home", "case_id", "unit_id", "file"))
    for phase, home, case, unit, file in zip(*columns, strict=True):
        if not isinstance(case, str):  # stored answers need not say whose they are
            continue
        bare = case
        for prefix in (f"{home} ", f"{file} "):
            bare = bare.removeprefix(prefix)
        keys = {silent_key(one) for one in (case, bare, f"{home} {bare}")}
        for key in keys & found.keys():
            found[key].append(_Unit(phase, home, case, unit, silent_key(bare)))
    return found


def _homes_of(answers: "pd.DataFrame") -> "pd.Series[str]":
    if MUNICIPALITY in answers:
        return answers[MUNICIPALITY].fillna("")
    return answers["phase"].map(lambda _: "")


def _pairs_of(
    sides: Sequence[Sequence[_Unit]], *, twice: Collection[tuple[str, str]]
) -> list[tuple[_Unit, _Unit]]:
    """The units of one case in both phases; none where it is not sure which they are.

    A municipality that has no such case in the other phase has another case of that id.
    """
    homes = [{one.home for one in side} for side in sides]
    shared = homes[0] & homes[1]
    if not shared and all(len(one) == 1 for one in homes) and "" in homes[0] | homes[1]:
        shared = homes[0] | homes[1]  # one phase does not say where
    first, second = ([one for one in side if one.home in shared] for side in sides)
    if any(len({one.case_id for one in side}) != 1 for side in (first, second)):
        return []
    if len(shared - {""}) > 1 or any(_is_twice(one, twice) for one in first + second):
        return []
    by_decision = {one.decision: one for one in second}
    return [
        (one, by_decision[one.decision]) for one in first if one.decision in by_decision
    ]


def _is_twice(unit: _Unit, twice: Collection[tuple[str, str]]) -> bool:
    return (unit.phase, unit.bare) in twice


def _answered(given: "pd.DataFrame", unit: _Unit) -> set[str]:
    rows = given[(given["unit_id"] == unit.unit_id) & (given["phase"] == unit.phase)]
    return set(rows.loc[_homes_of(rows) == unit.home, "measure"])


def _share_a_measure(given: "pd.DataFrame", pair: tuple[_Unit, _Unit]) -> bool:
    first, second = (_answered(given, one) for one in pair)
    return not first.isdisjoint(second)


def _is_answered_once(
    given: "pd.DataFrame", side: Sequence[_Unit], twice: Collection[tuple[str, str]]
) -> bool:
    once = len({(one.home, one.case_id) for one in side}) == 1
    return (
        once
        and not any(_is_twice(one, twice) for one in side)
        and any(_answered(given, one) for one in side)
    )


def _names_of(answers: "pd.DataFrame", found: Mapping[_Unit, str]) -> "pd.Series[str]":
    """What the unit of each row of theirs is called in both phases."""
    import pandas as pd

    names = {(one.phase, one.home, one.unit_id): name for one, name in found.items()}
    near = answers[answers["unit_id"].isin([one.unit_id for one in found])]
    keys = zip(near["phase"], _homes_of(near), near["unit_id"], strict=True)
    told = pd.Series([names.get(key) for key in keys], near.index, dtype="str")
    return told[told.notna()]


def _as_reviews(answers: "pd.DataFrame", *, before: str, after: str) -> "pd.DataFrame":
    order = answers["phase"].map({before: 0, after: 1}).sort_values(kind="stable")
    return answers.assign(reviewer=answers["phase"], phase=after).loc[order.index]
