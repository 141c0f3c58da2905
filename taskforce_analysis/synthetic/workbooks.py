"""The made-up country as workbooks, one per municipality and phase."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.forms import Form
from taskforce_analysis.synthetic.cases import national_cases
from taskforce_analysis.synthetic.nation import Nation

if TYPE_CHECKING:
    import pandas as pd

WORDS = {
    "yes": "Ja",
    "partly": "Delvist",
    "no": "Nej",
    "not_applicable": "Ikke relevant",
}


def write_workbooks(
    form: Form, folder: str | Path, nation: Nation | None = None
) -> list[Path]:
    """A workbook per municipality and phase, labelled synthetic; their paths."""
    import xlsxwriter

    folder, cases = Path(folder), national_cases(form, nation)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, part in cases.groupby("file", observed=True, sort=False):
        paths.append(folder / str(name))
        with xlsxwriter.Workbook(paths[-1]) as book:
            book.set_properties({"title": "Syntetiske data"})
            for place, row in enumerate(_rows(part, form)):
                if place == 0:
                    page = book.add_worksheet("Data")
                page.write_row(place, 0, row)
    return paths


def _rows(part: "pd.DataFrame", form: Form) -> Iterator[list[str]]:
    measures = [m for m in form.measures if not m.is_computed]
    labels = {phase.id: phase.label for phase in form.phases}
    asked = [measure.columns[0] for measure in measures]
    names = ["case_id", "municipality", "phase", "cluster"]
    yield [form.case[0], "Kommune", form.phase[0], form.cluster[0], *asked]
    for row in part[[*names, *(m.id for m in measures)]].itertuples(index=False):
        case, municipality, phase, cluster, *answers = row
        words = [WORDS.get(answer, "") for answer in answers]
        yield [case, municipality, labels[phase], cluster, *words]
