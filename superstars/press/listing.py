"""The page of verdicts: the list of claims, the table of forecasts and the file to download.

All are written from the frame of ``claims.verdicts``. The list is complete as it stands; ``claims.js`` adds a filter
where scripts run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from superstars import claims, data
from superstars.claims import ClaimError
from superstars.results import Result

TITLES = {
    "puzzle/pay_ladder": "The pay ladder",
    "puzzle/reach_and_spread": "Reach and spread",
    "puzzle/lognormal_pay": "When is pay lognormal?",
    "conditions/two_conditions": "The two conditions",
    "conditions/reach": "Reach",
    "conditions/quantity_for_quality": "Quantity for quality",
    "conditions/sprints_and_songs": "Sprints and songs",
    "conditions/scarcity": "What if stars were common?",
    "talent_war/the_race": "The race",
    "talent_war/deals": "The deals",
    "talent_war/other_forces": "Secrets, teams, mission",
    "compute/labour_and_compute": "Labour and compute",
    "compute/scaling_and_markets": "Scaling and markets",
    "inference/reading_quality_from_pay": "Reading quality from pay",
    "inference/is_100_million_enough": "Is $100 million enough?",
}  # fmt: skip
SECTION = "what-became-of-the-claims"
NOT_YET = "nothing to score yet"


@dataclass(frozen=True, repr=False)
class Shown:
    """What a cell shows: HTML, and plain text where a reader has no HTML."""

    html: str
    plain: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.plain


def listing(verdicts: pd.DataFrame) -> Shown:
    """Every claim with its verdict, by source; ``ClaimError`` names a claim whose page is no chapter of the book."""
    sources = data.load("claim_sources").set_index("source")
    groups = []
    for source in verdicts["source"].unique():
        about = sources.loc[source]
        rows = verdicts[verdicts["source"] == source].to_dict("records")
        entries = "".join(_entry(row, f"{about['short_name']}, {day(about['dated'])}") for row in rows)
        who = f"{escape(_capital(about['author']))}, {day(about['dated'])}"
        head = f"<h3>{escape(about['short_name'])}</h3><p>{who}</p>"
        groups.append(f'<section class="claims-source" data-source="{escape(source)}">{head}{entries}</section>')
    offered = {  # what the filter offers: value and label
        "source": [[s, sources.loc[s, "short_name"]] for s in verdicts["source"].unique()],
        "kind": [[kind, kind] for kind in kinds() if kind in set(verdicts["kind"])],
        "verdict": [[verdict, verdict] for verdict in claims.VERDICTS if verdict in set(verdicts["verdict"])],
    }
    # two of the classes keep notebook programs from reading dollars as the ends of a formula
    html = (
        f'<div class="claims tex2jax_ignore mathjax_ignore" id="claims-list" '
        f'data-offered="{escape(json.dumps(offered, ensure_ascii=False))}">{"".join(groups)}</div>'
    )
    plain = "\n".join(f"{row.id:4} {row.words}: {row.claim}" for row in verdicts.itertuples())
    return Shown(html, plain)


def _entry(row: dict[str, Any], source: str) -> str:
    claim, verdict = row["id"], row["verdict"]
    where = [source] + ([] if pd.isna(row["passage"]) else [row["passage"]]) + [f"kind: {row['kind']}"]
    words = f"<strong>{_capital(verdict)}</strong>{escape(row['words'].removeprefix(verdict))}"
    found = f'<p class="claim-finding">{escape(row["finding"])}</p>' if row["finding"] else ""
    needs = "".join(f"<li>{escape(_capital(flip))}</li>" for flip in row["flips"])
    if needs:
        needs = f'<div class="claim-flips"><p>What would flip the verdict</p><ul>{needs}</ul></div>'
    link = f'<a href="#claim-{claim}" title="Link to this claim">{claim}</a>'
    return (
        f'<article class="claim" id="claim-{claim}" data-source="{escape(row["source"])}" data-kind="{row["kind"]}" '
        f'data-verdict="{verdict}"><h4>{link} {escape(row["claim"])}</h4>'
        f'<p class="claim-about">{escape("; ".join(where))}</p>'
        f'<p class="claim-verdict" data-mark="{verdict}">{words}</p>'
        f"{found}{needs}{_scored(row)}"
        f'<p class="claim-links">{_links(row)}</p></article>'
    )


def _links(row: dict[str, Any]) -> str:
    if row["page"] not in TITLES:
        raise ClaimError(f"claim {row['id']}: {row['page']!r} is no chapter of the book")
    links = [f'<a href="../{row["page"]}.html#{SECTION}">Chapter: {escape(TITLES[row["page"]])}</a>']
    if row["results"]:
        first: Result = row["results"][0]
        links.append(f'<a href="../{first.page}.html#cell-{first.cell}">The cell behind the first number</a>')
    return " ".join(links)


def _scored(row: dict[str, Any]) -> str:
    """For a forecast its score so far and the day of the next; nothing for another claim."""
    if row["kind"] != "forecast":
        return ""
    text, note = _score(row["score"])
    due = "" if pd.isna(row["due"]) else f" Can be scored next on {day(row['due'])}."
    note = f" ({note})" if note else ""
    return f'<p class="claim-score">Score so far: {escape(text + note)}.{due}</p>'


def _score(score: Result | None) -> tuple[str, str]:
    return (NOT_YET, "") if score is None else (score.text, score.note)


def forecasts(verdicts: pd.DataFrame) -> Shown:
    """The forecasts among the claims: what was forecast and when, the score so far, and when it can be scored next.

    The roles repeat what the elements mean, because on a phone the style sheet sets the rows as cards.
    """
    dated = data.load("claim_sources").set_index("source")["dated"]
    titles = ("Claim", "What was forecast", "When", "Score so far", "Verdict so far", "Can be scored next")
    ahead = verdicts[verdicts["kind"] == "forecast"]
    rows, plain = [], []
    for row in ahead.to_dict("records"):
        text, note = _score(row["score"])
        due = "no date" if pd.isna(row["due"]) else day(row["due"])
        note = f"<br><small>{escape(_capital(note))}</small>" if note else ""
        verdict = f'<span class="claim-verdict" data-mark="{row["verdict"]}">{escape(row["verdict"])}</span>'
        link = f'<a href="#claim-{row["id"]}">{row["id"]}</a>'
        cells = (escape(row["claim"]), day(dated[row["source"]]), escape(text) + note, verdict, due)
        named = zip(titles[1:], cells, strict=True)
        rows.append(
            f'<tr role="row"><th role="rowheader" scope="row">{link}</th>'
            + "".join(f'<td role="cell" data-title="{title}">{cell}</td>' for title, cell in named) + "</tr>"
        )  # fmt: skip
        plain.append(f"{row['id']:4} {row['claim']} ({dated[row['source']]}); {text}; {row['verdict']}; next: {due}")
    head = "".join(f'<th role="columnheader" scope="col">{title}</th>' for title in titles)
    body = f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody>'
    html = (
        '<div class="claims-forecasts tex2jax_ignore mathjax_ignore" tabindex="0" role="region" '
        f'aria-label="Scored forecasts"><table role="table">{body}</table></div>'
    )
    return Shown(html, "\n".join(plain))


def table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The list as a table to download: one row a claim, all in text and numbers."""
    return verdicts.assign(
        due=[None if pd.isna(due) else f"{due:%Y-%m-%d}" for due in verdicts["due"]],
        flips=["; ".join(flips) for flips in verdicts["flips"]],
        results=[" ".join(result.key for result in found) for found in verdicts["results"]],
        score=[None if score is None else score.text for score in verdicts["score"]],
    )


def kinds() -> list[str]:
    """The kinds of claims, in the order of the descriptor of the data."""
    fields = data.describe("claims")["schema"]["fields"]
    return next(field["constraints"]["enum"] for field in fields if field["name"] == "kind")


def day(when: str | pd.Timestamp) -> str:
    """20 December 2024 for a date, a year as it stands."""
    if isinstance(when, str) and len(when) == 4:
        return when
    date = pd.Timestamp(when)
    return f"{date.day} {date:%B %Y}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
