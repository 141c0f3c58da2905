"""Stored answers: gathered and checked before, in a .parquet file or a database.

They hold the answers table in long form. Some hundred thousand are simply taken in, and
everything is computed as from the workbooks themselves. More stay where they lie and
are counted there; what needs single answers (pairs, strata, clusters, the two readings
of delvist, days) is then left out. CPR numbers are covered as in a workbook's cells. A
database is named by a URL such as duckdb:///landet.duckdb?table=answers; what else a
URL holds (a user, a password, a server) reaches no message.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from taskforce_analysis import tables
from taskforce_analysis.checking import Checked, LayoutFound
from taskforce_analysis.checking.case_ids import RunningNumbers
from taskforce_analysis.checking.whole_check import COUNTS
from taskforce_analysis.errors import file_error, shown_name, wrong_use
from taskforce_analysis.forms import Form, load_form
from taskforce_analysis.issues import Issue
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.privacy import has_cpr, is_cpr_number, redact
from taskforce_analysis.reading.cells import Workbook
from taskforce_analysis.reading.given import Frame, Leaf, read_frame
from taskforce_analysis.results.records import Prepared, Source
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import with_groups

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation

PARQUET = (".parquet", ".pq")
SCHEMES = {
    "duckdb": "",
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
}
TAKEN_IN = 2_000_000
NEEDED = ("phase", "measure", "score")
IDS = ["case_id", "unit_id"]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?\Z")
_RUNNING = re.compile(r"#(\d{1,9})")


def is_stored(name: Leaf) -> bool:
    """Whether a name is a .parquet file or a database URL rather than a workbook.

    A table in memory is stored answers where it has the scores of answers.

    >>> is_stored("landet.parquet"), is_stored("sqlite:///x.db"), is_stored("a.xlsx")
    (True, True, False)
    """
    if isinstance(name, Workbook):
        return False
    if isinstance(name, Frame):
        return set(NEEDED) <= set(name.columns)
    return _is_url(name) or str(name).lower().endswith(PARQUET)


def _is_url(name: str | Path) -> bool:
    return isinstance(name, str) and name.partition("://")[0] in SCHEMES


def prepare_stored(
    names: Sequence[Leaf],
    form: str | Path | Form | None,
    *,
    plan: Measurement,
    settings: Settings,
) -> Prepared:
    """The one stored table that is named; UsageError when it holds no answers."""
    if len(names) != 1:
        raise wrong_use("stored answers stand with other files", "Name them alone")
    (named,) = names
    if isinstance(named, Frame):
        return _prepare_frame(named, form, plan=plan, settings=settings)
    assert not isinstance(named, Workbook)
    relation, shown = open_stored(named), stored_name(named)
    lacking = [name for name in NEEDED if name not in relation.columns]
    if lacking:
        finding = f"{shown} has no column {', '.join(lacking)}"
        raise wrong_use(finding, "Make it with taskforce gather")
    known = load_form(form or _form_in(relation))
    rows = relation.aggregate("count(*) as number").fetchall()[0][0]
    is_large = rows > TAKEN_IN
    answers, found = _no_answers(known), ()
    if not is_large:
        answers, found = _taken_in(relation.df(), known, shown)
        answers = with_groups(answers, settings.by)
    layout = LayoutFound(shown, (), (), "long", answers["unit_id"].nunique())
    return Prepared(
        form=known,
        form_was_matched=not form,
        measurement=_covered(plan),
        settings=settings,
        sources=(_source(named, layout),),
        checked=_checked(answers, layout),
        found=found,
        frame=relation if is_large else None,
    )


def _prepare_frame(
    given: Frame,
    form: str | Path | Form | None,
    *,
    plan: Measurement,
    settings: Settings,
) -> Prepared:
    """A table of answers in memory; their scores are held against the answers."""
    import narwhals as nw

    frame = nw.from_native(given.native).lazy().collect().to_pandas()
    frame.columns = list(given.columns)
    forms = frame["form"].dropna().unique().tolist() if "form" in frame else []
    if not form and len(forms) != 1:
        finding = "the stored answers do not say their form"
        raise wrong_use(finding, "Name it with --form")
    known = load_form(form or str(forms[0]))
    book = read_frame(given)
    answers, found = _taken_in(frame, known, book.file)
    answers = with_groups(answers, settings.by)
    layout = LayoutFound(book.file, (), (), "long", answers["unit_id"].nunique())
    source = Source(
        file=book.file,
        sha256=book.sha256,
        size=book.size,
        layout=layout.layout,
        units=layout.units,
    )
    return Prepared(
        form=known,
        form_was_matched=not form,
        measurement=_covered(plan),
        settings=settings,
        sources=(source,),
        checked=_checked(answers, layout),
        found=found,
    )


def _covered(plan: Measurement) -> Measurement:
    """The plan without CPR numbers: whose they were, stored answers do not say."""
    locked = plan.locked
    if locked:
        locked = replace(locked, bridge_cases=tuple(map(redact, locked.bridge_cases)))
    cases = tuple(map(redact, plan.bridge_cases))
    return replace(plan, bridge_cases=cases, locked=locked)


def stored_name(name: str | Path) -> str:
    """What a message may call it: a file's name, or `database` and the table."""
    if _is_url(name):
        return f"database ({_table_of(str(name))})"
    return shown_name(name) or ""


