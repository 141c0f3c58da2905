"""A declared table and its columns: name, type, meaning, key."""

from dataclasses import dataclass

TEXT, COUNT, SHARE, DAYS, FLAG = "str", "int64", "float64", "Int64", "boolean"


@dataclass(frozen=True)
class Column:
    """One column of a declared table: its name, type and meaning."""

    name: str
    dtype: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A declared table; exists so that a stage can rely on what it is given."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    open: bool = False  # may carry further text columns (a form's attributes)

    @property
    def names(self) -> list[str]:
        """The declared column names in order."""
        return [column.name for column in self.columns]
