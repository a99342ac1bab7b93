"""The look of a figure and what is saved of it."""

from __future__ import annotations

import base64
import io
import json

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from superstars import charts
from superstars.prose import RECORD, glue, p_value, percent, plain, times, usd

PAY = pd.DataFrame({"job": ["postdoc", "professor"], "pay": [70_000.123456789, 176_010.0]})
WORDS = {
    "name": "pay", "title": "Professors earn more", "subtitle": "US dollars a year", "source": "a test",
    "description": "Two bars: postdocs earn 70,000 dollars a year and professors 176,010 dollars.",
}  # fmt: skip


def bars(**changed):
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N")
    return charts.figure(chart, **{**WORDS, **changed})


def saved(chart) -> dict:
    return chart._repr_mimebundle_()


def test_a_figure_saves_specification_picture_and_description():
    bundle = saved(bars())
    assert set(bundle) == {charts.MIME, "image/png", "text/plain"}
    assert bundle["text/plain"] == bundle[charts.MIME]["description"] == WORDS["description"]
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert picture.mode == "P" and len(picture.getcolors()) <= 32
    assert picture.width == pytest.approx(1.5 * charts.WIDTH, abs=2)


def test_the_picture_keeps_the_colour_of_a_single_dot():
    cloud = pd.DataFrame({"x": np.linspace(0, 1, 400), "y": np.linspace(0, 1, 400) ** 2})
    many = alt.Chart(cloud).mark_line().encode(x="x:Q", y="y:Q")
    dot = alt.Chart(cloud[:1]).mark_point(size=60, opacity=1, color=charts.ORANGE).encode(x="x:Q", y=alt.datum(0.8))
    bundle = saved(charts.figure(many + dot, **WORDS))
    colours = np.array(Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")).reshape(-1, 3)
    orange = [int(charts.ORANGE[i : i + 2], 16) for i in (1, 3, 5)]
    assert (np.abs(colours - orange).max(axis=1) < 12).sum() > 20


def test_the_same_chart_saves_the_same_bytes():
    assert json.dumps(saved(bars())) == json.dumps(saved(bars()))


def test_data_keep_six_digits_so_that_the_last_bit_changes_nothing():
    spec = saved(bars())[charts.MIME]
    (rows,) = spec["datasets"].values()
    assert rows[0]["pay"] == 70_000.1
    moved = PAY.assign(pay=PAY["pay"] * (1 + 1e-15))
    again = charts.figure(alt.Chart(moved).mark_bar().encode(x="pay:Q", y="job:N"), **WORDS)
    assert saved(again)[charts.MIME]["datasets"] == spec["datasets"]


def test_axis_ends_keep_six_digits_too():
    chart = alt.Chart(PAY).mark_bar().encode(x=alt.X("pay:Q").scale(domain=[0, 200_000.123456]), y="job:N")
    spec = saved(charts.figure(chart, **WORDS))[charts.MIME]
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, 200_000]


def test_controls_travel_with_the_figure_that_uses_them():
    power = charts.slider("power", "Power", 2, 1, 4, 0.5, fmt=".1f")
    charts.slider("elsewhere", "Not in this figure", 1, 0, 2, 1)
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N").add_params(power)
    spec = saved(charts.figure(alt.layer(chart), **WORDS, says="At {power}."))[charts.MIME]
    assert spec["usermeta"]["superstars"]["controls"] == {"power": {"label": "Power", "format": ".1f", "log": False}}
    assert spec["params"][0]["bind"] == {"input": "range", "min": 1, "max": 4, "step": 0.5, "name": "Power "}


def test_the_sentence_is_saved_with_its_numbers():
    power = charts.slider("power", "Power", 2, 1, 4, 0.5)
    who = charts.switch("who", "Who", "Google", ["Google", "Meta"])
    pay = alt.param(name="pay", expr="pow(10, power) * 1e7")
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N").add_params(power, who, pay)
    spec = saved(charts.figure(chart, **WORDS, says="{who} pays ${pay|.2~s} at {power}."))[charts.MIME]
    assert spec["usermeta"]["superstars"]["said"] == "Google pays $1bn at 2."


def test_controls_that_say_nothing_are_refused():
    power = charts.slider("power", "Power", 2, 1, 4, 0.5)
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N").add_params(power)
    for says in ("", "A sentence that stays as it is, whatever moves."):
        with pytest.raises(ValueError, match=r"says of figure 'pay' is .* it has the controls power"):
            charts.figure(chart, **WORDS, says=says)


@pytest.mark.parametrize(("typed", "told"), [
    ("", "Type part of a name"), ("prof", "Professors earn 176010."), ("POST", "Postdocs earn 70000."),
    ("o", "Postdocs earn 70000."), ("surgeon", "No job has these letters"),
])  # fmt: skip
def test_a_search_says_the_numbers_of_the_first_name_that_fits(typed, told):
    find = charts.search("find", "Find a job", typed)
    texts = ["Postdocs earn 70000.", "Professors earn 176010."]
    params = [find, *charts.found("find", ["Postdoc", "Professor"], texts, "job")]
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N").add_params(*params)
    spec = saved(charts.figure(chart, **WORDS, says="{find_text}"))[charts.MIME]
    assert spec["usermeta"]["superstars"]["said"].startswith(told)


