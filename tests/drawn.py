"""What a figure shows, read back from its artists, for tests of charts."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text

DOTS = 150
# The rounding of letters to whole dots, in dots: boxes may touch by less.
TOUCH = 1.5


@dataclass(frozen=True)
class Box:
    """One text and where it stands, in dots from the lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """Whether the two boxes share more than a touch."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > TOUCH and up > TOUCH


def boxes_of(figure: Figure) -> list[Box]:
    """Every text that is shown, with its extent after drawing."""
    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        canvas.draw()
        renderer = canvas.get_renderer()
        found = []
        for text in figure.findobj(Text):
            assert isinstance(text, Text)
            if text.get_visible() and text.get_text().strip() and is_drawn(text):
                own = isinstance(text, Annotation)  # its box holds its arrow as well
                kind = Text if own else type(text)
                box = kind.get_window_extent(text, renderer)
                found.append(Box(text.get_text(), box.x0, box.y0, box.x1, box.y1))
    return found


def is_drawn(text: Text) -> bool:
    """Whether no axes that are switched off, nor ticks, hold the text back."""
    axes = text.axes
    if axes is None or axes.axison:
        return True
    return text in axes.texts


def meetings(figure: Figure) -> list[tuple[str, str]]:
    """Every pair of texts that overlap."""
    boxes = sorted(boxes_of(figure), key=lambda box: box.left)
    found = []
    for place, box in enumerate(boxes):
        for other in boxes[place + 1 :]:
            if other.left >= box.right:
                break
            if box.meets(other):
                found.append((box.text, other.text))
    return found


def cuts(figure: Figure) -> list[str]:
    """Every text that reaches over the figure's edge."""
    width, height = figure.get_size_inches() * DOTS
    return [
        box.text
        for box in boxes_of(figure)
        if box.left < -TOUCH
        or box.bottom < -TOUCH
        or box.right > width + TOUCH
        or box.top > height + TOUCH
    ]


def texts_of(figure: Figure, gid: str = "") -> list[str]:
    """The texts under a name in the order drawn, on one line each; or all of them."""
    found = [one for one in figure.findobj(Text) if isinstance(one, Text)]
    named = [one for one in found if not gid or one.get_gid() == gid]
    return [" ".join(one.get_text().split("\n")) for one in named if one.get_text()]


def points_of(figure: Figure, gid: str) -> list[float]:
    """The values of the points under a name, ordered."""
    lines = _named(figure, gid, Line2D)
    return sorted(float(x) for line in lines for x in np.ravel(line.get_xdata()))


def intervals_of(figure: Figure, gid: str) -> list[tuple[float, float]]:
    """The ends of the intervals under a name, ordered."""
    found = _named(figure, gid, LineCollection)
    segments = [part for lines in found for part in lines.get_segments()]
    return sorted((float(part[0][0]), float(part[1][0])) for part in segments)


def _named(figure: Figure, gid: str, kind: type) -> list:
    def is_named(artist: Artist) -> bool:
        return isinstance(artist, kind) and artist.get_gid() == gid

    return figure.findobj(is_named)
