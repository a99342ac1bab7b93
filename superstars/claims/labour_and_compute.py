"""Claims answered in the chapter labour_and_compute."""

from superstars.claims.rules import Rule, at_least, at_most, between, depends, rule, untestable

LONG_RUN = "how easily compute and labour replace each other in the long run, which nobody has measured"
SUPPLY = "how hard it is for a laboratory to hire more staff"

RULES: dict[str, Rule] = {
    # the output elasticity of an input says what one per cent more of it adds: who is limited by what
    "E25": depends(
        SUPPLY,
        "By the cost shares of a few models one per cent more compute adds {a} per cent of output. If staff are in "
        "supply of unit elasticity, and so cost less than they are worth, it adds {mono_k}.",
        at_least("a", 0.5), at_least("mono_k", 0.5),
    ),
    "B16": depends(
        SUPPLY,
        "One per cent more labour adds {staff_mid} per cent of output if its cost share tells ({staff_low} to "
        "{staff_high} over a few models), and {mono} ({mono_range}) if staff are in supply of unit elasticity; "
        "compute adds the rest.",
        at_least("staff_mid", 0.5), at_least("mono", 0.5),
    ),
    "K16": depends(
        "how easily compute replaces labour",
        "In the model of one laboratory {l_auto} the labour takes output to {auto_half} at an elasticity of {half} "
        "and to {auto_b} at {base}, pay to {labour_low} and {labour_base} of what it was, and compute's share of "
        "income from {a} to {auto_c} and {auto_c_base}.",
        at_least("auto_half", 1), at_most("labour_base", 1), at_least("auto_c", 0.5), at_least("auto_c_base", 0.5),
    ),
    "S1": untestable(
        "no laboratory's marginal products are measured: it would take the prices and amounts of compute and staff "
        "that one laboratory bought, and the research that came of each",
        "The model assumes it. It then gives compute the weight {a}, from staff shares of {staff_low} to "
        "{staff_high} in a few models; in the one account we have the share was {staff22}.",
    ),
    "S2": rule(
        "The largest known training run grew by {seen_12} orders of magnitude in the {orders_years} years after "
        "{first}, and by {seen} to the end of 2025. Research compute as such is not known.",
        at_least("seen_12", 7),
    ),
    # "much better": twice as good, the essay's example of a star
    "S3": depends(
        "the stakes and on how replaceable a star is, which nobody has measured",
        "The highest reported and accepted pay, {inference/reading_quality_from_pay:r_lab} times a colleague's, fits "
        "people from {inference/reading_quality_from_pay:g_lab_lo} to {inference/reading_quality_from_pay:g_lab_hi} "
        "times as good.",
        at_most("inference/reading_quality_from_pay:g_lab_lo", 2),
        at_most("inference/reading_quality_from_pay:g_lab_hi", 2),
    ),
    # "625K": to the thousand
    "S4": rule(
        "SlowCorp's chips over its staff make {head} a head, {head_ratio} NormalCorp's. Both inputs are from memory.",
        between("head", 624_500, 625_500),
    ),
    # "similar": within a tenth, like the mirror image of S9
    "S5": rule(
        "SlowCorp's chips times its week come to {k_slow} of NormalCorp's compute. The chips are from memory.",
        between("k_slow", 0.9, 1.1),
    ),
    # "normal": most runs
    "S6": rule(
        "{long_runs} of {n_runs} frontier models since 2022 trained for longer than a week ({long_share}, 95% "
        "interval {long_ci}), on the chips they had. Spread over SlowCorp's chips at the same efficiency, "
        "{spread_runs} would have.",
        at_least("long_share", 0.5),
    ),
    "S7": depends(
        LONG_RUN,
        "Misfit of practice makes up {misfit_share_half} of SlowCorp's loss in its week, in logs, at a long-run "
        "elasticity of {half}, {misfit_share_one} at one and {misfit_share_base} at {base}; the rest is scarce "
        "labour.",
        at_least("misfit_share_half", 0.5), at_least("misfit_share_one", 0.5), at_least("misfit_share_base", 0.5),
    ),
    "S8": untestable(
        "no laboratory grew up with so much compute a head and so little time to compare with",
        "At fixed efficiency the median frontier run would take {days} times its chips to be done in a day.",
    ),
    "S9": depends(
        "how easily compute and labour replace each other",
        "A mirror image makes the product of the two companies' outputs one. It is {mirror_0} in fixed proportions, "
        "{product} at an elasticity of one and {mirror_b} at {base}.",
        between("mirror_0", 0.9, 1.1), between("product", 0.9, 1.1), between("mirror_b", 0.9, 1.1),
    ),
    # either SlowCorp, of output y, foretells an AutomatedCorp of output 1/y; the claim: the adapted one errs less
    "S9b": depends(
        LONG_RUN,
        "As a forecast of AutomatedCorp's gain an adapted SlowCorp errs {nearer_half} times as much, in logs, as one "
        "dropped into today's world at a long-run elasticity of {half}, {nearer_one} times at one and {nearer_base} "
        "times at {base}.",
        at_most("nearer_half", 1), at_most("nearer_one", 1), at_most("nearer_base", 1),
    ),
    # "hardly slow": at least nine tenths of what adapted methods would give
    "S10": depends(
        "whether adapting takes serial thought or calendar time",
        "With a half-life of {tau0} years AutomatedCorp reaches {kept_life} of its adapted output in its {serial} "
        "serial years, and {kept_year} in one year of the calendar.",
        at_least("kept_life", 0.9), at_least("kept_year", 0.9),
    ),
    # an input still matters if one per cent more of it adds a twentieth of a per cent: the chapter's LEAST
    "S11": depends(
        "how easily compute and labour replace each other",
        "{orders} orders of magnitude of compute ago the lesser of the two output elasticities was {mattered_0} in "
        "fixed proportions, {mattered_1} at an elasticity of one and {mattered_b} at {base}. Neither fell below "
        "{least} only at elasticities from {narrow}.",
        at_least("mattered_0", 0.05), at_least("mattered_1", 0.05), at_least("mattered_b", 0.05),
    ),
    # NormalCorp's project lasts a year
    "S12": rule(
        "With no search at all, {factor} times the training compute outweighs a rival's better algorithms for "
        "{ahead_0} years ({ahead_range}); NormalCorp's project lasts one.",
        at_least("ahead_0", 1),
    ),
    # "drastically": an order of magnitude
    "S13": depends(
        LONG_RUN,
        "Adapted methods give SlowCorp {regained_half} the output of today's methods at a long-run elasticity of "
        "{half} and {regained_base} at {base}, where it does {slow_b} of NormalCorp's research.",
        at_least("regained_half", 10), at_least("regained_base", 10), at_most("slow_b", 1),
    ),
    "S14": rule(
        "After a year with misfit AutomatedCorp does {year_auto} NormalCorp's research, {kept_year} of the "
        "{fit_auto} that adapted methods would give. In the model misfit can only cost.",
        at_most("kept_year", 1),
    ),
}  # fmt: skip
