"""A report as an analyst writes it for one measurement: from top to bottom, no checks.

The same libraries and the same outputs as `taskforce report` of the example: a Word
report with a table and sentences per theme, days, recommendations, all answers, blank
cells, files, settings and three pictures; a workbook of ten sheets with a native chart;
a web page with the same tables and pictures; two pages of figures as png (300 dpi), svg
and pdf with text and csv; the numbers as JSON; and a list of it all with checksums.
"""

import json
from hashlib import sha256
from pathlib import Path

from benchmarks.by_hand.figures import curve, pages_of, write_figures
from benchmarks.by_hand.files import write_excel, write_page, write_word
from benchmarks.by_hand.numbers import DATES, PHASES, rows_of, tables_of


def report(example: Path, files: tuple[str, ...], out: Path) -> None:
    """Read, count, compare, draw and write, in this order."""
    import pandas as pd

    out.mkdir()
    sheets = [
        pd.read_excel(example / name, engine="calamine", header=None) for name in files
    ]
    themes = dict(zip(sheets[0].iloc[4], sheets[0].iloc[3].ffill(), strict=True))
    frames = [
        sheet.set_axis(sheet.iloc[4], axis=1)[sheet[1].isin(PHASES)] for sheet in sheets
    ]
    advice = pd.read_excel(example / "anbefalinger.xlsx", engine="calamine", header=2)
    table = pd.DataFrame(rows_of(frames, themes))
    days = [
        (pd.to_datetime(one[DATES[1]]) - pd.to_datetime(one[DATES[0]])).dt.days.dropna()
        for one in frames
    ]
    tables = tables_of(table, frames, days=days, advice=advice)
    tables += read_from(example, files)
    write_figures(table, out)
    pictures = [*pages_of(table, bare=True), curve(days)]
    write_word(tables, pictures, out)
    write_excel(tables, table, out)
    write_page(tables, pictures, out)
    write_numbers(tables, table, out)


def read_from(example: Path, files: tuple[str, ...]) -> list[dict]:
    """Which files went in, and which versions of what computed."""
    import matplotlib as mpl
    import pandas as pd

    read = [(example / name).read_bytes() for name in files]
    sums = [
        (name, sha256(one).hexdigest(), str(len(one)))
        for name, one in zip(files, read, strict=True)
    ]
    used = [("pandas", pd.__version__), ("matplotlib", mpl.__version__)]
    used += [(f"Valg {number}", "som i første måling") for number in range(1, 15)]
    heads = (("Fil", "SHA-256", "Størrelse"), ("Indstilling", "Værdi"))
    return [
        {"title": "Filer", "heads": heads[0], "rows": sums, "said": []},
        {"title": "Indstillinger", "heads": heads[1], "rows": used, "said": []},
    ]


def write_numbers(tables: list[dict], table, out: Path) -> None:
    """All numbers as JSON, then every file with its checksum."""
    told = {"tables": tables, "comparison": table.to_dict("records")}
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    (out / "tal.json").write_text(text, "utf-8")
    sums = {one.name: sha256(one.read_bytes()).hexdigest() for one in out.iterdir()}
    (out / "oprindelse.json").write_text(json.dumps(sums, indent=1), "utf-8")
