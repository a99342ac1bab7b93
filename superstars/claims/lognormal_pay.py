"""Claims answered in the chapter lognormal_pay."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
