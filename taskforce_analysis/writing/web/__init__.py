"""How the report's blocks become a web page; loaded when one is written."""
