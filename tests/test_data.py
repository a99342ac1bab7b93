"""The data package: files are what the descriptor says; damage is refused by file, line and column."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from superstars import data, levels
from superstars.data import DataError

NAMES = [
    "oews_national", "oews_state", "oews_metro", "oews_topcodes", "soc_definitions", "levels", "levels_google",
    "lab_bands", "taulbee", "illinois_salaries", "ncses", "nih_stipends", "lca_labs", "lca_other", "lca_ranges",
    "talent_deals", "deepmind_staff_costs", "concert_shares", "pga_tour", "baseball", "olympics_100m",
    "sprint_facts", "spotify_thresholds", "spotify_totals", "ceo_pay_facts", "epoch_models", "large_models",
    "training_costs_cottier", "training_costs_updated", "capabilities_index", "metr_time_horizons",
    "gpt4_contributors", "ml_hardware", "hardware_prices", "ai_companies", "ai_compute_spend", "ai_funding",
    "ai_revenue", "ai_staff", "ai_usage", "chip_totals", "chip_owners", "nvidia_chip_prices",
    "nvidia_revenue", "ai_market_facts",
]  # fmt: skip
ALL = data.catalog()["name"].tolist()
ROOT = data.path("taulbee").parent.parent


def rows_of(file: Path) -> list[list[str]]:
    """Read without pandas and without the package: an independent count."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def reports() -> pd.DataFrame:
    return data.load("levels")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the data directory without its large files, which may be damaged at will."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("*.gz", "soc_2018.csv", "labs.csv"))
    package = json.loads((ROOT / data.DESCRIPTOR).read_text())
    package["resources"] = [r for r in package["resources"] if (copy / r["path"]).is_file()]
    (copy / data.DESCRIPTOR).write_text(json.dumps(package))
    return copy


def rewrite(file: Path, line: int, column: int, value: str) -> None:
    rows = rows_of(file)
    rows[line - 1][column] = value
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8", newline="")


# --- the package as published -------------------------------------------------------------------------------


def test_frictionless_finds_no_fault():
    frictionless = pytest.importorskip("frictionless")
    descriptor = json.loads((ROOT / data.DESCRIPTOR).read_text(encoding="utf-8"))
    assert list(frictionless.Package.metadata_validate(descriptor)) == []
    report = frictionless.Package(str(ROOT / data.DESCRIPTOR)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:10]
    assert {task.name for task in report.tasks} == set(ALL)  # every file was really read
    read = {task.name: task.stats["rows"] for task in report.tasks}
    assert read == data.catalog().set_index("name")["rows"].to_dict()


def test_every_promised_name_is_there_and_every_file_is_described():
    catalog = data.catalog()
    assert set(NAMES) <= set(ALL)
    other = ("README.md", ".gitattributes", data.DESCRIPTOR)
    files = {p for p in ROOT.rglob("*") if p.is_file() and p.name not in other}
    assert files == {data.path(name) for name in catalog["name"]}
    assert "*.csv -text" in (ROOT / ".gitattributes").read_text()  # else git may convert line ends
    for folder in {p.parent for p in files}:
        assert (folder / "README.md").is_file(), folder


@pytest.mark.parametrize("name", ALL)
def test_descriptor_is_complete(name):
    resource = data.describe(name)
    assert set(resource["coverage"]) == {"period", "population", "geography"}
    for key in ("title", "description", "sources", "licenses", "limits"):
        assert resource[key], key
    for field in resource["schema"]["fields"]:
        assert len(field["description"]) > 5, field
        if field["type"] == "number":
            assert field["unit"] and field["constraints"]["minimum"] is not None, field


@pytest.mark.parametrize("name", ALL)
def test_load_gives_every_row_in_its_type(name):
    header, *rows = rows_of(data.path(name))
    frame = data.load(name)
    assert len(frame) == len(rows) == data.describe(name)["rows"]
    assert list(frame.columns[: len(header)]) == header
    kinds = {"string": "str", "number": "float64", "boolean": "bool", "datetime": "datetime64[us]"}
    for field in data.describe(name)["schema"]["fields"]:
        whole = "int64" if field.get("constraints", {}).get("required") else "float64"
        expected = kinds.get(field["type"], whole)
        assert str(frame[field["name"]].dtype) == expected, field["name"]
    numbers = frame.select_dtypes("number")
    assert not np.isinf(numbers).any().any()
    # raw: the very strings; typed: the same numbers, missing exactly where the cell is no number
    raw = data.load(name, raw=True)
    assert raw.to_numpy().tolist() == rows
    for column in header:
        if frame[column].dtype == float:
            parsed = pd.to_numeric(raw[column], errors="coerce")
            np.testing.assert_array_equal(frame[column], parsed)


