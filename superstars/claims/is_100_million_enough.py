"""Claims answered in the chapter is_100_million_enough."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
