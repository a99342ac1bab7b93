"""Claims answered in the chapter deals."""

from superstars.claims.rules import Rule, at_least, at_most, between, depends, near, rule, untestable

RULES: dict[str, Rule] = {
    # an allegation is a report; to hold in full, one report must go beyond allegation
    "E33": rule(
        "Reports that name {stated_meta} or more from Meta for OpenAI's people: {meta_openai}, beyond allegation: "
        "{meta_beyond}. Packages that large to others, reported and accepted: {meta_others}.",
        at_least("meta_openai", 1), at_least("meta_beyond", 1),
    ),
    # "across the whole industry" needs at least half of the firms that the interview names; of a firm without a
    # report nothing is known, so that it stands in the interval
    "E47": rule(
        "A report beyond {gap_stated} postdocs, not merely alleged, stands for {gap_firms} of the {named_all} firms "
        "that the interview names; the others may pay it unreported.",
        at_least("gap_share", 0.5),
    ),
    # the page says "hundreds of millions", and only in its last section of what: hundreds, so below a thousand
    "B2": depends(
        "whether dollars or won are meant",
        "The largest reported and accepted package with a stated term is {package} in all, or {package_won}; hundreds "
        "of millions of won are {genius}.",
        between("package", 1e8, 1e9), between("package_won", 1e8, 1e9),
    ),
    # a shift to people raises their pay relative to spending on machines: a ratio above 1
    "B3": rule(
        "From 2024 to 2025 OpenAI's stock-based pay came to {shift_capex} what it was per dollar of capital spending "
        "of Amazon, Alphabet, Meta and Microsoft, and to {shift_lab} per dollar of its own projected research "
        "compute. In 2025 that capital spending was {capex_over_pay_2025} the pay.",
        at_least("shift_capex", 1), at_least("shift_lab", 1),
    ),
    "B4": rule(
        "In dollars the page's sum is {won_scale} the reported price at the exchange rates of mid-2025; it fits at "
        "{needs_scale} won a dollar.",
        near("won_scale", 1),
    ),
    # talent alone explains the price if a head cost no more than the dearest star did: a ratio of at most 1
    "B5": depends(
        "how many people Meta wanted",
        "If all of the price was for people, a head cost {scale_many} the largest reported and accepted package of a "
        "star with {many} people wanted, and {scale_few} with {few}. Meta also got a stake of {scale_stake}.",
        at_most("scale_many", 1), at_most("scale_few", 1),
    ),
    "B6": rule(
        "The won written are {won_low} the dollars at the exchange rates of mid-2025; they would be right at "
        "{needs_low} won a dollar.",
        near("won_low", 1),
    ),
    "B7": rule(
        "The won written are {won_high} the dollars at the exchange rates of mid-2025; they would be right at "
        "{needs_high} won a dollar.",
        near("won_high", 1),
    ),
    "B8": untestable(
        "no report in the file says what freedom or computing came with an offer, and none prices them",
        "For scale, OpenAI's projected research compute of 2024 came to {compute_head} per member of staff.",
    ),
    "B9": rule(
        "The offer in the file is {deepmind} a year, of unknown outcome. Reports on it: {deepmind_n}, confirmed by a "
        "filing or the payer: {deepmind_confirmed}.",
        near("deepmind", 20e6), at_least("deepmind_confirmed", 1),
    ),
    # "more than": what was spent on AI lies between the firms' Nvidia chips alone and all of their capital spending
    "B13": rule(
        "Capital spending of Amazon, Alphabet, Meta and Microsoft, for all purposes, was {ai_2024} the page's sum for "
        "2024 and {ai_2025} that for 2025; what they paid for Nvidia's chips alone was about {chips_over_2024} and "
        "{chips_over_2025}.",
        at_least("ai_2024", 1), at_least("ai_2025", 1),
    ),
    # "almost all" is read as nine in ten, of frontier models (the key companies) and of all notable ones
    # limited: less than what the same firm spends on people and machines
    "B14": rule(
        "OpenAI's stock pay and computing came to {inference/is_100_million_enough:pay_and_compute} of its revenue in "
        "2025, and that revenue to {rev_capex_2025} of the capital spending of four large firms; it had grown by "
        "{revenue_growth} in a year. A bubble is a statement about revenue to come, which no series holds.",
        at_least("inference/is_100_million_enough:pay_and_compute", 1),
    ),
    "B15": rule(
        "An American organisation took part in {us_frontier} of frontier models since 2023 and in {us_late} of "
        "notable models of 2025 and 2026.",
        at_least("us_frontier", 0.9), at_least("us_late", 0.9),
    ),
    "B17": rule(
        "Reports on OpenAI's bonuses or share grants to stay: {retention_n}, confirmed by a filing or by OpenAI: "
        "{retention_confirmed}. Whether they kept anyone, the file cannot show.",
        at_least("retention_n", 1), at_least("retention_confirmed", 1),
    ),
    # no change is the benchmark: China's own share up, joint models and the chip built for China down
    "B19": rule(
        "China's share of notable models changed by {cn_change} from 2019-20 to 2025-26, the share of Chinese models "
        "made with an American organisation by {joint_change}, and that of the chip made for China under export rules "
        "in Nvidia's computing revenue by {h20_change}. None of these shows people moving.",
        at_least("cn_change", 0), at_most("joint_change", 0), at_most("h20_change", 0),
    ),
    "B20": untestable(
        "it would take moves of researchers across borders before and after a measure, beside a field it did not "
        "touch, then and now",
    ),
    "B21": rule(
        "Organisations of the European Union took part in {eu_late} of notable models of 2025 and 2026, {eu_behind} "
        "behind American ones, and in {eu_early} in 2019 and 2020. Whether regulation is the reason was not tested.",
        at_least("eu_behind", 0),
    ),
    "B22": untestable("the book holds no record of such measures and none of researchers who cross borders"),
    # the largest round has none larger; strictly the largest has none as large either
    "V1": rule(
        "Equity rounds of AI firms closed by then and larger than {databricks}: {rounds_larger}; at least as large: "
        "{rounds_as_large}. The largest took in {round_equity} ({round_firm}, {round_date}); firms outside AI are not "
        "in the file.",
        at_most("rounds_larger", 0), at_most("rounds_as_large", 0),
    ),
    "V2": rule(
        "In the model a round that only buys from staff dilutes a holder who sells nothing by {dilution_staff}, one "
        "that spends {mostly} on that by {dilution_mostly}, one of new shares by {dilution_primary}.",
        at_most("dilution_staff", 0),
    ),
    "V3": untestable(
        "no file of the book holds the price, for which the interview is the only source here",
        "The interview gives {mosaic}.",
    ),
    "V4": untestable(
        "private firms have no daily price, so that prices around hires cannot be compared with other days",
    ),
    # the buyer paid for a team if a head cost more than a year at the top of the pay bands: a ratio above 1
    "V9": depends(
        "which share of the price was for people",
        "In the cheapest deal a head cost {head_band} a year at the top of the labs' pay bands if all of the price "
        "was for {many} people, and {head_band_part} if {part} of it was.",
        at_least("head_band", 1), at_least("head_band_part", 1),
    ),
    # nobody saves more than the bill: a ratio of at most 1
    "V10": depends(
        "which years' bill is meant",
        "The saving would be {saved_2024} OpenAI's projected inference bill of 2024 and {saved_both} that of 2024 and "
        "2025 together. Beside what was still spent in 2024 it means code {speed_2024} as fast.",
        at_most("saved_2024", 1), at_most("saved_both", 1),
    ),
    # what gives staff liquidity cannot leave them with less than common shares would
    "V13": rule(
        "A preference ranks claims when the firm is sold. In the model, at {sold} of the firm's value, it leaves a "
        "holder of staff shares {kept} of what she gets if all shares are common; how staff sell does not enter it.",
        at_least("kept", 1),
    ),
    # a group that sets the rate holds most payers of stars, and most of it pays at least what the best other firm does
    "V14": rule(
        "Of the {payer_n} firms with reports on pay of stars {payers_named} are among the {named_all}. In base wages, "
        "which leave out stock, {named_above} of those with enough filings reach the best other employer.",
        at_least("payers_named", 0.5), at_least("named_above", 0.5),
    ),
}  # fmt: skip