def test_a_large_file_loads_in_a_few_seconds():
    start = time.process_time()
    frame = data.load("oews_metro")
    assert len(frame) > 190_000 and time.process_time() - start < 8  # 2 s where this was written


def test_describe_and_load_give_copies():
    data.describe("levels")["title"] = "spoilt"
    data.describe("levels")["schema"]["fields"].clear()
    assert data.describe("levels")["schema"]["fields"] and data.describe("levels")["title"] != "spoilt"
    frame = data.load("taulbee")
    frame["value_usd"] = 0.0
    assert (data.load("taulbee")["value_usd"] > 0).all()


@pytest.mark.parametrize("call", [data.load, data.path, data.describe])
def test_unknown_name_lists_close_matches_and_all_names(call):
    with pytest.raises(DataError, match=r"did you mean.*oews_national") as caught:
        call("oews_nationl")
    assert all(name in str(caught.value) for name in NAMES)
    with pytest.raises(DataError):
        call(None)


# --- facts of the files that the book leans on --------------------------------------------------------------


def test_soc_codes_are_unique_and_nest():
    soc = data.load("soc_definitions")
    assert soc["soc_code"].is_unique
    detailed = soc.loc[soc["soc_group"] == "Detailed", "soc_code"]
    majors = set(soc.loc[soc["soc_group"] == "Major", "soc_code"])
    assert {code[:2] + "-0000" for code in detailed} == majors
    assert soc.loc[soc["soc_group"] == "Detailed", "soc_definition"].notna().all()


@pytest.mark.parametrize(
    "name, low, high",
    [
        ("lab_bands", "total_comp_low_usd", "total_comp_high_usd"),
        ("lca_ranges", "wage_low_usd", "wage_high_usd"),
        ("talent_deals", "amount_low_usd", "amount_high_usd"),
        ("lca_labs", "annual_prevailing_wage_usd", "annual_wage_from_usd"),
        ("lca_other", "annual_prevailing_wage_usd", "annual_wage_from_usd"),
        ("nvidia_chip_prices", "price_low_usd", "price_high_usd"),
        ("chip_totals", "h100e_p05", "h100e_median"),
        ("chip_totals", "units_median", "units_p95"),
        ("chip_totals", "power_mw_p05", "power_mw_median"),
        ("chip_owners", "h100e_p05", "h100e_median"),
        ("chip_owners", "h100e_median", "h100e_p95"),
        ("chip_owners", "units_p05", "units_median"),
        ("chip_owners", "power_mw_median", "power_mw_p95"),
        ("metr_time_horizons", "horizon_50_low_minutes", "horizon_50_minutes"),
        ("metr_time_horizons", "horizon_50_minutes", "horizon_50_high_minutes"),
        ("metr_time_horizons", "horizon_80_minutes", "horizon_50_minutes"),
        ("training_costs_cottier", "amortised_cost_usd", "cloud_cost_usd"),
        ("training_costs_cottier", "amortised_cost_usd", "hardware_purchase_cost_usd"),
        ("hardware_prices", "three_year_usd_chip_hour", "one_year_usd_chip_hour"),
        ("hardware_prices", "one_year_usd_chip_hour", "on_demand_usd_chip_hour"),
    ],
)
def test_low_ends_lie_below_high_ends(name, low, high):
    frame = data.load(name)
    both = frame[[low, high]].dropna()
    assert len(both) and (both[low] <= both[high]).all()


@pytest.mark.parametrize("name", ["lca_labs", "lca_other"])
def test_lca_ratio_is_that_of_the_two_wages(name):
    frame = data.load(name)
    ratio = frame["annual_wage_from_usd"] / frame["annual_prevailing_wage_usd"]
    assert (ratio - frame["wage_ratio"]).abs().max() < 5.1e-5  # rounded to four decimals


