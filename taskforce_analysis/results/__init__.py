"""The whole chain in one call: from workbooks, or stored answers, to `Results`.

In: files, and what is declared of them (form, measurement, settings). Out: `Prepared`,
what was read and checked with every problem on the way; `Results`, all that a reader
may be shown. Nothing here counts, draws or words; each stage does, and this calls them
in their order. The run is loaded when it is first asked for: who only draws or writes
needs no reader.
"""

from typing import TYPE_CHECKING

from taskforce_analysis.results.records import Prepared, Results, Source

if TYPE_CHECKING:
    from taskforce_analysis.results.preparing import prepare
    from taskforce_analysis.results.running import compare_prepared, run

__all__ = ["Prepared", "Results", "Source", "compare_prepared", "prepare", "run"]


def __getattr__(name: str) -> object:
    """Load the run's names when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"results has no {name}")
    from taskforce_analysis.results import running

    return getattr(running, name)
