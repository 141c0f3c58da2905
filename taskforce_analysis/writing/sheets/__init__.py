"""How results become an Excel workbook; loaded when one is written."""
