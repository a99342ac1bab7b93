"""Claims answered in the chapter reach."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