def test_evidence_and_result_follow_the_documented_rule():
    deals = data.load("talent_deals")
    confirmed = deals["status"].str.startswith("confirmed")
    denied = deals["status"].str.contains("alleged|disputed|disputes|not accurate|inaccurate")
    assert (deals["evidence"] == np.select([confirmed, denied], ["confirmed", "alleged"], "reported")).all()
    words = deals["outcome"].str.extract(r"^(some accepted|accepted|declined|offer|paid|completed)")[0]
    code = {"some accepted": "accepted", "offer": "offered", "completed": "paid"}
    assert (deals["result"] == words.replace(code)).all()
    to_firms = deals["kind"].str.startswith(("acqui-hire", "firm-level"))
    assert (deals["is_pay"] == ~to_firms).all() and "per_year_usd" not in deals
    overlaps = deals.dropna(subset="overlaps_with").set_index("id")["overlaps_with"]
    assert all(overlaps[other] == one for one, other in overlaps.items())
    # what is confirmed and is pay comes from tax filings alone, and is small beside what is reported
    pay = deals[deals["is_pay"]]
    top = pay.groupby("evidence")[["amount_low_usd", "amount_high_usd"]].max().max(axis=1)
    assert pay.loc[pay["evidence"] == "confirmed", "status"].str.contains("tax filing").all()
    assert top["confirmed"] < top["reported"] < top["alleged"]


def test_golf_is_ranked_by_money_and_lacks_the_scores_it_says():
    golf = data.load("pga_tour")
    for _, season in golf.groupby("year"):
        rank = season["prize_money_usd"].rank(method="min", ascending=False)
        assert (season["money_rank"] == rank).all()
    scores = golf[["rounds", "adjusted_scoring_average", "strokes_gained_total"]].isna()
    assert scores.all(axis=1).sum() == scores.any(axis=1).sum() == 626
    assert golf.loc[~scores.any(axis=1), "rounds"].min() == 45
    # a blank is no win: 40 to 49 winners' places a season, as the tour has events
    assert golf.groupby("year")["victories"].sum().between(40, 49).all()


def test_baseball_rates_follow_from_its_totals_and_its_oddities_are_those_documented():
    ball = data.load("baseball")
    zero = ball[ball["salary_usd"] == 0]
    assert zero[["player", "year"]].values.tolist() == [["Dion James", 1993], ["Javier Martinez", 1999]]
    retired = ball[ball["age"] > 50]
    assert sorted(retired["age"]) == [53, 66, 82]
    assert ball["games"].isna().sum() == 823 and (ball["debut_year"] > ball["year"]).sum() == 45
    assert (ball["plate_appearances"].isna() == ball["games"].isna()).all()
    np.testing.assert_allclose(
        ball["on_base_percentage"] + ball["slugging_percentage"], ball["ops"].where(ball["at_bats"] > 0),
        atol=1.01e-4,
    )  # fmt: skip
    assert (ball["hits"] <= ball["at_bats"])[ball["games"].notna()].all()
    assert data.describe("baseball")["licenses"][0]["name"] == "CC-BY-SA-3.0"


def test_cost_tables_join_models_on_the_column_made_for_it_and_differ_in_concept():
    models = data.load("epoch_models").set_index("model")
    tables = {name: data.load(name) for name in ("training_costs_cottier", "training_costs_updated")}
    for name, blank in (("training_costs_cottier", 7), ("training_costs_updated", 6)):
        joined = tables[name]["epoch_model"]
        assert set(joined.dropna()) <= set(models.index) and joined.isna().sum() == blank
        assert joined.dropna().is_unique
    cost = {
        name: frame.dropna(subset="epoch_model").set_index("epoch_model")["amortised_cost_usd"]
        for name, frame in tables.items()
    } | {"epoch_models": models["training_cost_2023_usd"]}
    grok = [round(costs["Grok 3"] / 1e6) for costs in cost.values()]
    assert grok == [301, 507, 218]
    ratio = (cost["training_costs_updated"] / cost["training_costs_cottier"]).dropna()
    assert ratio.between(1, 2.83).all() and ratio.median() > 1.3
    close = (cost["epoch_models"] / cost["training_costs_cottier"]).dropna()
    assert set(close[~close.between(0.7, 1.3)].index) == {"AlphaGo Zero", "AlphaGo Master", "GPT-4.5"}
    assert close.between(0.9, 1.1).mean() > 0.85


