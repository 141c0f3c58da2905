"""A figure as files: png, svg and pdf, its alt text, and the figures behind it as csv.

The page is kept as it was laid out, text stays text, and the same figure gives the same
bytes: no date (unless SOURCE_DATE_EPOCH gives one) and no program version go in. The
reader's own matplotlib settings neither change nor count.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.charts import drawing_of, has_drawing
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.texts import plain, starts_formula

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from PIL.Image import Image

RESOLUTION = 300
_PALETTE, _COMMON = 256, 96  # colours of a png; those kept because they are common
_MOST_COLOURS, _UNSEEN = 1 << 14, 6  # colours; of 255 steps in red, green or blue
_EFFORT = 3  # on drawings as small as zlib's own 6, and nearly twice as fast
_OTHERS = {".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".eps", ".ps", ".svgz"}
_DECIMALS = 6
_TWINS = {
    "Arial": "Liberation Sans",
    "Liberation Sans": "Arial",
    "Calibri": "Carlito",
    "Carlito": "Calibri",
    "DejaVu Sans": "Verdana",
}
_LEFT_OUT = "_drop_tables_default"  # what fontTools leaves out of every font


def export(figure: "Figure", path: str | Path) -> list[Path]:
    """Write a figure beside its alt text and numbers; returns the files written.

    Without a suffix: .png (300 dpi), .svg, .pdf, .txt (alt text) and .csv. With one of
    the suffixes .png, .svg and .pdf: that one and .txt. A figure that was not made by
    `draw` has neither .txt nor .csv. Raises UsageError for another kind of picture.

    >>> from tempfile import TemporaryDirectory
    >>> from matplotlib.figure import Figure
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in export(Figure(), f"{folder}/figur1")]
    ['figur1.png', 'figur1.svg', 'figur1.pdf']
    """
    path = Path(path)
    contents = _contents(figure, path)
    with ExitStack() as whole:
        for target, content in contents.items():
            whole.enter_context(whole_file(target)).write_bytes(content)
    return list(contents)


def _contents(figure: "Figure", path: Path) -> dict[Path, bytes]:
    suffix = path.suffix.lower()
    if suffix in _OTHERS:
        known = ", ".join(_FORMATS)
        raise wrong_use(f'no figure is written as "{suffix}"', f"Known: {known}")
    drawing = getattr(figure, "taskforce", None)
    beside = {".txt": _alt_bytes, ".csv": _csv_bytes} if drawing else {}
    if suffix in _FORMATS:
        wanted = {suffix: _FORMATS[suffix]}
        wanted |= {name: make for name, make in beside.items() if name == ".txt"}
        path = path.with_suffix("")
    else:
        wanted = {**_FORMATS, **beside}
    return {
        path.with_name(path.name + name): make(figure) for name, make in wanted.items()
    }


def png_bytes(figure: "Figure", *, dpi: int = RESOLUTION) -> bytes:
    """The figure as PNG, with title and alt text in its metadata."""
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    for name, text in zip(("Title", "Description"), _words(figure), strict=True):
        if text:
            told.add_text(name, text)
    stream = BytesIO()
    image = _dots(figure, dpi)
    image.save(stream, "png", compress_level=_EFFORT, pnginfo=told, dpi=(dpi, dpi))
    return stream.getvalue()


def _dots(figure: "Figure", dpi: int) -> "Image":
    """The figure as dots: by number in a palette where its colours are few."""
    from PIL import Image

    drawn = _saved(figure, "rgba", None, dpi=dpi)
    width = int(figure.bbox_inches.width * dpi)
    size = (width, len(drawn) // (4 * width))
    image = Image.frombuffer("RGBA", size, drawn, "raw", "RGBA", 0, 1)
    if image.getchannel("A").getextrema() != (255, 255):
        return image
    return _numbered(image, drawn) or image.convert("RGB")


def _numbered(image: "Image", drawn: bytes) -> "Image | None":
    """Each dot as the number of its colour; None where a colour would be lost.

    A figure has some ten colours; the rest of its few hundred are shades at the edges
    of letters and lines. The commonest are kept, then always the one that is farthest
    from all that are kept, until there are 256; a shade that is none of them becomes
    the nearest. As a palette the file is half as large and made in half the time.
    """
    import numpy as np
    from PIL import Image

    found = image.getcolors(_MOST_COLOURS)
    if found is None:
        return None
    found.sort(key=lambda one: (-one[0], one[1]))
    colours = np.array([colour for _, colour in found], np.int16)[:, :3]
    kept = list(range(min(len(colours), _COMMON)))
    apart = abs(colours[:, None] - colours[None, kept]).max(axis=2)
    nearest, least = apart.argmin(axis=1), apart.min(axis=1)
    while len(kept) < _PALETTE and least.max() > 0:
        farthest = int(least.argmax())
        apart = abs(colours - colours[farthest]).max(axis=1)
        nearest = np.where(apart < least, len(kept), nearest)
        least = np.minimum(least, apart)
        kept.append(farthest)
    if least.max() > _UNSEEN:
        return None
    # A dot's four bytes, read as one number, say its colour: the table numbers it.
    numbers = np.zeros(1 << 24, np.uint8)
    numbers[colours.astype(np.int64) @ (1, 1 << 8, 1 << 16)] = nearest
    dots = numbers[np.frombuffer(drawn, "<u4") & 0xFFFFFF]
    made = Image.frombuffer("P", image.size, dots, "raw", "P", 0, 1)
    made.putpalette(colours[kept].astype(np.uint8).tobytes())
    return made


def pdf_bytes(figure: "Figure") -> bytes:
    """The figure as PDF with its letters as text (TrueType) and no trace of when."""
    title, alt = _words(figure)
    said = {"Title": title or None, "Subject": alt or None}
    undated = {} if "SOURCE_DATE_EPOCH" in os.environ else {"CreationDate": None}
    told = {"Creator": None, "Producer": None, **said, **undated}
    with _letters_alone():
        return _saved(figure, "pdf", told)


@contextmanager
def _letters_alone() -> Iterator[None]:
    """Embed a font without its rules of spacing: a PDF places each letter by itself.

    To follow those rules is most of what embedding costs, and there is no way to ask
    for less; where fontTools has changed, it embeds them as before.
    """
    from fontTools.subset import Options

    before = getattr(Options, _LEFT_OUT, [])
    setattr(Options, _LEFT_OUT, [*before, "GDEF", "GPOS", "GSUB"])
    try:
        yield
    finally:
        setattr(Options, _LEFT_OUT, before)


def svg_bytes(figure: "Figure") -> bytes:
    """The figure as SVG: text as text, and title and description for screen readers.

    Its ids follow from its words, so that several may stand on one page.
    """
    title, alt = _words(figure)
    mark = sha256(f"{title}\n{alt}".encode()).hexdigest()[:12]
    undated = {} if "SOURCE_DATE_EPOCH" in os.environ else {"Date": None}
    trace = {"Creator": None, "Format": None, "Type": None, **undated}
    text = _saved(figure, "svg", trace, salt=mark).decode("utf-8")
    return _told(_classed(text), title, alt, mark=mark).encode("utf-8")


def _told(svg: str, title: str, alt: str, *, mark: str) -> str:
    words = f"<title id='t{mark}'>{escape(title)}</title>"
    words += f"<desc id='d{mark}'>{escape(alt)}</desc>"
    named = f"<svg role='img' aria-labelledby='t{mark}' aria-describedby='d{mark}'"
    opening, rest = svg.split("<svg", 1)
    attributes, body = rest.split(">", 1)
    told = words if title else ""
    named = named if title else "<svg"
    return f"{opening}{named}{attributes}>{told}{_at_hand(body)}"


def _at_hand(svg: str) -> str:
    """Behind each family its twin in width, for a reader who has only that."""

    def beside(style: re.Match[str]) -> str:
        named = re.sub("'([^']*)'", lambda one: _with_twin(one[1]), style[0])
        return named.replace("'Verdana'", "'Verdana', sans-serif")

    return re.sub(r'style="[^"]*\bfont\b[^"]*"', beside, svg)


def _with_twin(family: str) -> str:
    return f"'{family}', '{_TWINS[family]}'" if family in _TWINS else f"'{family}'"


def _classed(svg: str) -> str:
    """Groups named by class: what they are recurs, and an id must not."""
    return svg.replace('<g id="', '<g class="')


def _saved(
    figure: "Figure",
    kind: str,
    metadata: Mapping[str, str | None] | None,
    *,
    dpi: float | str = "figure",
    salt: str = "",
) -> bytes:
    import matplotlib as mpl

    from taskforce_analysis.charts.kit.style import own_look

    stream = BytesIO()
    with own_look(), mpl.rc_context():
        mpl.rcParams["svg.fonttype"] = "none"
        mpl.rcParams["svg.hashsalt"] = salt or None
        mpl.rcParams["pdf.fonttype"] = 42
        figure.savefig(stream, format=kind, metadata=metadata, dpi=dpi)
    return stream.getvalue()


def _words(figure: "Figure") -> tuple[str, str]:
    if not has_drawing(figure):
        return "", ""
    drawing = drawing_of(figure)
    return plain(drawing.title), plain(drawing.alt)


def _alt_bytes(figure: "Figure") -> bytes:
    return f"{_words(figure)[1]}\n".encode()


def _csv_bytes(figure: "Figure") -> bytes:
    drawing = drawing_of(figure)
    return csv_bytes(drawing.data, load_language(drawing.language))


def csv_bytes(frame: "pd.DataFrame", language: Language) -> bytes:
    """A table as csv for Excel in the reader's language: BOM, and `;` beside a comma.

    Texts that a spreadsheet would take for a formula are held back by an apostrophe.
    """
    comma = language.word("decimal_mark")
    shown = frame.rename(columns=lambda name: _harmless(str(name)))
    texts = shown.select_dtypes(include=["object", "string"]).columns
    shown = shown.assign(**{name: shown[name].map(_harmless) for name in texts})
    written = shown.round(_DECIMALS).to_csv(
        index=False,
        sep=";" if comma == "," else ",",
        decimal=comma,
        lineterminator="\r\n",
    )
    return written.encode("utf-8-sig")


def _harmless(text: object) -> str:
    value = plain("" if text is None else text)
    return f"'{value}" if starts_formula(value) else value


_FORMATS: dict[str, Callable[["Figure"], bytes]] = {
    ".png": png_bytes,
    ".svg": svg_bytes,
    ".pdf": pdf_bytes,
}
