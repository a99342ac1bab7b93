"""Claims answered in the chapter two_conditions."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
