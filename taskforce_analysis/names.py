"""The names that may be given, for completion: `ta.names.charts.` and the Tab key.

Each attribute is the name as a text, so that `ta.draw(ta.names.charts.change, results)`
is `ta.draw("change", results)` without a spelling mistake.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from taskforce_analysis.errors import missing_name


@dataclass(frozen=True)
class Names:
    """The names of one kind as attributes; exists so that Tab can list them."""

    kind: str
    known: Callable[[], Iterable[str]]

    def __dir__(self) -> list[str]:
        return sorted(self.known())

    def __getattr__(self, name: str) -> str:
        """The name itself; UsageError with the nearest one where there is none."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.known():
            raise missing_name(self.kind, name, self.known())
        return name


def _charts() -> Iterable[str]:
    from taskforce_analysis.charts import available_charts

    return available_charts()


def _forms() -> Iterable[str]:
    from taskforce_analysis.forms import available_forms

    return available_forms()


def _methods() -> Iterable[str]:
    from taskforce_analysis.methods import available_methods

    return available_methods()


charts = Names("chart", _charts)
forms = Names("form", _forms)
methods = Names("method", _methods)
