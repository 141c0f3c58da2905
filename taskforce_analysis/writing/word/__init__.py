"""How the report's blocks become a Word document, and are brought up to date in one."""
