"""Claims answered in the chapter deals."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