def test_large_models_say_which_are_notable_too_and_agree_in_compute():
    large, models = data.load("large_models"), data.load("epoch_models").set_index("model")
    assert (large["in_epoch_models"] == large["model"].isin(models.index)).all()
    assert large["in_epoch_models"].sum() == 160 and models["frontier"].sum() == 123
    both = large[large["in_epoch_models"]].set_index("model")["training_compute_flop"].dropna()
    np.testing.assert_array_equal(both, models.loc[both.index, "training_compute_flop"])
    assert large["training_compute_flop"].min() > 1e23


def test_users_have_a_period_and_revenue_says_whether_it_is_a_rate():
    usage = data.load("ai_usage")
    assert (usage["users_period"].notna() == usage["active_users"].notna()).all()
    assert set(usage["users_period"].dropna()) == {"daily", "weekly", "monthly"}
    meta = usage[(usage["product"] == "Meta AI assistant") & (usage["date"] == "2024-09-25")]
    users = meta.set_index("users_period")["active_users"]
    assert users["monthly"] > 2 * users["weekly"]  # why periods must not be mixed
    revenue = data.load("ai_revenue")
    end = revenue[(revenue["company"] == "OpenAI") & (revenue["date"] == "2024-12-31")]
    assert end.groupby("run_rate")["revenue_usd_year"].first().to_dict() == {True: 5.5e9, False: 3.7e9}
    assert not revenue.loc[revenue["type"].isin(["Yearly revenue", "Product/division revenue"]), "run_rate"].any()
    spend = data.load("ai_compute_spend").set_index("id")
    assert spend["basis"].value_counts().to_dict() == {"projected": 8, "derived": 2, "spent": 1}
    parts = spend.loc[["OpenAI 2025 R&D compute", "OpenAI 2025 inference compute"], "amount_usd"].sum()
    assert parts == spend.loc["OpenAI 2025 cloud compute", "amount_usd"]


def test_chips_of_owners_are_part_of_all_chips_and_counts_only_rise():
    owners, totals = data.load("chip_owners"), data.load("chip_totals")
    key = ["designer", "to_date"]
    share = owners.groupby(key)["h100e_median"].sum() / totals.set_index(key)["h100e_median"]
    assert share.notna().all()
    assert share["Nvidia"].between(0.6, 0.75).all() and share.drop("Nvidia").between(0.98, 1.0).all()
    for columns, frame in ((["designer"], totals), (["designer", "owner"], owners)):
        for _, rows in frame.groupby(columns):
            assert rows["to_date"].is_monotonic_increasing and rows["h100e_median"].is_monotonic_increasing
    nvidia = data.load("nvidia_revenue")
    assert (nvidia.filter(like="share_").sum(axis=1) - 1).abs().max() < 1e-9
    for part, whole, ratio in (
        ("data_centre_usd_billion", "revenue_usd_billion", None),
        ("compute_usd_billion", "data_centre_usd_billion", "compute_share"),
    ):
        assert (nvidia[part] < nvidia[whole]).all()
        if ratio:
            assert (nvidia[part] / nvidia[whole] - nvidia[ratio]).abs().max() < 2e-3


def test_mixed_unit_tables_keep_bound_and_unit_beside_the_value():
    for name in ("sprint_facts", "spotify_totals", "ceo_pay_facts", "ai_market_facts"):
        frame = data.load(name)
        assert not frame["quantity"].str.contains(r"\((?:more than|up to|about|roughly|nearly)\)").any()
        assert (frame["bound"] != "as stated").any() and frame["unit"].notna().all()
    facts = data.load("ai_market_facts")
    assert (facts["quantity"].str.contains("guidance|planned") == facts["forecast"]).all()
    assert facts.loc[facts["disputed"], "topic"].isin(["pay", "revenue"]).all() and facts["disputed"].sum() == 3
    prices = data.load("hardware_prices").dropna(subset="purchase_usd_chip")
    assert prices.loc[prices["hardware"].str.contains("TPU"), "estimated"].all()  # TPUs are not for sale
    assert prices["estimated"].sum() == 12
    listed = data.load("gpt4_contributors")["contributors"]
    assert listed.sum() == 816 and listed.max() < 284  # listings, of 284 persons


