"""A name, the function behind it, and what a reader is told about it.

Methods, charts and writers register themselves where they are defined, so that an
addition is one function in one place. A look-up that fails says which name is nearest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from taskforce_analysis.errors import unknown_name

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """One registered function: its name, label per language, reference and facts."""

    name: str
    function: Callable[..., Any]
    label: Mapping[str, str]
    reference: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Call the function behind the name."""
        return self.function(*args, **options)


class Registry:
    """All functions of one kind, by name; exists so that additions need no list."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, Entry] = {}

    def register(
        self, name: str, *, label: Mapping[str, str], reference: str = "", **facts: Any
    ) -> Callable[[Function], Function]:
        """A decorator that enters a function under `name` and returns it unchanged."""

        def enter(function: Function) -> Function:
            if name in self._entries:
                raise ValueError(f"two {self.kind}s are called {name}")
            self._entries[name] = Entry(
                name, function, MappingProxyType(dict(label)), reference, facts
            )
            return function

        return enter

    def __getitem__(self, name: str) -> Entry:
        """The entry of this name; UsageError with the nearest name otherwise."""
        if name not in self._entries:
            raise unknown_name(self.kind, name, self._entries)
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        """Whether something is registered under this name."""
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        """The registered names in the order of registration."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many functions are registered."""
        return len(self._entries)
