"""Claims answered in the chapter labour_and_compute."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
