"""Slides: what they show (charts.py) and how they are made (deck.py, workbook.py)."""
