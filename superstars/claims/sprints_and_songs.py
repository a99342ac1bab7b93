"""Claims answered in the chapter sprints_and_songs."""

from superstars.claims.rules import Rule

RULES: dict[str, Rule] = {}
