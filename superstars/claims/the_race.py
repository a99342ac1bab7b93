"""Claims answered in the chapter the_race."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
