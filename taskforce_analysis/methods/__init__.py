"""What may be said of counts? Plain numbers in, plain numbers out.

Every method takes and returns ints, floats and numpy arrays, never a frame. Only what
the chain calls is here; its peers, for those who compare methods, are in
tests/witnesses. Those that a report cites by name enter themselves below, with a label
per language, a source and the size for which they are meant; docs/methods.md says why
these.

rates: one rate. comparison: two of them, and the verdict; for few cases it is exact.py,
outcomes.py and scanning.py, read in this order, for many cases many_cases.py. paired:
the same cases in both phases. stock: two stocks of cases of known size. strata,
ordered, survival, trend, agreement: other questions. planning: what so many cases can
show.
"""

from importlib import import_module

from taskforce_analysis.methods.counts import Comparison, Interval
from taskforce_analysis.registry import Entry, Registry

# Of one rate; of two rates, with its test; of the same cases in both phases; of all the
# cases there are, one rate or two; of two mean scores, each of several measures.
intervals: Registry[Interval, str] = Registry("interval")
differences: Registry[Comparison, str] = Registry("difference")
pairs: Registry[Comparison, str] = Registry("paired method")
stocks: Registry[Interval | Comparison, str] = Registry("stock interval")
indices: Registry[Comparison, str] = Registry("index")

REGISTERING = (
    "rates",
    "exact",
    "index",
    "paired",
    "stock",
)  # the modules that enter methods


def available_methods() -> list[str]:
    """The names of all registered methods.

    >>> available_methods()[:3]
    ['berger_boos', 'census', 'chan_zhang']
    """
    return sorted(name for registry in _filled() for name in registry)


def method(name: str) -> Entry | None:
    """The registered method of this name, with label and source; None where none is.

    >>> found = method("wilson")
    >>> found.label["en"] if found else ""
    'Wilson interval'
    """
    found = (registry[name] for registry in _filled() if name in registry)
    return next(found, None)


def _filled() -> tuple[Registry, ...]:
    """The registries, once the modules that enter methods are imported."""
    for module in REGISTERING:
        import_module(f"{__name__}.{module}")
    return intervals, differences, pairs, stocks, indices
