"""One file per chart, named as the chart; `charts` finds it by its name."""
