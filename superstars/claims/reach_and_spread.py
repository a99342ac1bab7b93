"""Claims answered in the chapter reach_and_spread."""

from superstars.claims.rules import Rule, at_least, rule

RULES: dict[str, Rule] = {
    # ratio 1 and effect 0: no wider. "Far" has no number in the source, so the answer shows the sizes.
    # "Across the economy" is read both ways: over occupations, and over workers at equal pay.
    "E15": rule(
        "The narrower of actors and musicians had {closest} the p90/p50 of the widest of plumbers, nurses and truck "
        "drivers in the median year. Over all occupations p90/p50 is higher with reach by {plain_effect}; with every "
        "job counted once, at equal median pay, by {weighted_effect}.",
        at_least("closest", 1),
        at_least("plain_effect", 0),
        at_least("weighted_effect", 0),
    ),
}