def test_no_text_of_others_and_no_names_of_employees():
    columns = {f["name"] for name in ALL for f in data.describe(name)["schema"]["fields"]}
    assert not columns & {
        "notes",
        "note",
        "amount_text",
        "otherdetails",
        "gender",
        "race",
        "name",
        "per_year_usd",
    }


# --- damage ------------------------------------------------------------------------------------------------


def test_a_changed_byte_is_refused_with_both_hashes_and_the_remedy(root):
    file = root / "taulbee/medians.csv"
    rewrite(file, 3, 3, "170601")  # still a legal value
    with pytest.raises(DataError) as caught:
        data.load("taulbee", root=root)
    message = str(caught.value)
    assert str(file) in message and data.describe("taulbee")["hash"] in message
    assert "git checkout -- data/taulbee/medians.csv" in message and "data seal" in message


DAMAGE = [  # name, line, column, new value, a word of the message
    ("taulbee", 3, "value_usd", "156 thousand", "is not a number"),
    ("taulbee", 2, "value_usd", "", "is empty"),
    ("taulbee", 4, "value_usd", "inf", "is not a number"),
    ("taulbee", 4, "value_usd", "nan", "is not a number"),
    ("taulbee", 4, "value_usd", "-5", "is too small"),
    ("taulbee", 4, "value_usd", "1e300", "is too large"),
    ("taulbee", 4, "value_usd", "1e999", "is infinite"),
    ("taulbee", 5, "survey_year", "2021.5", "is not a whole number"),
    ("taulbee", 6, "derived", "perhaps", "is neither TRUE nor FALSE"),
    ("oews_topcodes", 9, "year", "2002", "stands twice"),
    ("oews_topcodes", 9, "wording", "about", "is not in the list"),
    ("lca_other", 100, "soc_code", "15-12", "has the wrong form"),
    ("lca_other", 1725, "annual_wage_from_usd", "#", "is not a number"),
    ("nih_stipends", 5, "stipend_usd", "$30,000", "is not a number"),
    ("talent_deals", 20, "evidence", "rumoured", "is not in the list"),
    ("concert_shares", 3, "share_of_concert_revenue", "62", "is too large"),
    ("concert_shares", 4, "year", "1982", "a second row for"),
]


@pytest.mark.parametrize("name, line, column, value, word", DAMAGE)
def test_a_bad_cell_is_named_by_file_line_column_value_and_remedy(root, name, line, column, value, word):
    file = data.path(name, root=root)
    at = rows_of(file)[0].index(column)
    rewrite(file, line, at, value)
    with pytest.raises(DataError) as caught:
        data.load(name, root=root)
    found = [p for p in caught.value.problems if word in p]
    assert found, caught.value.problems
    expected_line = 4 if word == "a second row for" else line
    assert found[0].startswith(f"{file}, line {expected_line}, column {column!r}: ")
    assert repr(value) in found[0] and "allowed: " in found[0]
    assert "git checkout" in str(caught.value)


def drop_column(text: bytes) -> bytes:
    return b"\n".join(line.rpartition(b",")[0] for line in text.splitlines()) + b"\n"


SHAPES = {
    "empty": (lambda text: b"", "the file is empty"),
    "blank": (lambda text: b"\n\n", "the file is empty"),
    "header only": (lambda text: text.split(b"\n")[0] + b"\n", "no rows below the header"),
    "missing column": (drop_column, "line 1: the column 'worksite_state' is missing"),
    "renamed column": (lambda t: t.replace(b"soc_title", b"soc_titel", 1), "is it the column 'soc_titel'"),
    "extra column": (lambda t: b"\n".join(x + b",z" for x in t.split()) + b"\n", "line 1: the column 'z'"),
    "double column": (lambda t: t.replace(b"quarter", b"fiscal_year", 1), "'fiscal_year' stands twice"),
    "short row": (lambda t: t + b"2024,1,Half a row\n", "line 5: 3 cells; allowed: 12"),
    "open quote": (lambda t: t + b'2024,1,"Half a row\n', "line 5: not a row of CSV"),
    "latin-1": (lambda t: t.replace(b"Firm B", b"Caf\xe9", 1), "line 3: the byte 0xe9 is not UTF-8"),
    "semicolons": (lambda t: t.replace(b",", b";"), "separate the columns with commas"),
}


