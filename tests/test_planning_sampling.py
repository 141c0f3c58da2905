"""A draw can be made again, keeps its shares, and never shows a CPR number."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce_analysis.errors import UsageError
from taskforce_analysis.planning.caselists import CaseList, case_list
from taskforce_analysis.planning.sampling import Draw, draw_cases, draw_workbook
from taskforce_analysis.reading.cells import Kind, Workbook, sheet_from_rows


def listed(*rows: tuple[str, ...], head: tuple[str, ...] = ("Sagsnr.", "Team")):
    """A workbook with a title, a header in row 3 and these rows."""
    cells = [(1, 1, Kind.TEXT, "Sagsliste")]
    for number, row in enumerate([head, *rows], start=3):
        for column, text in enumerate(row, start=1):
            if text:
                cells.append((number, column, Kind.TEXT, text))
    sheet = sheet_from_rows("Liste", cells)
    return Workbook("liste.xlsx", "0" * 64, 1, (sheet,))


def numbered(count: int, teams: int = 2) -> CaseList:
    """A list of so many cases, shared out on teams in turn."""
    rows = [(f"A-{number:03}", f"T{number % teams}") for number in range(count)]
    return case_list(listed(*rows), ["Team"])


def ids(draw: Draw) -> list[str]:
    """The numbers of the drawn cases."""
    return [case.id for stratum in draw.strata for case in stratum.drawn]


def test_totals_remarks_blanks_and_repeats_are_no_cases() -> None:
    found = case_list(
        listed(
            ("A", "1"),
            ("A", "1"),
            ("", "2"),
            ("I alt", "3"),
            ("* note", ""),
            ("B", "1"),
        ),
        ["Team"],
    )
    assert [case.id for case in found.cases] == ["A", "B"]
    assert (found.without_id, found.repeated) == (1, 1)


def test_the_same_seed_gives_the_same_draw_in_any_order() -> None:
    rows = [(f"A-{number:03}", "T") for number in range(40)]
    first = draw_cases(case_list(listed(*rows)), cases=20, seed=2018)
    turned = draw_cases(case_list(listed(*reversed(rows))), cases=20, seed=2018)
    assert ids(first) == ids(turned)
    assert ids(first) != ids(draw_cases(case_list(listed(*rows)), cases=20, seed=2019))


def test_two_draws_do_not_overlap_when_asked() -> None:
    first = draw_cases(numbered(40), cases=20, seed=1)
    second = draw_cases(numbered(40), cases=20, seed=1, without=ids(first))
    assert not set(ids(first)) & set(ids(second))
    assert second.left_out == 20


def test_proportional_and_equal_shares() -> None:
    rows = [
        (f"A-{number:02}", "stor" if number < 30 else "lille") for number in range(40)
    ]
    source = case_list(listed(*rows), ["Team"])
    sizes = {
        kind: {
            one.values[0]: len(one.drawn)
            for one in draw_cases(source, cases=10, seed=1, allocation=kind).strata
        }
        for kind in ("proportional", "equal")
    }
    # 10 x 30/40 is 7.5 and 10 x 10/40 is 2.5: the tie of remainders goes by name.
    assert sizes["proportional"] == {"stor": 7, "lille": 3}
    assert sizes["equal"] == {"stor": 5, "lille": 5}


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 6), st.data())
def test_laws_of_a_draw(count: int, teams: int, data) -> None:
    cases = data.draw(st.integers(1, count))
    spare = data.draw(st.integers(0, 10))
    source = numbered(count, teams)
    for kind in ("proportional", "equal"):
        draw = draw_cases(
            source, cases=cases, seed=7, allocation=kind, replacements=spare
        )
        drawn = ids(draw)
        reserve = [case.id for one in draw.strata for case in one.replacements]
        assert len(drawn) == cases
        assert len(reserve) == min(spare, count - cases)
        assert len(set(drawn) | set(reserve)) == len(drawn) + len(reserve)


def test_a_cpr_number_as_case_number_is_withheld() -> None:
    draw = draw_cases(
        case_list(listed(("010135-0000", "T"), ("0201350000", "T"))), cases=2, seed=1
    )
    book = openpyxl.load_workbook(BytesIO(draw_workbook(draw)))
    texts = [str(cell) for sheet in book for row in sheet.values for cell in row]
    assert not any("0135" in text for text in texts)
    assert any("se række 4" in text for text in texts)


def test_the_protocol_names_population_seed_and_method() -> None:
    draw = draw_cases(numbered(40), cases=10, seed=2018, replacements=2)
    book = openpyxl.load_workbook(BytesIO(draw_workbook(draw, language="en")))
    facts: dict[Any, Any] = {row[0]: row[1] for row in book["Protocol"].values}
    assert facts["Cases to draw from"] == 40
    assert facts["Seed of the draw"] == 2018
    assert facts["T0"] == "20 cases, 5 drawn, 1 in reserve"


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="50 cases cannot be drawn from 40"):
        draw_cases(numbered(40), cases=50, seed=1)
    with pytest.raises(UsageError, match='Nearest: "equal"'):
        draw_cases(numbered(40), cases=5, seed=1, allocation="equl")
    with pytest.raises(UsageError, match='Nearest: "team"'):
        case_list(listed(("A", "T")), ["Taem"])
    with pytest.raises(UsageError, match="no column of the case list"):
        case_list(listed(("A", "T"), head=("Navn", "Team")))