def open_stored(name: str | Path) -> "DuckDBPyRelation":
    """The stored answers as a DuckDB relation, not yet read.

    Raises FileError when there is no such file or it holds no table, and UsageError
    when DuckDB is not installed or the database or its table cannot be opened.
    """
    try:
        duckdb = import_module("duckdb")
    except ModuleNotFoundError:
        remedy = 'Write pip install "taskforce-analysis[duckdb]"'
        raise wrong_use("reading stored answers needs DuckDB", remedy) from None
    if _is_url(name):
        return _database(duckdb, str(name))
    path = Path(name)
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        return duckdb.connect().read_parquet(str(path))
    except duckdb.Error:
        raise file_error("FILE_CORRUPT", path) from None


def _database(duckdb: ModuleType, url: str) -> "DuckDBPyRelation":
    table, parts = _table_of(url), urlsplit(url)
    address = url.partition("?")[0]
    if parts.scheme in ("duckdb", "sqlite"):
        address = unquote(parts.netloc + parts.path).removeprefix("/")
        if not Path(address).is_file():
            raise file_error("FILE_NOT_FOUND", address)
    kind = SCHEMES[parts.scheme]
    if kind == "sqlite":
        return _from_sqlite(duckdb, address, table)
    options = f"type {kind}, read_only" if kind else "read_only"
    quoted = address.replace("'", "''")
    try:
        connection = duckdb.connect()
        connection.execute(f"attach '{quoted}' as stored ({options})")
        return connection.table(f"stored.{table}")
    except duckdb.Error:
        raise _not_opened() from None


def _table_of(url: str) -> str:
    name = parse_qs(urlsplit(url).query).get("table", ["answers"])[0]
    if not _NAME.match(name):
        raise wrong_use("the table's name holds other signs", "Write ?table=answers")
    return name


def _from_sqlite(duckdb: ModuleType, path: str, table: str) -> "DuckDBPyRelation":
    # DuckDB's own reader of SQLite is fetched from the network; Python's is here.
    import sqlite3
    from contextlib import closing

    import pandas as pd

    where = Path(path).resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(where, uri=True)) as connection:
            found = pd.read_sql_query(f'select * from "{table}"', connection)  # noqa: S608
    except (sqlite3.Error, pd.errors.DatabaseError):
        raise _not_opened() from None
    return duckdb.from_df(found)


def _not_opened() -> Exception:
    remedy = "Check the address, your access and ?table=answers"
    return wrong_use("the database or its table cannot be opened", remedy)


def _form_in(relation: "DuckDBPyRelation") -> str:
    if "form" in relation.columns:
        found = relation.project("form").distinct().limit(2).fetchall()
        if len(found) == 1 and found[0][0]:
            return str(found[0][0])
    raise wrong_use("the stored answers do not say their form", "Name it with --form")


def _no_answers(form: Form) -> "pd.DataFrame":
    attributes = dict.fromkeys((one.id for one in form.attributes), "")
    return tables.build([], tables.answers).assign(**attributes)


