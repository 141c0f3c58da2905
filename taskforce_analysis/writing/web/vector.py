"""A figure's SVG made fit to stand inside a page: titled, described, ids its own.

matplotlib writes a whole document with a fixed size; here it gets a view box, so that
it scales, the two elements that a screen reader reads, and ids that no other figure on
the page has.
"""

import re
from html import escape

from taskforce_analysis.writing.picturing import Drawn

_OPENING = re.compile(r"<svg\b[^>]*>")
_VIEW = re.compile(r'viewBox="([^"]*)"')
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(\bid="|"#|url\(#)([^")]+)')


def inline_svg(drawn: Drawn, *, name: str) -> str:
    """The figure as an svg element; `name` begins every id in it."""
    text = _METADATA.sub("", drawn.svg())
    opening = _OPENING.search(text)
    view = _VIEW.search(text)
    if opening is None or view is None:
        raise ValueError("the figure was not drawn as SVG")
    inside = text[opening.end() : text.rindex("</svg>")].strip()
    own = _ID.sub(lambda found: f"{found[1]}{name}-{found[2]}", inside)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{view[1]}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(drawn.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(drawn.alt)}</desc>\n{own}\n</svg>'
    )
