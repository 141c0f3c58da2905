"""What the sheets of the Excel workbook hold, and how they are written."""
