"""Which cases to review: a random draw that anyone can make again.

Cases are drawn within strata, proportionally (largest remainder) or equally, with a
seed, and replacements are drawn in order at the same time. The list's own order does
not matter. The protocol says population, strata, seed and method, so that a report
may say that the cases were drawn at random.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from taskforce_analysis.errors import unknown_name, wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.planning.caselists import Case, CaseList

if TYPE_CHECKING:
    from xlsxwriter import Workbook as Book

Row: TypeAlias = Sequence[str | int]

ALLOCATIONS = ("proportional", "equal")


@dataclass(frozen=True)
class Stratum:
    """One stratum: its values, how many cases it holds, and the cases drawn."""

    values: tuple[str, ...]
    population: int
    drawn: tuple[Case, ...]
    replacements: tuple[Case, ...]


@dataclass(frozen=True)
class Draw:
    """A draw with all that its protocol says."""

    source: CaseList
    strata: tuple[Stratum, ...]
    seed: int
    allocation: str
    left_out: int


def draw_cases(
    source: CaseList,
    *,
    cases: int,
    seed: int,
    allocation: str = "proportional",
    replacements: int = 0,
    without: Iterable[str] = (),
) -> Draw:
    """So many cases drawn at random from the list, by stratum.

    `replacements` is how many to draw in reserve, shared out in the same way; `without`
    are numbers of cases that may not be drawn again. The same list, in any order, and
    the same seed give the same draw. Raises UsageError when there are too few.
    """
    if allocation not in ALLOCATIONS:
        raise unknown_name("allocation", allocation, ALLOCATIONS)
    barred = set(without)
    open_ = [case for case in source.cases if not case.id or case.id not in barred]
    strata = _strata(open_)
    if not 0 < cases <= len(open_):
        raise wrong_use(
            f"{cases} cases cannot be drawn from {len(open_)}", "Ask for fewer"
        )
    sizes = {values: len(inside) for values, inside in strata.items()}
    shares = _shared_out(sizes, cases, allocation)
    left = {values: sizes[values] - shares[values] for values in sizes}
    reserve = _shared_out(left, min(replacements, sum(left.values())), allocation)
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = []
    for values, inside in strata.items():
        order = [inside[at] for at in generator.permutation(len(inside))]
        first, last = shares[values], shares[values] + reserve[values]
        chosen, spare = tuple(order[:first]), tuple(order[first:last])
        drawn.append(Stratum(values, len(inside), chosen, spare))
    left_out = len(source.cases) - len(open_)
    return Draw(source, tuple(drawn), seed, allocation, left_out)


def _strata(cases: Iterable[Case]) -> dict[tuple[str, ...], list[Case]]:
    # Sorted by number, so that a list sorted otherwise gives the same draw; a case
    # whose number is withheld can only be known by its row.
    strata: dict[tuple[str, ...], list[Case]] = {}
    for case in sorted(cases, key=lambda case: (case.stratum, case.id, case.row)):
        strata.setdefault(case.stratum, []).append(case)
    return strata


def _shared_out(
    sizes: Mapping[tuple[str, ...], int], cases: int, allocation: str
) -> dict[tuple[str, ...], int]:
    """How many of each stratum, never more than it holds; the sum is `cases`."""
    shares = dict.fromkeys(sizes, 0)
    while (missing := cases - sum(shares.values())) > 0:
        room = {values: sizes[values] - shares[values] for values in sizes}
        open_ = {values: size for values, size in room.items() if size}
        weights = open_ if allocation == "proportional" else dict.fromkeys(open_, 1)
        for values, more in _largest_remainder(weights, missing).items():
            shares[values] += min(more, room[values])
    return shares


def _largest_remainder(
    weights: Mapping[tuple[str, ...], int], cases: int
) -> dict[tuple[str, ...], int]:
    total = sum(weights.values())
    whole = {values: cases * size // total for values, size in weights.items()}
    rest = cases - sum(whole.values())
    by_remainder = sorted(
        weights, key=lambda values: (-(cases * weights[values] % total), values)
    )
    return {values: whole[values] + (values in by_remainder[:rest]) for values in whole}


def draw_workbook(draw: Draw, *, language: "str | Language" = "da") -> bytes:
    """The draw as a workbook: the cases to review, replacements, and the protocol."""
    import xlsxwriter

    words = load_language(language)
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(buffer, {**options, "strings_to_urls": False})
    _write(book, words.word("sample.cases"), list(_case_rows(draw, words)))
    _write(book, words.word("sample.protocol"), list(_protocol(draw, words)))
    book.close()
    return buffer.getvalue()


def _write(book: "Book", name: str, rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value, bold if number == 0 else None)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 6, 20)
    sheet.freeze_panes(1, 0)


def _case_rows(draw: Draw, words: Language) -> Iterable[Row]:
    heads = words.word("sample.columns").split(";")
    yield [*heads, *draw.source.columns]
    for role in ("drawn", "replacements"):
        for stratum in draw.strata:
            for number, case in enumerate(getattr(stratum, role), start=1):
                name = case.id or words.word("sample.row", row=case.row)
                label = words.word(f"sample.{role}", number=number)
                yield [name, case.row, label, *case.stratum]


def _protocol(draw: Draw, words: Language) -> Iterable[Row]:
    yield words.word("sample.protocol_columns").split(";")
    facts = {
        "file": draw.source.file,
        "sha256": draw.source.sha256,
        "population": len(draw.source.cases),
        "without_id": draw.source.without_id,
        "repeated": draw.source.repeated,
        "left_out": draw.left_out,
        "seed": draw.seed,
        "method": words.word(f"sample.allocation_{draw.allocation}"),
    }
    for name, value in facts.items():
        yield [words.word(f"sample.fact_{name}"), value]
    for stratum in draw.strata:
        label = " · ".join(stratum.values) or words.word("sample.all")
        counts = {
            "population": stratum.population,
            "drawn": len(stratum.drawn),
            "replacements": len(stratum.replacements),
        }
        yield [label, words.word("sample.stratum", **counts)]
