"""Claims answered in the chapter scarcity."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
