"""Intervals and tests on plain numbers: what is computed, apart from any table.

Every method takes and returns ints, floats and numpy arrays, never a frame, and enters
itself in a registry with a label per language, its source and the size
for which it is meant. The tool uses few of them (see docs/methods.md); the others are
here for those who compare methods, and as witnesses in the tests.
"""

from importlib import import_module
from pkgutil import iter_modules

from taskforce_analysis.registry import Registry

intervals = Registry("interval")  # of one rate
differences = Registry("difference")  # of two rates: an interval, often with its test
tests = Registry("test")  # of two phases: a p-value without an interval
pairs = Registry("paired method")  # of the same cases in both phases
stocks = Registry("stock interval")  # of one rate among all cases there are


def load_methods() -> None:
    """Import every module of this room, so that the registries are full.

    >>> load_methods()
    >>> "wilson" in intervals
    True
    """
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
