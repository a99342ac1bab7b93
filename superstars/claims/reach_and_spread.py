"""Claims answered in the chapter reach_and_spread."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
