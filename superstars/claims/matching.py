"""Claims answered in the chapter matching."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
