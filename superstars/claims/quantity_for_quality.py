"""Claims answered in the chapter quantity_for_quality."""

from superstars.claims.rules import Rule, at_least, at_most, depends, untestable

# The text of the essay is about choosing experiments, so its claims are judged by pooled judgement; its footnote
# counts insights, so that claim is judged by the union of findings. Ratios are to the star: at 1 she is matched.
RULES: dict[str, Rule] = {
    "E4b": depends(
        "how many runs the lab can afford",
        "If {good_30} of changes are good, the star's one run of many changes gains {run_for_run} one single test"
        " and {run_for_ten} all {d} single tests. A design of {design_runs} runs, which takes no intuition, gains"
        " {design_beats} her run.",
        at_least("run_for_run", 1), at_least("run_for_ten", 1),
    ),
    "E17": depends(
        "how far colleagues' errors are alike, which nobody has measured",
        "The {paid} colleagues whom the star's pay would hire choose {team_free} as accurately as she does if their"
        " errors are independent, and {team_alike} if these correlate {r_alike}. From a correlation of {t} no"
        " number matches her.",
        at_most("team_free", 1), at_most("team_alike", 1),
    ),
    "E26": depends(
        "how many ideas are good, which the essay does not say",
        "Two colleagues who err independently choose {pair_10} as accurately as the star if {base} of ideas are"
        " good, and {pair_01} if {base_01} are.",
        at_most("pair_10", 1), at_most("pair_01", 1),
    ),
    "E27": depends(
        "how often a blind guess would hit, which the essay does not say",
        "In insights the star's edge is {gap}. Her accuracy of judgement is {taste_10} a colleague's if {base} of"
        " ideas are good, and {taste_19} if {base_19} are.",
        at_most("taste_10", 2), at_most("taste_19", 2),  # the essay calls even a 2x researcher's edge small
    ),
    "E28": depends(
        "how far colleagues' findings overlap, which nobody has measured",
        "Two colleagues find {apart} as many insights as the star if they work apart, and {alike} if they find the"
        " same. Numbers stop helping at an overlap of {overlap_limit}.",
        at_most("apart", 1), at_most("alike", 1),
    ),
    "E29": untestable(
        "nothing in the book measures what coordination costs a lab in time",
        "Pairs who may have to talk number {links_2} for two colleagues and {links_paid} for the {paid} whom the"
        " star's pay would hire.",
    ),
}  # fmt: skip
