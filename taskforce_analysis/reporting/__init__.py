"""What is said, as blocks in an order; the room owns every sentence.

In come results (as disclosure control left them) and a language; out goes a report in
frozen blocks of plain text, which each writer renders in its own way. `contents` has
the order and the parts by name; the chapters, tables, summary and explanations are a
file each; `sentences` words a row of the comparison, and what is read off such a row,
or one of the tally, is in `table_rows` alone: no two outputs read it differently, and a
new state of a row is added there. Nothing here computes a rate, decides a verdict or
knows a format; every text stands in the language files, and no sentence says more than
the cases carry.
"""
