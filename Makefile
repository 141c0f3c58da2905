# make report and make test set everything up by themselves; make help lists the rest.
# The work is done by tasks.py, which does the same without make: py tasks.py report

TASKS := report test quick cover tidy lab bench long mutants bounds pin sbom

# The first Python that runs, is new enough and can make an environment.
ifndef PYTHON
PYTHON := $(shell for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
  $$name -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
  >/dev/null 2>&1 && echo $$name && break; done)
endif

.PHONY: help $(TASKS)

help: python
	@$(PYTHON) tasks.py help

$(TASKS): python
	@$(PYTHON) tasks.py $@

.PHONY: python
python:
ifeq ($(PYTHON),)
	$(error No Python 3.11 or newer with venv was found. Install one, on Debian python3 and python3-venv, or name it: make report PYTHON=...)
endif
