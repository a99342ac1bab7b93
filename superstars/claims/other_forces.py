"""Claims answered in the chapter other_forces."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
