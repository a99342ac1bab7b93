"""Claims answered in the chapter reading_quality_from_pay."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
