"""Figures for the printed page, one file each, looked up by name.

    figure = change(results, theme="follow_up")
    figure = draw("change", results, theme="follow_up")

A chart is one function `(results, language, asked) -> Figure` in a file of its own in
`figures`, entered by `@chart` with the record of its options; the file is found by its
name. `functions` has each as a function with these options as arguments. Figures are
made without pyplot and leave the reader's matplotlib settings as they were. Each
carries its title, alt text, notes and the figures behind it as `figure.taskforce`.

Results come in, and go through disclosure control before a chart sees them. Nothing is
computed here that the results do not hold, but the curves and limits that are only
drawn. `kit` is what several charts share; what one chart uses lives with that chart.
"""

from taskforce_analysis.charts.drawing import (
    Need,
    alt_text,
    available_charts,
    chart,
    charts,
    draw,
    draw_pages,
    drawing_of,
    has_drawing,
    label_of,
    options_of,
)
from taskforce_analysis.charts.functions import (
    answers,
    change,
    days,
    difference,
    funnel,
    heatmap,
    overdue,
    plan,
    rates,
    recommendations,
    themes,
    trend,
)

__all__ = [
    "Need",
    "alt_text",
    "answers",
    "available_charts",
    "change",
    "chart",
    "charts",
    "days",
    "difference",
    "draw",
    "draw_pages",
    "drawing_of",
    "funnel",
    "has_drawing",
    "heatmap",
    "label_of",
    "options_of",
    "overdue",
    "plan",
    "rates",
    "recommendations",
    "themes",
    "trend",
]
