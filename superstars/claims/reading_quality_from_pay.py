"""Claims answered in the chapter reading_quality_from_pay."""

from superstars.claims.rules import Rule, at_least, at_most, depends, rule

RULES: dict[str, Rule] = {
    # "much more": at least twice as fast
    "E39": depends(
        "how easily labour replaces compute",
        "A gap of {R0} would speed research up {hundred_up} times as much at unit elasticity ({naive_lo} to "
        "{naive_hi} over the observed labour shares), {ces_up_low} times at an elasticity of {ces_low} and "
        "{ces_up_high} times at {ces_high}. Gaps that fit the pay ratio give {up_lo} to {up_hi}.",
        at_least("ces_up_low", 2), at_least("hundred_up", 2), at_least("ces_up_high", 2),
    ),
    # it decides if quality, rather than speed and number, makes up most of the speed-up
    "E40": rule(
        "Beside {fast} times the speed and number, even a quality gap of {R0} supplies {part} of the speed-up, in "
        "logs, at unit elasticity, {ces_part_low} at an elasticity of {ces_low} and {ces_part_high} at {ces_high}.",
        at_most("part", 0.5), at_most("ces_part_low", 0.5), at_most("ces_part_high", 0.5),
    ),
    # a product changes completely if one person's ideas do at least half of what is to be done
    "V7": rule(
        "In the one open record with names the largest contributor's ideas together cut training time by {ng_cut}, "
        "and by {late_cut} since the early records; the best single idea cut it by {ng_best}.",
        at_least("ng_cut", 0.5), at_least("late_cut", 0.5),
    ),
}  # fmt: skip
