"""The fit of every cell on two worker processes: the same bits as in one call, and failures that say where."""

from __future__ import annotations

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from dask import delayed
from dask.distributed import Client, LocalCluster

from superstars import data, places


@pytest.fixture(scope="module")
def client():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "host": "127.0.0.1"}
    with LocalCluster(**options, dashboard_address=None, silence_logs=50) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def metro():
    return data.load("oews_metro")


def bits(frame: pd.DataFrame) -> dict[str, bytes]:
    return {name: frame[name].to_numpy(float).tobytes() for name in ("median", "p90", "sigma", "se_sigma")}


def test_two_processes_give_every_bit_of_one_call(client, metro):
    whole = places.fits(metro)
    pieces = client.scatter(places.partitions(metro, rows=30_011))
    apart = places.fits_apart(pieces, client)
    pd.testing.assert_frame_equal(apart, whole, check_exact=True)
    assert bits(apart) == bits(whole)
    assert len(client.scheduler_info()["workers"]) == 2
    assert len({worker for held in client.who_has(pieces).values() for worker in held}) == 2  # both had work


def load_from(place: str, start: int, rows: int) -> pd.DataFrame:
    return data.load("oews_metro", file=place).iloc[start : start + rows]


def test_workers_can_read_their_own_pieces_from_another_address(client, metro, tmp_path):
    place = tmp_path / "mine.csv"
    data.load("oews_metro", raw=True).head(900).to_csv(place, index=False)
    with Client(client.scheduler.address) as another:  # as with a scheduler on another machine
        read = delayed(load_from)
        apart = places.fits_apart([read(str(place), start, 400) for start in (0, 400, 800)], another)
    assert bits(apart) == bits(places.fits(metro.head(900)))


def test_a_failing_partition_is_named_with_its_rows(client, metro):
    pieces = places.partitions(metro.head(300), rows=100)
    spoilt = pieces[1].copy()
    spoilt.loc[spoilt.index[7], "a_median"] = -1.0
    with pytest.raises(ValueError, match=r"partition 1 \(rows 100 to 199\): values\[7.*-1"):
        places.fits_apart([pieces[0], spoilt, pieces[2]], client)
    with pytest.raises(ValueError, match=r"partition 0 \(rows 0 to 99\): frame lacks the columns .*mean_prse"):
        places.fits_apart([pieces[0].drop(columns="mean_prse")], client)


def test_the_page_ran_it_and_found_the_same_bits():
    notebook = nbformat.read(ROOT / "book/back/places.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and "LocalCluster(" in c.source]
    assert "n_workers=2" in cell.source and "127.0.0.1" in cell.source
    assert [output["data"]["text/plain"] for output in cell.outputs] == ["True"]


def test_the_printed_example_for_a_cluster_runs(client, metro, tmp_path):
    prose = "\n".join(c.source for c in nbformat.read(ROOT / "book/back/places.ipynb", as_version=4).cells)
    (code,) = re.findall(r"```python\n(.*?)```", prose, re.DOTALL)
    files = []
    for number, rows in enumerate(np.split(np.arange(600), 3)):
        files.append(str(tmp_path / f"{number}.csv"))
        data.load("oews_metro", raw=True).iloc[rows].to_csv(files[-1], index=False)
    here = re.sub(r'"tcp://[^"]+"', repr(client.scheduler.address), code)
    assert here != code
    scope = {"__name__": "__main__", "files": files}  # as typed in a notebook
    exec(here, scope)
    scope["client"].close()
    assert bits(scope["every_year"]) == bits(places.fits(metro.head(600)))
