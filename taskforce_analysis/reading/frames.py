"""Answers that were gathered before: a .parquet file, or a table in a database.

They hold the answers table in long form, already checked, so nothing is read here but
its columns; the rows are counted where they lie. A database is named by a URL such as
duckdb:///landet.duckdb?table=answers; what else a URL holds (a user, a password, a
server) reaches no message.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from taskforce_analysis.errors import file_error, shown_name, wrong_use

PARQUET = (".parquet", ".pq")
SCHEMES = {
    "duckdb": "",
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?\Z")


def is_stored(name: str | Path) -> bool:
    """Whether a name is a .parquet file or a database URL rather than a workbook.

    >>> is_stored("landet.parquet"), is_stored("sqlite:///x.db"), is_stored("a.xlsx")
    (True, True, False)
    """
    return is_url(name) or str(name).lower().endswith(PARQUET)


def is_url(name: str | Path) -> bool:
    """Whether a name is a database URL of a kind that can be read."""
    return isinstance(name, str) and name.partition("://")[0] in SCHEMES


def stored_name(name: str | Path) -> str:
    """What a message may call it: a file's name, or `database` and the table."""
    if is_url(name):
        return f"database ({_table_of(str(name))})"
    return shown_name(name) or ""


def open_stored(name: str | Path) -> Any:
    """The stored answers as a DuckDB relation, not yet read.

    Raises FileError when there is no such file or it holds no table, and UsageError
    when DuckDB is not installed or the database or its table cannot be opened.
    """
    duckdb = _duckdb()
    if is_url(name):
        return _database(duckdb, str(name))
    path = Path(name)
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        return duckdb.connect().read_parquet(str(path))
    except duckdb.Error:
        raise file_error("FILE_CORRUPT", path) from None


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ModuleNotFoundError:
        remedy = 'Write pip install "taskforce-analysis[duckdb]"'
        raise wrong_use("reading stored answers needs DuckDB", remedy) from None


def _table_of(url: str) -> str:
    name = parse_qs(urlsplit(url).query).get("table", ["answers"])[0]
    if not _NAME.match(name):
        raise wrong_use("the table's name holds other signs", "Write ?table=answers")
    return name


def _database(duckdb: Any, url: str) -> Any:
    table, parts = _table_of(url), urlsplit(url)
    place = url.partition("?")[0]
    if parts.scheme in ("duckdb", "sqlite"):
        place = unquote(parts.netloc + parts.path).removeprefix("/")
        if not Path(place).is_file():
            raise file_error("FILE_NOT_FOUND", place)
    kind = SCHEMES[parts.scheme]
    if kind == "sqlite":
        return _from_sqlite(duckdb, place, table)
    options = f"type {kind}, read_only" if kind else "read_only"
    quoted = place.replace("'", "''")
    try:
        connection = duckdb.connect()
        connection.execute(f"attach '{quoted}' as stored ({options})")
        return connection.table(f"stored.{table}")
    except duckdb.Error:
        raise _not_opened() from None


def _from_sqlite(duckdb: Any, place: str, table: str) -> Any:
    # DuckDB's own reader of SQLite is fetched from the network; Python's is here.
    import sqlite3
    from contextlib import closing

    import pandas as pd

    where = Path(place).resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(where, uri=True)) as connection:
            found = pd.read_sql_query(f'select * from "{table}"', connection)  # noqa: S608
    except (sqlite3.Error, pd.errors.DatabaseError):
        raise _not_opened() from None
    return duckdb.from_df(found)


def _not_opened() -> Exception:
    remedy = "Check the address, your access and ?table=answers"
    return wrong_use("the database or its table cannot be opened", remedy)