@pytest.mark.parametrize("damage", SHAPES)
def test_a_bad_shape_is_named(tmp_path, damage):
    fields = [f["name"] for f in data.describe("lca_labs")["schema"]["fields"]]
    row = "2024,1,Lab,Firm {},Engineer,15-1252,Developer,300000,200000,1.5,Year,CA"
    good = "\n".join([",".join(fields), row.format("A"), row.format("B"), row.format("C")]).encode() + b"\n"
    file = tmp_path / "labs.csv"
    file.write_bytes(good)
    resource = data.describe("lca_labs") | {"path": "labs.csv", "rows": 3} | data._seal_of(good)
    (tmp_path / data.DESCRIPTOR).write_text(json.dumps({"name": "x", "resources": [resource]}))
    assert len(data.load("lca_labs", root=tmp_path)) == 3
    change, message = SHAPES[damage]
    if damage == "extra column":  # cells with blanks would be split by the simple change above
        good = good.replace(b"Firm ", b"Firm-")
    file.write_bytes(change(good))
    with pytest.raises(DataError) as caught:
        data.load("lca_labs", root=tmp_path)
    assert any(str(file) in p and message in p for p in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("keep", [0, 1, 11, 500, -1])
def test_a_gzip_cut_short_is_refused(tmp_path, keep):
    shutil.copy(ROOT / data.DESCRIPTOR, tmp_path)
    file = data.path("levels", root=tmp_path)
    file.parent.mkdir()
    file.write_bytes(data.path("levels").read_bytes()[:keep])
    with pytest.raises(DataError) as caught:
        data.load("levels", root=tmp_path)
    assert str(file) in str(caught.value) and "bytes expected" in str(caught.value)
    assert ("gzip file is damaged" in str(caught.value)) == (keep != 0)


def test_a_damaged_byte_inside_the_gzip_is_refused(tmp_path):
    shutil.copy(ROOT / data.DESCRIPTOR, tmp_path)
    file = data.path("levels", root=tmp_path)
    file.parent.mkdir()
    content = bytearray(data.path("levels").read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"hash expected sha256:.*gzip file is damaged"):
        data.load("levels", root=tmp_path)


def test_missing_file_and_missing_or_broken_descriptor(root):
    (root / "concerts/revenue_shares.csv").unlink()
    with pytest.raises(DataError, match=r"revenue_shares.csv: cannot be read .*git checkout"):
        data.load("concert_shares", root=root)
    for text in ("{", "[]", '{"resources": [{}]}', '{"resources": 3}'):
        (root / data.DESCRIPTOR).write_text(text)
        with pytest.raises(DataError, match=r"datapackage.json: not a data package"):
            data.catalog(root=root)
    (root / data.DESCRIPTOR).unlink()
    with pytest.raises(DataError, match=r"datapackage.json: cannot be read"):
        data.load("taulbee", root=root)


# --- a reader's own file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_own_levels_file(tmp_path, reports, ending):
    packaged = reports.head(50)
    file = tmp_path / f"mine.{ending}"
    packaged[packaged.columns[::-1]].to_csv(file, index=False)  # any order of columns
    own = data.load("levels", file=file)
    pd.testing.assert_frame_equal(own, packaged)


def test_own_file_from_a_spreadsheet_with_few_columns_and_strange_ones(tmp_path, reports):
    file = tmp_path / "mine.csv"
    file.write_bytes("title,gender,totalyearlycompensation\r\nRésearcher,x,250000\r\n".encode("utf-8-sig"))
    with pytest.warns(UserWarning, match="'gender'"):
        own = data.load("levels", file=file)
    assert list(own) == list(reports)
    assert own["totalyearlycompensation"].tolist() == [250_000.0] and own["title"].tolist() == ["Résearcher"]
    assert own["basesalary"].isna().all() and own["basesalary"].dtype == float
    assert own["timestamp"].isna().all() and own["timestamp"].dtype == reports["timestamp"].dtype
    assert levels.repaired_parts(own)["bonus"].isna().all()


def test_own_taulbee_table(tmp_path):
    file = tmp_path / "taulbee.csv"
    file.write_text("rank,value_usd,survey_year\npostdoc,72000,2024\nfull professor,198500.5,2024\n")
    own = data.load("taulbee", file=file)
    assert own["value_usd"].tolist() == [72_000, 198_500.5] and own["survey_year"].dtype == "int64"


@pytest.mark.parametrize(
    "text, where",
    [
        ("title\nResearcher\n", "line 1: the column 'totalyearlycompensation' is missing"),
        (
            "title,totalyearlycompensation\nA,1e5\nB,100000\nC,-1\n",
            "line 4, column 'totalyearlycompensation'",
        ),
        ("title,totalyearlycompensation\n\nA,inf\n", "line 3, column 'totalyearlycompensation'"),
        ('title,totalyearlycompensation\n"A\nB",5\nC,"1,000"\n', "line 4, column 'totalyearlycompensation'"),
        ("title,totalyearlycompensation\nA,9e99\n", "line 2, column 'totalyearlycompensation'"),
        ("title,totalyearlycompensation\nA,\n", "line 2, column 'totalyearlycompensation'"),
        ("title,totalyearlycompensation,timestamp\nA,5,yesterday\n", "line 2, column 'timestamp'"),
    ],
)
def test_own_file_errors_name_the_place_and_say_correct_it(tmp_path, text, where):
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(DataError, match="correct the file and load it again") as caught:
        data.load("levels", file=file)
    assert str(caught.value).startswith(f"{file}, {where}")
    assert "git" not in str(caught.value)


def test_own_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"nowhere.csv: cannot be read"):
        data.load("levels", file=tmp_path / "nowhere.csv")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_no_content_whatever_ends_in_another_error(tmp_path, content):
    file = tmp_path / "any.csv"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"any\.csv"):
        data.load("taulbee", file=file)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_a_value_is_taken_exactly_when_it_is_allowed(tmp_path, value):
    file = tmp_path / "one.csv"
    file.write_text(f"survey_year,rank,value_usd\n2024,postdoc,{value!r}\n")
    rule = next(f for f in data.describe("taulbee")["schema"]["fields"] if f["name"] == "value_usd")[
        "constraints"
    ]
    if rule["minimum"] <= value <= rule["maximum"]:
        assert data.load("taulbee", file=file)["value_usd"].item() == value
    else:
        with pytest.raises(DataError, match="line 2, column 'value_usd'"):
            data.load("taulbee", file=file)


