"""Claims answered in the chapter pay_ladder."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
