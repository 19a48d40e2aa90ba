"""Writes the fixtures of tables in columns: parquet, and Arrow's files and streams. Nothing in them is anybody else's.

    pip install pyarrow && python3 tools/make-tables.py
"""

from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

ROOT = Path(__file__).parent.parent / "crates/ingest/tests/fixtures"

POSTS = pa.table(
    {
        "id": pa.array([1, 2, 3], pa.int32()),
        "author": pa.array([{"name": "Ann", "age": 7}, {"name": "Bo", "age": None}, None]),
        "created": pa.array([datetime(2025, 11, 10, 4, 0, 41, tzinfo=timezone.utc)] * 3, pa.timestamp("ms", "UTC")),
        "body": pa.array(["The lamp is lit.", "Who lit it?", None], pa.large_string()),
        "tag": pa.array(["a", "b", "a"]).dictionary_encode(),
        "vector": pa.array([[0.5, 1.0], [0.0, 2.0], None], pa.list_(pa.float32())),
        "picture": pa.array([b"\x00\x01", None, b"\xff"]),
    }
)
STORIES = pa.table(
    {
        "label": pa.array(["x", "y"]).dictionary_encode(),
        "chapter_text": ["For a century the lamp had burned on the cliff, and nobody knew who lit it.", "The bell hung in the fog until it rang, and then it hung there again as before."],
        "score": [0.5, float("nan")],
    }
)
DIALOGUES = pa.table(
    {
        "id": ["d1", "d2"],
        "conversations": [
            [{"from": "human", "value": "Who lit the lamp?"}, {"from": "gpt", "value": "Marrow did."}],
            [{"from": "human", "value": "When?"}, {"from": "gpt", "value": "At nine."}],
        ],
    }
)

if __name__ == "__main__":
    pq.write_table(POSTS, ROOT / "records/posts.parquet", compression="snappy")
    feather.write_feather(POSTS, ROOT / "records/posts.feather", compression="lz4")
    with pa.ipc.new_stream(ROOT / "records/stories.arrow", STORIES.schema) as stream:
        stream.write_table(STORIES)
    pq.write_table(DIALOGUES, ROOT / "dialogues/sharegpt.parquet", compression="zstd")