# --- command line -------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "superstars.data", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(data.__file__).parent.parent)


def test_verify_says_ok_once_for_each_file_of_the_book():
    result = run("verify")
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        f"OK {n}" for n in data.catalog()["name"]
    ]


def test_verify_lists_each_problem_on_its_line_without_traceback(root):
    good = data.path("nih_stipends", root=root).read_bytes()
    rewrite(data.path("taulbee", root=root), 3, 3, "many")
    data.path("nih_stipends", root=root).write_bytes(good[:-3])
    (root / "stray.csv").write_text("a\n1\n")
    data.path("lca_ranges", root=root).unlink()
    result = run("verify", "--dir", str(root))
    assert result.returncode == 1 and result.stderr == ""
    lines = [line for line in result.stdout.splitlines() if not line.startswith("OK ")]
    assert all(line.startswith(str(root)) for line in lines)
    for word in ("medians.csv, line 3, column 'value_usd'", "nih_stipends.csv: the file was changed",
                 "stray.csv", "reported_ranges.csv: cannot be read"):  # fmt: skip
        assert sum(word in line for line in lines) == 1, (word, lines)
    assert "OK concert_shares: 6 rows" in result.stdout


def test_verify_names_a_directory_that_holds_no_data(tmp_path):
    result = run("verify", "--dir", str(tmp_path))
    assert result.returncode == 1 and "datapackage.json: cannot be read" in result.stdout
    assert result.stderr == ""


def test_many_problems_are_counted_not_all_listed(root):
    file = data.path("nih_stipends", root=root)
    file.write_text(file.read_text().replace(",", ",x", 1000))
    with pytest.raises(DataError):
        data.load("nih_stipends", root=root)
    rows = rows_of(data.path("nih_stipends"))
    own = root / "own.csv"
    own.write_text("\n".join([",".join(rows[0]), *[f"{2000 + i % 20},0,bad,a,b" for i in range(100)]]))
    with pytest.raises(DataError, match="and 99 more") as caught:
        data.load("nih_stipends", file=own)
    assert (
        len(caught.value.problems) == data.MAX_LISTED + 1 and "80 problems more" in caught.value.problems[-1]
    )


