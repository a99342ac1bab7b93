"""Claims answered in the chapter scaling_and_markets."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
