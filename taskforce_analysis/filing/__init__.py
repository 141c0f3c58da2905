"""A folder of outputs: written, made again, held together, brought up to date.

Results come in and a folder goes out: documents, figures and numbers by `writing`, and
beside them the provenance, which says what they were made of. With it a folder is
verified (are these the files that were written?), run again (does the same come out?)
and refreshed (today's figures in a document that someone has written on in), and a
report is held against those that lie beside it (may both be published?). Nothing is
computed, said or drawn here; a folder is replaced whole or stays as it was, and no
provenance holds a cell's text.
"""
