"""Makes the ChromaDB folders that crates/chroma is tested with, by ChromaDB itself.

Pinned: chromadb 1.5.9, the current release, and chromadb 0.4.0 with numpy 1.26.4, the first
release that keeps its data in chroma.sqlite3 (it still installs on Python 3.11; 0.3 kept parquet
files). Each release needs an environment of its own:

    python3.11 -m venv /tmp/chroma-1.5.9 && /tmp/chroma-1.5.9/bin/pip install chromadb==1.5.9
    python3.11 -m venv /tmp/chroma-0.4.0 && /tmp/chroma-0.4.0/bin/pip install chromadb==0.4.0 numpy==1.26.4
    /tmp/chroma-1.5.9/bin/python tools/make-chroma-fixtures.py
    /tmp/chroma-0.4.0/bin/python tools/make-chroma-fixtures.py

Each run replaces crates/chroma/tests/fixtures/<release>: chroma.sqlite3, and expected.jsonl with
what the release's own API says is in it, one row a line in the order of insertion, a null text for
a row without a document. The database differs from run to run (ChromaDB draws ids and notes the
time, and 1.x shuffles metadata keys); its contents don't.

An embedding is handed over with every document, else ChromaDB would fetch a model. The sentences are made up.
"""

import json
import shutil
import sqlite3
import tempfile
from pathlib import Path

import chromadb
from chromadb.config import Settings

PINNED = ("0.4.0", "1.5.9")
RELEASE = chromadb.__version__
BOOLS_AND_LISTS = RELEASE != "0.4.0"
HERE = Path(__file__).resolve().parent.parent / "crates/chroma/tests/fixtures" / RELEASE
LIMIT = 300_000
VECTOR = [1.0, 0.5]


class Recorder:
    """A collection, and the ids it holds in the order in which they came."""

    def __init__(self, client, name):
        self.collection = client.create_collection(name, embedding_function=None)
        self.ids = []

    def add(self, id, text=None, metadata=None, how="add", **more):
        columns = {"documents": text, "metadatas": metadata, **more}
        given = {key: [value] for key, value in columns.items() if value is not None}
        getattr(self.collection, how)(ids=[id], embeddings=[VECTOR], **given)
        if id not in self.ids:
            self.ids.append(id)

    def upsert(self, id, text=None, metadata=None):
        self.add(id, text, metadata, how="upsert")

    def update(self, id, **columns):
        self.collection.update(ids=[id], embeddings=[VECTOR], **{key: [value] for key, value in columns.items()})

    def delete(self, id):
        self.collection.delete(ids=[id])
        self.ids.remove(id)

    def rows(self):
        include = ["documents", "metadatas"] + (["uris"] if BOOLS_AND_LISTS else [])
        got = self.collection.get(include=include)
        if sorted(got["ids"]) != sorted(self.ids):
            raise SystemExit(f"expected {self.ids}, ChromaDB holds {got['ids']}")
        for id in self.ids:
            row = got["ids"].index(id)
            metadata = dict(got["metadatas"][row] or {})
            if (got.get("uris") or {}) and got["uris"][row] is not None:
                metadata["chroma:uri"] = got["uris"][row]
            yield {
                "collection": self.collection.name,
                "id": id,
                "text": got["documents"][row],
                "metadata": metadata,
            }


def fill_scenes(scenes):
    scenes.add("scene_0000_2025-11-10", "The ferry left without them.\n\nMarta counted the lamps.", {
        "zone": "harbour",
        "date_iso": "2025-11-10",
        "emotional_intensity": 0.35,
        "turns": 2,
        "characters_present": '["Marta", "Old Pell"]',
    })
    scenes.add("scene_0001_UNKNOWN", "A note under the door: come alone.", {"location": "inn", "plot_significance": 0.5})
    scenes.add("vector-only", None, {"location": "nowhere"})
    scenes.add("numbers", "Seven bells, then none.", {
        "least": -(2**63), "most": 2**63 - 1, "zero": 0, "minus": -5,
        "whole": 1.0, "third": 1 / 3, "tiny": 5e-324, "huge": 1.7976931348623157e308,
    })
    scenes.add("words", "“Größe,” said Žofie — 海に出よう。🌊\ttab", {
        "empty": "", "lines": "one\ntwo\r\nthree", "Ключ 鍵": "значение 🔑", "true": "false", "5": "5", "quote": '"\\',
    })
    scenes.add("bare", "Nothing is known about this one.")
    scenes.add("silent", "", {"location": "deck"})
    scenes.add("rewritten", "The first draft.", {"kept": "old", "changed": 1})
    scenes.add("dropped", "This one is thrown overboard.", {"location": "sea"})
    scenes.add("returned", "Gone tomorrow.", {"location": "quay"})
    scenes.add("upserted", "As it was.", {"version": 1})
    scenes.add("海-1", "The id is not ASCII.", {"location": "pier"})
    scenes.add("long", "Rain on the slates. " * 120, {"chunk_size": 2400})
    if BOOLS_AND_LISTS:
        scenes.add("switches", "The beacon is lit.", {"has_thinking": True, "night": False, "count": 1})
        scenes.add("lists", "Three ships and a raft.", {
            "ships": ["Plover", "Heron", "Plover"], "depths": [3, -1], "scores": [0.5, 2.0], "lit": [True, False],
            "location": "roads",
        })
        scenes.add("pictured", "A drawing of the mole.", {"page": 4}, uris="file:///mole.png")
    scenes.update("rewritten", documents="The second draft.", metadatas={"changed": 2, "added": 0.25})
    scenes.update("scene_0001_UNKNOWN", metadatas={"location": "cellar"})
    scenes.delete("dropped")
    scenes.delete("returned")
    scenes.add("last", "The harbour froze that night.", {"location": "harbour"})
    scenes.add("returned", "Back again, and wet.", {"location": "quay", "days": 3})
    scenes.upsert("upserted", "As it is.", {"version": 2, "by": "Pell"})
    scenes.upsert("fresh", "New by upsert.", {"version": 1})


def fill(client):
    recorders = {name: Recorder(client, name) for name in ("scenes", "Chapter-2", "vectors", "empty")}
    fill_scenes(recorders["scenes"])
    recorders["Chapter-2"].add("scene_0000_2025-11-10", "The same id in another collection.", {"zone": "moor"})
    recorders["Chapter-2"].add("numbers", "Eight bells.", {"most": 1})
    recorders["vectors"].add("v1", None, {"kind": "sound"})
    recorders["vectors"].add("v2", None, {"kind": "sound"})
    recorders["empty"].add("gone", "Soon gone.")
    recorders["empty"].delete("gone")
    return recorders


def main():
    if RELEASE not in PINNED:
        raise SystemExit(f"chromadb {RELEASE} is installed; the fixtures are made with {' and '.join(PINNED)}")
    with tempfile.TemporaryDirectory() as scratch:
        client = chromadb.PersistentClient(scratch, settings=Settings(anonymized_telemetry=False))
        rows = [row for recorder in fill(client).values() for row in recorder.rows()]
        HERE.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(scratch) / "chroma.sqlite3", HERE / "chroma.sqlite3")
    database = sqlite3.connect(HERE / "chroma.sqlite3")
    database.execute("VACUUM")
    database.close()
    lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows]
    (HERE / "expected.jsonl").write_text("".join(lines), encoding="utf-8")
    size = (HERE / "chroma.sqlite3").stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{HERE}/chroma.sqlite3 has {size} bytes, more than {LIMIT}")
    print(f"{RELEASE}: {len(rows)} rows, {size} bytes")


main()
