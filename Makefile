# Thin calls of `python -m superstars`, which works without make, too.
PYTHON ?= python3

.PHONY: book site test chapter serve bench clean

book site test serve bench clean:
	@$(PYTHON) -m superstars $@

chapter:
	@$(PYTHON) -m superstars chapter $(name)
