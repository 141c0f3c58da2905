"""`python -m taskforce_analysis` does what `taskforce` does.

Many municipal machines let no new program file run, but do let Python run a module.
"""

from taskforce_analysis.cli import main

if __name__ == "__main__":
    main()
