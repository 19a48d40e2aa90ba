#!/usr/bin/env python3
"""Checks that a store opens in Polars, pyarrow and DuckDB as the old tool needs it.

    check-interop.py STORE.parquet ROWS.jsonl
    check-interop.py STORE.parquet OLD.parquet

ROWS.jsonl holds one object a row: id, text, metadata (a string), embedding. Both files come from
`cargo run --example write_sample`. OLD.parquet is a store of the Python tool, STORE.parquet
what the example upgrade_sample made of it, every row of which must be as it was. Run it with
tools/requirements.txt and with tools/requirements-oldest.txt.
Exits with 1 and says what differs; with 2 when it was called wrongly.
"""

import json
import sys

import duckdb
import polars
import pyarrow
import pyarrow.parquet

COLUMNS = ["id", "text", "embedding", "metadata"]
# Further columns of ours, which readers of the four may ignore.
OURS = ["passage_spans", "passage_vectors", "window_vector", "origin"]


class Differs(Exception):
    pass


def expect(what, expected, found):
    if expected != found:
        raise Differs(f"{what}: expected {expected!r}, found {found!r}")


def is_list_of_floats(kind):
    is_list = pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind)
    return is_list and pyarrow.types.is_floating(kind.value_type)


def read_with_polars(path):
    frame = polars.read_parquet(path)
    expect("columns", COLUMNS + OURS, frame.columns)
    for name in ["id", "text", "metadata"]:
        expect(f"type of {name}", polars.String, frame.schema[name])
    embedding = frame.schema["embedding"]
    if not isinstance(embedding, polars.List) or not embedding.inner.is_float():
        raise Differs(f"type of embedding: expected a list of floats, found {embedding}")
    lazy = polars.scan_parquet(path).select(polars.len()).collect().item()
    expect("rows counted without reading them", frame.height, lazy)
    return frame.select(COLUMNS).to_dicts()


def read_with_pyarrow(path):
    table = pyarrow.parquet.read_table(path)
    expect("columns", COLUMNS + OURS, table.column_names)
    for name in ["id", "text", "metadata"]:
        kind = table.schema.field(name).type
        if not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)):
            raise Differs(f"type of {name}: expected strings, found {kind}")
    kind = table.schema.field("embedding").type
    if not is_list_of_floats(kind):
        raise Differs(f"type of embedding: expected lists of floats, found {kind}")
    return table.select(COLUMNS).to_pylist()


def read_with_duckdb(path):
    relation = duckdb.connect().execute("select * from read_parquet($1)", [path])
    described = [(name, str(kind)) for name, kind, *_ in relation.description]
    expect("columns", COLUMNS + OURS, [name for name, _ in described])
    rows = [dict(zip(COLUMNS, row)) for row in relation.fetchall()]
    kinds = duckdb.connect().execute("describe select * from read_parquet($1)", [path]).fetchall()
    kinds = [kind for _, kind, *_ in kinds][: len(COLUMNS)]
    if kinds not in (["VARCHAR", "VARCHAR", f"{number}[]", "VARCHAR"] for number in ("FLOAT", "DOUBLE")):
        raise Differs(f"types: expected strings and a list of floats, found {kinds}")
    return rows


def compare(expected, found):
    expect("rows", len(expected), len(found))
    for number, (mine, theirs) in enumerate(zip(expected, found)):
        for name in COLUMNS:
            value = list(theirs[name]) if name == "embedding" else theirs[name]
            expect(f"row {number}, {name}", mine[name], value)
        if not isinstance(json.loads(theirs["metadata"]), dict):
            raise Differs(f"row {number}, metadata: expected a JSON object, found {theirs['metadata']!r}")


def read_expected(path):
    if path.endswith(".parquet"):
        return pyarrow.parquet.read_table(path).select(COLUMNS).to_pylist()
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path, expected = arguments[0], read_expected(arguments[1])
    readers = {"Polars": read_with_polars, "pyarrow": read_with_pyarrow, "DuckDB": read_with_duckdb}
    failed = False
    for name, read in readers.items():
        try:
            compare(expected, read(path))
            print(f"{name}: {len(expected)} rows agree")
        except Differs as difference:
            failed = True
            print(f"{name}: {path}: {difference}", file=sys.stderr)
        except Exception as error:  # a reader that can't open the file at all
            failed = True
            print(f"{name}: can't read {path}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