def _taken_in(
    frame: "pd.DataFrame", form: Form, shown: str
) -> "tuple[pd.DataFrame, tuple[Issue, ...]]":
    # Case ids that were stored as numbers have lost a leading zero.
    as_numbers = "case_id" in frame and frame["case_id"].dtype.kind in "iuf"
    if "form" in frame:
        frame = frame[frame["form"] == form.id]
    lacking = {n: None for n in tables.answers.names if n not in frame}
    frame = frame.assign(**{**lacking, "form": form.id, "group": tables.ALL})
    try:
        answers = tables.check(frame, tables.answers)
    except ValueError:
        finding = "the stored table is not the table of answers"
        raise wrong_use(finding, "Make it with taskforce gather") from None
    return _without_cpr(answers, file=shown, as_numbers=as_numbers)


def _without_cpr(
    answers: "pd.DataFrame", *, file: str, as_numbers: bool
) -> "tuple[pd.DataFrame, tuple[Issue, ...]]":
    """The answers with every CPR-like number replaced or covered, and the issues.

    A case id that is one becomes a running number, and a unit's id follows its case; in
    other texts the number is covered. CPR_FOUND says in which column of `file`, and how
    many different texts it was; never which.
    """
    found, changes = [], {}
    for name in answers.columns:
        if name in IDS or answers[name].dtype != "str":
            continue
        texts = answers[name].dropna().unique()
        odd = {text: redact(text) for text in texts if has_cpr(text)}
        if odd:
            changes[name] = answers[name].map(lambda text, odd=odd: odd.get(text, text))
            found.append(_cpr_found(file, name, len(odd)))
    ids = _new_ids(answers[IDS].drop_duplicates(), as_numbers=as_numbers)
    if ids:
        pairs = answers[IDS].itertuples(index=False, name=None)
        new = [ids.get(pair, pair) for pair in pairs]
        changes |= zip(IDS, zip(*new, strict=True), strict=True)
        found.append(_cpr_found(file, "case_id", len({case for case, _ in ids})))
    if changes:
        answers = answers.assign(**changes).astype(answers.dtypes)
    return answers, tuple(found)


def _cpr_found(file: str, column: str, count: int) -> Issue:
    found = f"column {redact(column)}"
    return Issue("CPR_FOUND", file=file, found=found, count=count)


def _new_ids(
    pairs: "pd.DataFrame", *, as_numbers: bool
) -> Mapping[tuple[str, str], tuple[str, str]]:
    """New ids of cases and units, for those that hold a CPR number."""

    def is_cpr(text: object) -> bool:
        return isinstance(text, str) and (
            has_cpr(text) or (as_numbers and is_cpr_number(text))
        )

    numbers = _numbers_after(pairs["case_id"])
    new = {}
    for case, unit in pairs.itertuples(index=False, name=None):
        if not is_cpr(case) and not is_cpr(unit):
            continue
        shown = numbers.for_cpr(case) if is_cpr(case) else case
        rest = unit.replace(case, shown) if isinstance(case, str) else unit
        new[case, unit] = (shown, numbers.for_cpr(rest) if is_cpr(rest) else rest)
    return new


def _numbers_after(cases: "pd.Series[str]") -> RunningNumbers:
    """Running numbers that go on after those that cases were given before."""
    given = [_RUNNING.fullmatch(text) for text in cases.dropna()]
    last = max((int(match[1]) for match in given if match), default=0)
    return RunningNumbers({f"#{number}": f"#{number}" for number in range(1, last + 1)})


def _checked(answers: "pd.DataFrame", layout: LayoutFound) -> Checked:
    import pandas as pd

    return Checked(
        answers=answers,
        found=(),
        counts=pd.DataFrame(columns=list(COUNTS)),
        reviews=tables.build([], tables.reviews),
        layouts=(layout,),
    )


def _source(name: str | Path, layout: LayoutFound) -> Source:
    digest, size = "", 0
    if not _is_url(name):
        with Path(name).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        size = Path(name).stat().st_size
    return Source(
        file=layout.file,
        sha256=digest,
        size=size,
        layout=layout.layout,
        units=layout.units,
    )
