"""How the report's blocks become a Word document; loaded when one is written."""
