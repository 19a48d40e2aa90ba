#!/usr/bin/env python3
"""Writes the parquet files that crates/store is tested with, in every form that stores come in.

    make-store-fixtures.py [FOLDER]      default: crates/store/tests/fixtures

Needs tools/requirements.txt. The same versions write the same files.
"""

import json
import sys
from pathlib import Path

import numpy
import polars
import pyarrow
import pyarrow.parquet

DIMENSION = 384
ROWS = 3
STRINGS = {"utf8": pyarrow.string(), "large_utf8": pyarrow.large_string(), "utf8_view": pyarrow.string_view()}
NUMBERS = {"f32": pyarrow.float32(), "f64": pyarrow.float64()}
CODECS = ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]


def vector(row):
    """Numbers that 32 bits hold exactly: number `at` of row `row` is ((7 row + 3 at) mod 64 - 31) / 64."""
    return [((7 * row + 3 * at) % 64 - 31) / 64 for at in range(DIMENSION)]


def rows():
    ids = [f"scene_{row:04}_2025-11-1{row}" for row in range(ROWS)]
    texts = ["The first scene.", "", "Zo\u00eb: \u201cburn!\u201d\n\nAnd then."]
    metadata = [
        json.dumps({"scene_id": name, "date_iso": name[-10:], "plot_significance": 0.5}) for name in ids
    ]
    return ids, texts, [vector(row) for row in range(ROWS)], metadata


def list_type(kind, number):
    return {
        "list": pyarrow.list_(number),
        "large_list": pyarrow.large_list(number),
        "fixed_size_list": pyarrow.list_(number, DIMENSION),
    }[kind]


def table(strings="large_utf8", kind="large_list", number="f64", **changed):
    ids, texts, vectors, metadata = rows()
    columns = {"id": ids, "text": texts, "embedding": vectors, "metadata": metadata} | changed
    string, vectors = STRINGS[strings], list_type(kind, NUMBERS[number])
    types = {"id": string, "text": string, "embedding": vectors, "metadata": string}
    arrays = {}
    for name, values in columns.items():
        known = name in types and not isinstance(values, pyarrow.Array)
        arrays[name] = pyarrow.array(values, types[name]) if known else pyarrow.array(values)
    return pyarrow.table(arrays)


def write(folder, name, data, codec="zstd"):
    codec = {"compression": codec, "use_dictionary": ["id"]}
    pyarrow.parquet.write_table(data, folder / f"{name}.parquet", **codec)


def write_forms(folder):
    for kind in ["list", "large_list", "fixed_size_list"]:
        for number in NUMBERS:
            for strings in STRINGS:
                write(folder, f"form-{kind}-{number}-{strings}", table(strings, kind, number))
    for codec in CODECS:
        write(folder, f"codec-{codec}", table(kind="list", number="f32"), codec)


def write_with_polars(folder):
    ids, texts, vectors, metadata = rows()
    columns = {"id": ids, "text": texts, "embedding": vectors, "metadata": metadata}
    frame = polars.DataFrame(columns, schema_overrides={"embedding": polars.List(polars.Float64)})
    frame.write_parquet(folder / "polars.parquet")
    array = frame.with_columns(polars.col("embedding").cast(polars.Array(polars.Float32, DIMENSION)))
    array.write_parquet(folder / "polars-array.parquet")
    frame.write_parquet(folder / "polars-snappy.parquet", compression="snappy", use_pyarrow=True)


def write_with_more_columns(folder):
    more = table(
        rating=pyarrow.array([5, None, 3], pyarrow.int32()),
        seen=pyarrow.array([0, 1, 2], pyarrow.timestamp("us", tz="UTC")),
        tags=pyarrow.array([["a"], [], None], pyarrow.list_(pyarrow.string())),
        where=pyarrow.array([{"x": 1}, {"x": 2}, {"x": 3}]),
    )
    needed = more.schema.get_field_index("seen")
    schema = more.schema.set(needed, more.schema.field("seen").with_nullable(False))
    more = more.cast(schema).replace_schema_metadata({"somebody": "else's note"})
    order = ["rating", "id", "text", "embedding", "metadata", "seen", "tags", "where"]
    write(folder, "more-columns", more.select(order))


