"""From cells to the rows of cases: which sheet, table, header, row, phase, word is it?

In come the cells of a workbook as they were read, and a form. Out come the rows of
cases of each table, with the meaning of every column and the address of every cell
(`cases.CaseRows`), or the counts of an aggregated form, and notes of all that is odd.

`workbooks` opens a workbook by means of the others: `layout` and `headers` find its
tables on the `grid`, `columns` and `rows` say what stands in them, `pivoting` turns the
long ones, `aggregates` reads counts. `phases`, `dates` and `lexicon` know what a single
text means; `applied_form` holds them for a whole run. `drafting` is for a workbook that
has no form yet.

The room knows forms and cells. It scores nothing, compares no two tables, and decides
nothing about a case but that it is one; nobody's name or number leaves it in a note.
"""
