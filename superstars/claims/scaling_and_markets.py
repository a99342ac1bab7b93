"""Claims answered in the chapter scaling_and_markets."""

from superstars.claims import stated
from superstars.claims.rules import Rule, at_least, at_most, between, depends, near, rule, untestable

RULES: dict[str, Rule] = {
    "K1": depends(
        "which runs are counted",
        "Training compute grew {compute_growth} a year among frontier runs since 2010 (95% interval "
        "{compute_interval}), {growth_notable} among all notable models and {growth_record} among record runs.",
        near("compute_growth", stated("K1")), near("growth_record", stated("K1")),
    ),
    "K2": rule(
        "The published time in which the compute for a given performance falls by half means {efficiency} times a "
        "year, with a 95% interval of {efficiency_interval}.",
        near("efficiency", stated("K2")),
    ),
    "K3": rule(
        "The two quoted rates multiply to {quoted_effective}; the estimates of this book multiply to {effective}, "
        "and the ends of their intervals to {effective_interval}.",
        near("quoted_effective", stated("K3")), near("effective", stated("K3")),
    ),
    "K4": rule(
        "Acemoglu's shares, as this book has them, multiply to {acemoglu}; Goldman Sachs's figure, compounded over "
        "as many years, is {goldman}, or {gap_ratio} his upper bound.",
        at_most("acemoglu", stated("K4")),
    ),
    "K5": rule(
        "At Chinchilla's compute the refit gives {refit_tokens} tokens per parameter without {outliers} runs of "
        "high loss, and {all_tokens} with them.",
        near("refit_tokens", stated("K5")),
    ),
    "K6": rule(
        "The elasticity of substitution between parameters and data is {sigma}, where Cobb-Douglas has one; only "
        "the best size is a power of compute, with an exponent of {powers}.",
        near("sigma", stated("K6")),
    ),
    "K7": depends(
        "the size of GPT-3.5, which is not public",
        "With its estimated compute GPT-3.5 wasted {waste_same} of it if it was as large as GPT-3, and "
        "{waste_small} at the size reported for GPT-3.5 Turbo; GPT-3 itself wasted {gpt3_waste}.",
        # a tenth of the compute: a plain mark of a clear deviation
        at_least("waste_same", 0.1), at_least("waste_small", 0.1),
    ),
    "K8": rule(
        "A law fitted to the smaller runs misses the larger ones by {miss} of what {double} the compute gains, and "
        "each factor of {step} in compute gains {next_gain} of what the one before gained.",
        # foretold well: the error is less than the gain at issue; diminishing: each gain is less than the last
        at_most("miss", 1), at_most("next_gain", 1),
    ),
    "K9": depends(
        "what counts as the cost of a model",
        "By {top_date} the dearest run cost {top_amortised}, {amortised_over} the path through both forecasts; the "
        "hardware behind it cost {top_purchase}, {purchase_over} the path.",
        at_least("amortised_over", 1), at_least("purchase_over", 1),
        score="path_score",
    ),
    "K10": rule(
        "Since the talk the best models have improved {talk_index} as fast as before by an index of capabilities "
        "and {talk_horizon} as fast by the length of tasks; the stock of text itself is not in the data.",
        at_least("talk_index", 1), at_least("talk_horizon", 1),
        score="wall_score",
    ),
    "K11": rule(
        "From GPT-4 to GPT-4o, {named_months} months later, the blended price fell by {named_fall}; at constant "
        "quality it fell by {fall_least} to {fall_most} a year.",
        at_least("named_fall", stated("K11")), between("named_months", 12, 18),
    ),
    "K12": rule(
        "OpenAI's last round before the talk brought {raised} of equity at {openai_then}, {openai_lead} the value "
        "of the next lab.",
        near("raised", stated("K12")), near("openai_then", stated("K12", upper=True)), at_least("openai_lead", 1),
    ),
    "K13": depends(
        "whether chips that Google and Amazon design for themselves count",
        "NVIDIA made {nvidia_sold} of the computing power in chips that are sold and {nvidia_share} of all that "
        "four designers made by September 2024. Its accounts are not in the data; the quoted margin implies a "
        "demand elasticity of {lerner}.",
        near("nvidia_sold", stated("K13")), near("nvidia_share", stated("K13")),
    ),
    "K14": depends(
        "whether the market is measured in dollars or in users",
        "Free entry ends in one seller only if training cost outgrows the market. It grew {cost_growth} a year: "
        "{cost_over_revenue} as fast as the labs' revenue and {cost_over_users} as fast as ChatGPT's users.",
        at_least("cost_over_revenue", 1), at_least("cost_over_users", 1),
    ),
    "K15": rule(
        "A loop that tips the market would widen the lead of the best lab. From November 2024 to April 2026 its "
        "lead over the lab at rank {fifth} became {lead_votes} what it was by users' votes and {lead_index} by an "
        "index of benchmarks. What share of code AI writes is not in the data.",
        at_least("lead_votes", 1), at_least("lead_index", 1),
    ),
    "K17": untestable(
        "no source in this book says on how many tokens a model must be trained again to undo it",
        "At {undo_rent} an hour for a chip, {said_undo} trains Llama 3.1-405B on {undo_share} as many tokens as it "
        "was trained on.",
    ),
    "K18": rule(
        "In the week of the talk {in_order} of {fifth} labs stood at the rank that the talk gives, and {chinese} "
        "of the first {listed} organisations were Chinese, but {chinese_models} of the {listed} best models.",
        at_least("in_order", 5), at_least("chinese", stated("K18")), at_least("chinese_models", stated("K18")),
    ),
    "K19": rule(
        "In the arena of 2026 more thinking adds {think_text} points to the rating of one and the same model in chat "
        "and {think_code} in code.",
        at_least("think_text", 0), at_least("think_code", 0),
    ),
    "K20": rule(
        "At their last closed rounds before the talk xAI was worth {xai_then}, Anthropic {anthropic_then} and the "
        "next lab in the data {mistral_then}.",
        between("xai_then", stated("K20"), stated("K20", upper=True)),
        between("anthropic_then", stated("K20"), stated("K20", upper=True)),
        at_most("mistral_then", 1e10),  # single billions
    ),
    "K21": untestable(
        "there is no agreed measure of general intelligence, the scenarios cover nearly every outcome, and the "
        "first of their dates has not passed",
        "The nearest series, the length of tasks that models complete, has grown {talk_horizon} as fast since the "
        "talk.",
    ),
    "K22": depends(
        "whether a minority of investors can hold all the shares",
        "Without short sales the price is {optimists_few} the median valuation if a tenth of investors can hold "
        "everything, and {optimists_many} if six tenths must.",
        at_least("optimists_few", 1), at_least("optimists_many", 1),
    ),
    "K23": rule(
        "By the talk Amazon had released {amazon_chips} AI chips of its own and Microsoft {microsoft_chips}; "
        "Amazon's own were {amazon_own} of the computing power that it owned.",
        at_least("amazon_chips", 1), at_least("microsoft_chips", 1),
    ),
    "K25": rule(
        "In 2025 the margin after serving users covered {cover} of OpenAI's research and training compute. "
        "Training pays within a year only if revenue grows {winter_stop} while its cost stands still, or "
        "{winter_one} at the measured growth of cost; revenue last grew {winter_growth}.",
        at_most("cover", 1),  # without growth of revenue the margin does not cover the cost
        score="winter_score",
    ),
    "K26": untestable(
        "the book holds no revenue of applications",
        "Among base models the index of concentration is {hhi_revenue} by revenue and {hhi_votes} by users' votes; "
        "among chips it is {hhi_chips}.",
    ),
    "K27": depends(
        "whether better models make more tasks worth automating",
        "With Acemoglu's shares the gain is {acemoglu}; with all exposed tasks worth automating it is "
        "{tfp_adopted}, and with every task {tfp_all_tasks}, against {goldman} for the high estimate.",
        at_least("acemoglu", stated("K27")), at_least("tfp_adopted", stated("K27")),
    ),
    "K28": untestable(
        "counts of chips in China do not tell legal ones from smuggled ones",
        "China's stock of NVIDIA's chips grew {china_stock} from September 2022 to September 2024, while its part "
        "of all went from {china_before} to {china_after}.",
    ),
    "K29": untestable("the book holds no series on what robots can do"),
    "K30": rule(
        "The AI answers inside Google's search had {inside_over_app} the monthly users of its separate app in May "
        "2025. Microsoft's services are not counted in the data.",
        at_least("inside_over_app", 1),
    ),
    "K31": rule(
        "In April 2026 the best open model stood {open_gap} rating points behind the best of all; this chapter counts "
        "labs within {near} as rivals. An open model that saves {open_saving} of the fixed cost multiplies the room "
        "for sellers by {open_factor}.",
        at_most("open_gap", 50),  # the distance within which the chapter counts a lab as a rival
    ),
    "K32": depends(
        "whether the market is measured in dollars or in users",
        "A utility is a natural monopoly, which needs cost that outgrows the market: it grows {cost_over_revenue} "
        "as fast as revenue and {cost_over_users} as fast as users. In April 2026 {n_near} labs stood close to the "
        "best.",
        at_least("cost_over_revenue", 1), at_least("cost_over_users", 1),
    ),
    "K33": depends(
        "whether users split as revenue does or as votes do",
        "The index of concentration is {hhi_revenue} if users split as revenue does and {hhi_votes} by votes, as "
        "with {revenue_now} and {votes_now} equal firms; the variance of the share of users hit by one firm's "
        "failure is proportional to it.",
        # 1,800: highly concentrated in the merger guidelines of the United States of 2023
        at_least("hhi_revenue", 1800), at_least("hhi_votes", 1800),
    ),
    "K35": untestable("it would take a measure of what doing without AI would cost, sector by sector"),
    "K36": untestable(
        "nobody has measured how much a user's choice among models depends on the choices of others",
        "To tip a market of two equal products the effect would have to be worth {tip_points} rating points; the "
        "first {listed} organisations lie within {spread_points}.",
    ),
    "K37": rule(
        "In the week of the talk {chinese} of the first {listed} organisations were Chinese by users' votes and "
        "{chinese_index} by an index of benchmarks.",
        at_least("leg_up", 1),  # more places by votes in chat than by benchmarks
    ),
    "K38": untestable("contracts and queues for chips are private"),
    "K39": untestable("the book holds no record of competition cases"),
    "V11": rule(
        "In the year after the interview labs raised {raised_ratio} the equity of the year before, and four large "
        "firms spent {capex_ratio} as much capital in 2025 as in 2024.",
        at_most("raised_ratio", 1), at_most("capex_ratio", 1),
        score="hype_score",
    ),
    "V12": rule(
        "In the year to the interview the best models improved {year_index} as fast as in the average year since GPT-4 "
        "by an index of capabilities and {year_horizon} as fast by the length of tasks. As for catching up, the first "
        "lab stood {fifth_gap} rating points above number {fifth} then and {later_gap} in April 2026.",
        # stopped: less than half the average pace
        at_most("year_index", 0.5), at_most("year_horizon", 0.5),
    ),
    "V17": rule(
        "After the interview the best models improved {after_index} as fast as before by an index of capabilities "
        "and {after_horizon} as fast by the length of tasks.",
        at_most("after_index", 1), at_most("after_horizon", 1),
        score="saturation_score",
    ),
    "V21": untestable(
        "no measure of general intelligence is agreed, so that no date can refute it",
        "What reasoning adds can be measured: {think_text} rating points in chat.",
    ),
}  # fmt: skip