def write_with_odd_values(folder):
    ids, texts, vectors, metadata = rows()
    tenth = [vectors[0], [0.1] + vectors[1][1:], vectors[2]]
    write(folder, "doubles", table("utf8", "list", "f64", embedding=tenth))
    spaced = ['{ "z" : 1.50, "z":1e2,  "a":null }'] + metadata[1:]
    write(folder, "spaced-metadata", table("utf8", "list", "f32", metadata=spaced))


def tag(data, model, dimension, version="1"):
    return data.replace_schema_metadata(
        {"naragtive.schema_version": version, "naragtive.model": model, "naragtive.dimension": dimension}
    )


def write_tagged(folder):
    write(folder, "other-model", tag(table(), "another-model", "384"))
    write(folder, "other-dimension", tag(table(), "all-MiniLM-L6-v2", "512"))
    write(folder, "newer", tag(table(), "all-MiniLM-L6-v2", "384", "2"))
    write(folder, "no-dimension", tag(table(), "all-MiniLM-L6-v2", "many"))


def write_bad(folder):
    ids, texts, vectors, metadata = rows()
    changed = lambda values, value: [values[0], value, values[2]]
    bad = {
        "null-id": {"id": changed(ids, None)},
        "null-text": {"text": changed(texts, None)},
        "null-embedding": {"embedding": changed(vectors, None)},
        "null-metadata": {"metadata": changed(metadata, None)},
        "null-number": {"embedding": changed(vectors, [None] + vectors[1][1:])},
        "short-embedding": {"embedding": changed(vectors, vectors[1][1:])},
        "empty-embedding": {"embedding": changed(vectors, [])},
        "nan": {"embedding": changed(vectors, [float("nan")] + vectors[1][1:])},
        "infinite": {"embedding": changed(vectors, [float("-inf")] + vectors[1][1:])},
        "too-large": {"embedding": changed(vectors, [1e300] + vectors[1][1:])},
        "metadata-not-json": {"metadata": changed(metadata, "scene")},
        "metadata-array": {"metadata": changed(metadata, "[1]")},
        "numbers-as-text": {"text": pyarrow.array([1, 2, 3])},
        "text-as-embedding": {"embedding": pyarrow.array(texts)},
        "whole-numbers": {"embedding": pyarrow.array([[1], [2], [3]])},
    }
    for name, change in bad.items():
        write(folder, f"bad-{name}", table(kind="list", **change))
    for column in ["id", "text", "embedding", "metadata"]:
        write(folder, f"bad-no-{column}", table().drop_columns([column]))
    whole = (folder / "codec-zstd.parquet").read_bytes()
    (folder / "bad-truncated.parquet").write_bytes(whole[: len(whole) // 2])
    damaged = bytearray(whole)
    damaged[len(whole) // 4 : len(whole) // 2] = bytes(len(whole) // 2 - len(whole) // 4)
    (folder / "bad-pages.parquet").write_bytes(damaged)
    (folder / "bad-text.parquet").write_bytes(b"This is not a parquet file.\n")
    (folder / "bad-empty.parquet").write_bytes(b"")


def main(arguments):
    default = Path(__file__).parent.parent / "crates/store/tests/fixtures"
    folder = Path(arguments[0]) if arguments else default
    folder.mkdir(parents=True, exist_ok=True)
    write_forms(folder)
    write_with_polars(folder)
    write_with_more_columns(folder)
    write_with_odd_values(folder)
    write_tagged(folder)
    write_bad(folder)
    versions = [numpy.__version__, polars.__version__, pyarrow.__version__]
    print(f"{len(list(folder.iterdir()))} files in {folder} (numpy, polars, pyarrow: {', '.join(versions)})")


if __name__ == "__main__":
    main(sys.argv[1:])
