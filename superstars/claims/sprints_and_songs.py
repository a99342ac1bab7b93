"""Claims answered in the chapter sprints_and_songs."""

from superstars.claims.rules import at_least, between, depends, rule, untestable

RARE = 0.05  # a gap that equals reach less often than this is by convention not put down to luck

RULES = {
    # 0.12 s as stated to a hundredth of a second
    "E6": rule(
        "The winner ran {gold_t} s and the second {silver_t} s: a lead of {gap_s} s, or {gap_sd} standard deviations "
        "of the finalists' times.",
        between("gap_s", 0.115, 0.125),
    ),
    "E7": untestable("we have no survey of who knows it", "It was {silver}."),
    "E10": depends(
        "which of the essay's figures are compared",
        "Among {rivals} equals luck alone makes the lowest ratio that the essay's figures allow in {p_low} of markets, "
        "the middle one in {p_mid} and the highest in {p_high}.",
        at_least("p_low", RARE), at_least("p_mid", RARE), at_least("p_high", RARE),
    ),
}  # fmt: skip
