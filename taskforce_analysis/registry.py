"""A name, the function behind it, and what a reader is told about it.

Methods, charts and writers register themselves where they are defined, so that an
addition is one function in one place. A look-up that fails says which name is nearest.

>>> shares: Registry[float, str] = Registry("share")
>>> @shares.register("plain", label={"da": "andel", "en": "share"}, meant_for="counts")
... def plain_share(part, whole):
...     return part / whole

The function stays what it was, and the entry is called like it:

>>> plain_share(1, 4), shares["plain"](1, 4), shares["plain"].facts["meant_for"]
(0.25, 0.25, 'counts')

Two of a name are a mistake that shows as soon as the second is imported. What is chosen
by its type, and not by a name that a user gives, is a function's own matter and has no
place here; nor has a list of names elsewhere, which would have to be kept in step.

>>> shares["pain"]
Traceback (most recent call last):
    ...
taskforce_analysis.errors.UsageError: no share is called "pain". Nearest: "plain"
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar, cast

from taskforce_analysis.errors import unknown_name

Function = TypeVar("Function", bound=Callable[..., object])
Made = TypeVar("Made")  # what the functions of a kind give
Fact = TypeVar("Fact")  # what is told of each by name


@dataclass(frozen=True)
class Entry(Generic[Made, Fact]):
    """One registered function: its name, label per language, reference and facts."""

    name: str
    function: Callable[..., Made]
    label: Mapping[str, str]
    reference: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __call__(self, *args: object, **options: object) -> Made:
        """Call the function behind the name."""
        return self.function(*args, **options)


class Registry(Generic[Made, Fact]):
    """All functions of one kind, by name; exists so that additions need no list."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, Entry[Made, Fact]] = {}

    def register(
        self, name: str, *, label: Mapping[str, str], reference: str = "", **facts: Fact
    ) -> Callable[[Function], Function]:
        """A decorator that enters a function under `name` and returns it unchanged."""

        def enter(function: Function) -> Function:
            if name in self._entries:
                raise ValueError(f"two {self.kind}s are called {name}")
            made = cast("Callable[..., Made]", function)
            labels = MappingProxyType(dict(label))
            self._entries[name] = Entry(name, made, labels, reference, facts)
            return function

        return enter

    def __getitem__(self, name: str) -> Entry[Made, Fact]:
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
