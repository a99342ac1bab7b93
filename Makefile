# Thin calls of `python -m superstars`, which works without make, too.
PYTHON ?= python3

.PHONY: book site test chapter assignments answers pdf links serve bench clean

book site test links serve answers bench clean:
	@$(PYTHON) -m superstars $@

chapter pdf:
	@$(PYTHON) -m superstars $@ $(name)

assignments:
	@$(PYTHON) -m superstars assignments --seed $(SEED)