def test_a_switch_looks_up_its_number():
    who = charts.switch("who", "Who", "b's", ["a", "b's"])
    middle = alt.param(name="middle", expr=charts.lookup({"a": 1.5, "b's": 2.123456789}, "who"))
    chart = alt.Chart(PAY).mark_bar().encode(x="pay:Q", y="job:N").add_params(who, middle)
    spec = saved(charts.figure(chart, **WORDS, says="{who}: {middle}"))[charts.MIME]
    assert spec["usermeta"]["superstars"]["said"] == "b's: 2.12346"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "Pay ladder"}, "'Pay ladder'"),
        ({"title": " "}, "title of figure 'pay' is empty"),
        ({"source": ""}, "source of figure 'pay' is empty"),
        ({"description": "short 1"}, "60 characters"),
        ({"description": "words without any number in them, which tell a blind reader nothing"}, "with numbers"),
    ],
)
def test_what_a_reader_would_miss_is_refused(changed, told):
    with pytest.raises(ValueError, match=told):
        bars(**changed)


def test_charts_of_several_views_are_refused():
    with pytest.raises(ValueError, match="VConcatChart"):
        charts.figure(alt.Chart(PAY).mark_bar() & alt.Chart(PAY).mark_bar(), **WORDS)


def test_too_many_points_are_refused():
    many = pd.DataFrame({"x": np.arange(charts.MAX_POINTS + 1.0)})
    with pytest.raises(ValueError, match="5,001 points"):
        charts.figure(alt.Chart(many).mark_point().encode(x="x:Q"), **WORDS).to_dict()


def test_controls_refuse_values_they_cannot_show():
    with pytest.raises(ValueError, match="'power' is 9; allowed: 1 to 4"):
        charts.slider("power", "Power", 9, 1, 4, 0.5)
    with pytest.raises(ValueError, match="allowed: \\['a', 'b'\\]"):
        charts.switch("which", "Which", "c", ["a", "b"])
    with pytest.raises(ValueError, match="'My slider'"):
        charts.slider("My slider", "x", 1, 0, 2, 1)
    with pytest.raises(ValueError, match="'sepia'"):
        charts.theme("sepia")


def luminance(colour: str) -> float:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("mode", "page"), [("light", "#ffffff"), ("dark", "#121212")])
def test_marks_and_letters_stand_out_on_both_pages(mode, page):
    theme = charts.theme(mode)
    assert [c for c in theme["range"]["category"] if contrast(c, page) < 3] == []
    letters = [theme["title"]["color"], theme["title"]["subtitleColor"], theme["axis"]["labelColor"]]
    letters.append(theme["text"]["color"])
    assert [c for c in letters if contrast(c, page) < 4.5] == []


def test_numbers_are_written_as_the_book_prints_them():
    assert [usd(x) for x in (68_000, 1_900_000, 2.7e9, 12.5, -298_372, 999_600)] == [
        "$68,000", "$1.90M", "$2.70bn", "$12.50", "-$298,000", "$1.00M",
    ]  # fmt: skip
    assert [times(x) for x in (1.62, 38.4, 1428.6)] == ["1.6×", "38×", "1,400×"]
    assert [p_value(p) for p in (2e-8, 0.041, 0.87)] == ["p < 0.001", "p = 0.041", "p = 0.87"]
    assert percent(0.2604) == "26%" and percent(0.2604, 1) == "26.0%"
    assert [plain(x) for x in (0, 0.01234, 3.2414, 12345)] == ["0.00", "0.0123", "3.24", "12,300"]
    with pytest.raises(ValueError, match="nan"):
        usd(float("nan"))


@pytest.mark.parametrize(("arguments", "message"), [
    (("ratio", 1.5, "the ratio of pay"), r"'ratio' got the text 1\.5"),
    (("ratio", True, "the ratio of pay"), "got the text True"),
    (("ratio", "2×", "ratio"), "'ratio' got the note 'ratio'"),
    (("ratio", "2×", "the ratio of pay", 2, 3, 4), r"got \{'value': 2, 'low': 3, 'high': 4\}"),
    (("ratio", "2×", "the ratio of pay", None, 1, 4), "allowed: a value, and ends"),
    (("ratio", "2×", "the ratio of pay", float("inf")), "is inf"),
])  # fmt: skip
def test_glue_refuses_raw_numbers_empty_notes_and_impossible_intervals(arguments, message):
    with pytest.raises(ValueError, match=message):
        glue(*arguments)


def test_glue_saves_text_note_and_number(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda record, **options: shown.append((record, options)))
    glue("ratio", times(2 / 3), "the ratio of pay", 2 / 3, 0.5, 1)
    record, options = shown[0]
    assert options["metadata"]["scrapbook"]["name"] == "ratio"
    assert record[RECORD + "text/plain"] == "'0.67×'"
    assert json.loads(record[RECORD + "application/json"]) == {
        "note": "the ratio of pay", "value": 0.666667, "low": 0.5, "high": 1.0,
    }  # fmt: skip
