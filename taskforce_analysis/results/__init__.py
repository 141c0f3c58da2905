"""A finished comparison, and the run that makes it from workbooks.

The run is loaded when it is first asked for: who only draws or writes needs no reader.
"""

from typing import TYPE_CHECKING, Any

from taskforce_analysis.results.records import Results, Source

if TYPE_CHECKING:
    from taskforce_analysis.results.preparing import Prepared, prepare
    from taskforce_analysis.results.running import compare_prepared, run

__all__ = ["Prepared", "Results", "Source", "compare_prepared", "prepare", "run"]


def __getattr__(name: str) -> Any:
    """Load the run's names when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"results has no {name}")
    from taskforce_analysis.results import running

    return getattr(running, name)
