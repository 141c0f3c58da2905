"""Makes docs/gallery/papers: the pages of every paper, small, in Danish and English.

The example measurement serves for all of them; the forms that are not yes and no show
invented answers. Needs LibreOffice, poppler (pdftoppm) and Chromium. Run from the root:
python docs/make_papers.py
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "gallery" / "papers"
sys.path[:0] = [str(ROOT)]

import taskforce_analysis as ta
from taskforce_analysis.forms import Form, Measure, load_form
from taskforce_analysis.results import Results

EXAMPLE = ROOT / "data" / "example" / "maaling.toml"
CASES = {"viso": 5, "selvevaluering": 8, "ledelsestilsyn": 78, "klagesager": 20}
PLACE = "Eksempelkøbing Kommune"
FIRST = date(2021, 1, 11)
DOTS, COLOURS, ACROSS, GAP = 52, 48, 4, 6


def filled(name: str, folder: Path) -> Path:
    """A workbook of one of the forms, with invented answers and no person in it."""
    form = load_form(name)
    phases = [one.label for one in form.phases] or [""]
    path = folder / f"{name}.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy"}) as book:
        page = book.add_worksheet("Sager")
        head = [form.case[0], *([form.phase[0]] if form.phases else [])]
        asked = [one.columns[0] for one in form.attributes]
        asked += [column for one in form.measures for column in columns_of(one)]
        names = [*head, *dict.fromkeys(asked)]
        page.write_row(0, 0, names)
        number = 0
        for phase, label in enumerate(phases):
            for case in range(CASES[name]):
                number += 1
                row = dict(answered(form, case, phase))
                row |= {form.case[0]: f"A-{number:03d}", asked[0]: PLACE}
                row |= {form.phase[0]: label} if form.phases else {}
                page.write_row(number, 0, [row.get(one, "") for one in names])
    return path


def columns_of(measure: Measure) -> Sequence[str]:
    """What is asked of a case: an answer, or two dates."""
    if measure.columns:
        return measure.columns[:1]
    return [*measure.start[:1], *measure.end[:1]]


def answered(form: Form, case: int, phase: int) -> Iterator[tuple[str, object]]:
    """The answers to one case: better later, and never two measures quite alike."""
    begun = FIRST + timedelta(days=14 * case)
    for one in form.attributes:
        if one.id == "decision_date":
            yield one.columns[0], begun
    for at, measure in enumerate(form.measures):
        luck = (7 * case + 3 * at + case * at) % 10 - 2 * phase
        if measure.scale:
            yield measure.columns[0], measure.scale[min(3, max(0, luck // 2))].label
        elif measure.columns:
            yield measure.columns[0], "Ja" if luck < 6 else "Nej"
        else:
            yield measure.start[0], begun - timedelta(days=40)
            yield measure.end[0], begun - timedelta(days=4 * (8 - luck))


def write_papers(results: Results, folder: Path, language: str) -> list[Path]:
    """Every paper of a measurement."""
    folder.mkdir(parents=True)
    kinds = {
        "report": ("rapport.docx", "rapport.html", "praesentation.pptx"),
        "notat": ("notat.docx",),
        "method": ("metodenotat.docx",),
        "caselist": ("sagsliste.docx",),
    }
    return [
        ta.write(results, folder / name, kind=kind, language=language)
        for kind, names in kinds.items()
        for name in names
    ]


def pages(path: Path) -> list[Image.Image]:
    """A paper's pages, as LibreOffice or Chromium shows them."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    pdf = path.with_suffix(".pdf")
    if path.suffix == ".html":
        browser = shutil.which("chromium") or "chromium-browser"
        command = [browser, "--headless", "--no-sandbox", "--no-pdf-header-footer"]
        command += [f"--print-to-pdf={pdf}", path.as_uri()]
    else:
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", str(path)]
    subprocess.run(command, cwd=path.parent, check=True, capture_output=True)
    made = path.with_name(f"{path.stem}-{path.suffix[1:]}")
    command = ["pdftoppm", "-r", str(DOTS), "-png", str(pdf), str(made)]
    subprocess.run(command, check=True)
    found = sorted(path.parent.glob(f"{made.name}-*.png"))
    return [Image.open(one).convert("RGB") for one in found]


def sheet(shown: Sequence[Image.Image], path: Path) -> None:
    """All pages on one picture, with few colours."""
    across = min(ACROSS, len(shown))
    wide, high = (max(one.size[at] for one in shown) + GAP for at in (0, 1))
    down = -(-len(shown) // across)
    whole = Image.new("RGB", (wide * across + GAP, high * down + GAP), "#8a8a8a")
    for number, one in enumerate(shown):
        at = (GAP + number % across * wide, GAP + number // across * high)
        whole.paste(one, at)
    none = Image.Dither.NONE
    whole.quantize(COLOURS, dither=none).save(path, "PNG", optimize=True)


def main() -> None:
    """Make the papers, and a picture and a line of the page for each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ["# The papers", "Made by docs/make_papers.py; all cases are invented."]
    with TemporaryDirectory() as made:
        holding = {"example": ta.run(measurement=EXAMPLE)}
        for name in CASES:
            holding[name] = ta.run(filled(name, Path(made)), form=name)
        for name, results in holding.items():
            for language in ("da", "en") if name == "example" else ("da",):
                folder = Path(made) / f"{name}-{language}"
                for path in write_papers(results, folder, language):
                    if name != "example" and path.name != "rapport.docx":
                        continue
                    kind = "page" if path.suffix == ".html" else path.stem
                    to = f"{name}-{kind}-{language}.png"
                    shown = pages(path)
                    sheet(shown, FOLDER / to)
                    lines.append(f"## {name}: {kind}, {language}, {len(shown)} pages")
                    lines.append(f"![{name}, {kind}, {language}]({to})")
    (FOLDER / "README.md").write_text("\n\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
