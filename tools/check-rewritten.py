#!/usr/bin/env python3
"""Checks that a store stays one when other programs write it again.

    check-rewritten.py NARAGTIVE STORE.parquet MORE.json FOLDER

Polars (eager, lazy, with categories), pandas, DuckDB and pyarrow each write STORE.parquet into FOLDER: with some of its rows,
with its rows in another order, and with a column more. Of each file NARAGTIVE has to list and find the rows that were kept, add
the messages of MORE.json, keep the column, and give passages to what has none. Run it with tools/requirements.txt and with
tools/requirements-oldest.txt. Exits with 1 and says what differs; with 2 when it was called wrongly.
"""

import json
import pathlib
import subprocess
import sys

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet

CHANGES = ["filtered", "turned", "widened"]


def polars_changed(frame, change):
    if change == "filtered":
        return frame.filter(polars.int_range(polars.len()) % 2 == 0)
    if change == "turned":
        return frame.sort("id", descending=True)
    return frame.with_columns(polars.lit("mine").alias("note"))


def with_polars(store, to, change):
    polars_changed(polars.read_parquet(store), change).write_parquet(to)


def with_lazy_polars(store, to, change):
    frame = polars_changed(polars.scan_parquet(store), change)
    try:
        frame.sink_parquet(to)
    except polars.exceptions.InvalidOperationError:  # an old one can't write all of these as it reads
        frame.collect().write_parquet(to)


def with_categories(store, to, change):
    frame = polars_changed(polars.read_parquet(store), change)
    frame.with_columns(polars.col("id", "metadata").cast(polars.Categorical)).write_parquet(to)


def with_pandas(store, to, change):
    frame = pandas.read_parquet(store)
    if change == "filtered":
        frame = frame.iloc[::2]
    elif change == "turned":
        frame = frame.sort_values("id", ascending=False)
    else:
        frame = frame.assign(note="mine")
    frame.to_parquet(to)


def with_duckdb(store, to, change):
    wanted = {
        "filtered": "select * exclude (place) from (select *, row_number() over () as place from read_parquet('{0}')) where place % 2 = 1",
        "turned": "select * from read_parquet('{0}') order by id desc",
        "widened": "select *, 'mine' as note from read_parquet('{0}')",
    }[change].format(store)
    duckdb.connect().execute(f"copy ({wanted}) to '{to}' (format parquet)")


def with_pyarrow(store, to, change):
    table = pyarrow.parquet.read_table(store)
    if change == "filtered":
        table = table.take(list(range(0, table.num_rows, 2)))
    elif change == "turned":
        table = table.sort_by([("id", "descending")])
    else:
        table = table.append_column("note", pyarrow.array(["mine"] * table.num_rows))
    pyarrow.parquet.write_table(table, to)


WRITERS = {
    "polars": with_polars,
    "polars-lazy": with_lazy_polars,
    "polars-categories": with_categories,
    "pandas": with_pandas,
    "duckdb": with_duckdb,
    "pyarrow": with_pyarrow,
}


class Differs(Exception):
    pass


def expect(what, expected, found):
    if expected != found:
        raise Differs(f"{what}: expected {expected!r}, found {found!r}")


def ran(program, *arguments):
    run = subprocess.run([program, *map(str, arguments), "--json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise Differs(f"{' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def listed(program, path):
    return [scene["id"] for scene in ran(program, "list", "--store", path)["scenes"]]


def check(program, path, more, change):
    ids = [row["id"] for row in pyarrow.parquet.read_table(path, columns=["id"]).to_pylist()]
    expect("ids", ids, listed(program, path))
    found = ran(program, "search", "what was said", "--store", path, "--limit", len(ids))
    expect("ids found", sorted(ids), sorted(result["id"] for result in found["results"]))
    added = ran(program, "ingest-chat", "--source", more, "--output", path)["added"]
    expect("scenes added", True, added > 0)
    expect("scenes left without passages", 0, ran(program, "upgrade", path)["left"])
    after = listed(program, path)
    expect("ids after adding", ids, after[: len(ids)])
    expect("number of scenes", len(ids) + added, len(after))
    if change == "widened":
        notes = pyarrow.parquet.read_table(path, columns=["note"]).column("note").to_pylist()
        expect("the column of others", ["mine"] * len(ids) + [None] * added, notes)


def main(arguments):
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    program, store, more, folder = arguments
    failed = 0
    for name, write in WRITERS.items():
        for change in CHANGES:
            path = pathlib.Path(folder) / f"{name}-{change}.parquet"
            try:
                write(store, path, change)
                check(program, path, more, change)
            except Differs as difference:
                failed += 1
                print(f"{name}, {change}: {difference}", file=sys.stderr)
    print(f"{len(WRITERS) * len(CHANGES) - failed} of {len(WRITERS) * len(CHANGES)} rewritten stores are stores")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