def test_seal_records_a_meant_change_and_refuses_a_bad_one(root):
    file, descriptor = data.path("taulbee", root=root), root / data.DESCRIPTOR
    assert data.seal(root=root) == []
    rewrite(file, 3, 3, "171000")
    with pytest.raises(DataError):
        data.load("taulbee", root=root)
    assert data.seal(root=root) == ["taulbee"]
    assert data.load("taulbee", root=root)["value_usd"].iloc[1] == 171_000
    before = descriptor.read_bytes()
    rewrite(file, 3, 3, "-171000")
    result = run("seal", "--dir", str(root))
    assert result.returncode == 1 and result.stderr == ""
    assert f"{file}, line 3, column 'value_usd'" in result.stdout
    assert descriptor.read_bytes() == before  # nothing was written
    assert [p.name for p in root.parent.iterdir()] == ["data"]  # nothing was left behind


# --- Levels.fyi: parts of pay -------------------------------------------------------------------------------


def parts(base, stock, bonus, total):
    columns = ["basesalary", "stockgrantvalue", "bonus", "totalyearlycompensation"]
    return (
        levels.repaired_parts(pd.DataFrame([[base, stock, bonus, total]], columns=columns)).iloc[0].tolist()
    )


def test_parts_are_multiplied_only_where_they_then_add_up():
    assert parts(150_000, 40_000, 10_000, 200_000) == [150_000, 40_000, 10_000, False]
    assert parts(300_000, 1_300, 150_000, 1_750_000) == [300_000, 1_300_000, 150_000, True]
    assert parts(150, 40, 10, 200_000) == [150_000, 40_000, 10_000, True]
    assert parts(150, 0, 0, 157_000) == [150_000, 0, 0, True]  # within 5 %
    assert parts(100_000, 0, 5, 102_502.5) == [100_000, 0, 5, False]  # both readings as close: as typed
    for unclear in [(150_000, 0, 0, 200_000), (0, 0, 0, 200_000), (150, 0, 0, 200_000), (np.nan, 0, 0, 1000)]:
        *values, repaired = parts(*unclear)
        assert np.isnan(values).all() and not repaired
    with pytest.raises(ValueError, match="bonus"):
        levels.repaired_parts(pd.DataFrame({"basesalary": [1], "stockgrantvalue": [1]}))


def test_parts_of_the_whole_file(reports):
    frame, out, total = reports, levels.repaired_parts(reports), reports["totalyearlycompensation"]
    known = out["basesalary"].notna()
    off = (out[levels.PARTS].sum(axis=1) - total).abs() / total
    assert (off[known] <= levels.TOLERANCE).all()
    as_typed = ((frame[levels.PARTS].sum(axis=1) - total).abs() / total) <= levels.TOLERANCE
    changed = out["repaired"]
    # 59,188 reports add up as typed, 30 after repair, 3,424 never (2,297 of them hold only the total)
    assert (as_typed.sum(), changed.sum(), (~known).sum()) == (59_188, 30, 3_424)
    assert (frame.loc[~known, levels.PARTS].sum(axis=1) == 0).sum() == 2_297
    assert not (as_typed & changed).any()
    np.testing.assert_array_equal(out.loc[as_typed, levels.PARTS], frame.loc[as_typed, levels.PARTS])
    # the fault sits in large grants: repaired reports lie in the far tail of the totals
    assert total[changed].min() > total.quantile(0.99)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(1, 5000), min_size=3, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3)
)
def test_whatever_was_typed_in_thousands_the_result_adds_up(thousands, short):
    true = [1000 * x for x in thousands]
    typed = [x if s else 1000 * x for x, s in zip(thousands, short, strict=True)]
    *values, repaired = parts(*typed, sum(true))
    assert abs(sum(values) - sum(true)) <= 1e-9 * sum(
        true
    )  # the true reading is exact, so an exact one is found
    assert repaired == any(short) or sum(typed) == sum(true)
