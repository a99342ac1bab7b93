"""Claims answered in the chapter quantity_for_quality."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
