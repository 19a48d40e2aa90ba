"""Puts the questions of a set to a program, and measures what it finds, question by question."""

import json
import math
import os
import re
import subprocess

from sets import Set

# How many hits are asked for. The measures look at the first ten.
LIMIT = 50


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def output(*words):
    """What a command prints. 1 says that nothing was found, which is an answer."""
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        done.check_returncode()
    return done.stdout


def ingest(naragtive, scenes, store, arguments=()):
    """Makes a store of scenes, if there is none."""
    if not store.exists():
        output(naragtive, "ingest-chat", "-q", "-s", scenes, "-o", store, *arguments)
    return store


def search(naragtive, store, queries, work, per_channel=False, arguments=(), limit=LIMIT):
    """What `search --json` answers to each question, by its qid."""
    groups, answers = {}, {}
    for query in queries:
        groups.setdefault(query.get("channel") if per_channel else None, []).append(query)
    # Of this process alone: several may share a folder of stores.
    asked = work / f"questions-{os.getpid()}.txt"
    for channel, group in groups.items():
        texts = [" ".join(query["query"].split()) for query in group]
        asked.write_text("\n".join(texts) + "\n", encoding="utf-8")
        where = ["--where", f"channel={channel}"] if channel is not None else []
        words = [naragtive, "search", "-q", "-s", store, "--json", "-l", limit, *arguments, *where, "--queries", asked]
        found = [json.loads(line) for line in output(*words).splitlines() if line.strip()]
        if len(found) != len(group):
            raise SystemExit(f"{len(found)} answers to {len(group)} questions")
        answers.update((query["qid"], answer) for query, answer in zip(group, found, strict=True))
    return answers


def measures(relevant, answer):
    """nDCG@10, recall@10 and whether the first or one of the first three hits is right."""
    relevant = set(map(str, relevant))
    ids = [str(hit["metadata"].get("msg_id")) for hit in answer["results"]]
    ranks = [ids.index(known) for known in relevant if known in ids]
    top = [rank for rank in ranks if rank < 10]
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(10, len(relevant))))
    return {
        "ndcg@10": sum(1 / math.log2(rank + 2) for rank in top) / ideal,
        "recall@10": len(top) / len(relevant),
        "hit@1": float(0 in ranks),
        "hit@3": float(any(rank < 3 for rank in ranks)),
    }


def store_of(naragtive, set_: Set, work, arguments=()):
    """The store of a set's scenes. Its name says what the ingest was told: another ingest makes another store."""
    name = re.sub("[^A-Za-z0-9.]+", "-", "-".join([set_.folder.name, set_.scenes, *map(str, arguments)]))
    return ingest(naragtive, set_.folder / set_.scenes, work / f"{name}.parquet", arguments)


def score(naragtive, set_: Set, work, ingest_arguments=(), search_arguments=(), by=None):
    """The measures of every question of a set, by its qid."""
    store = store_of(naragtive, set_, work, ingest_arguments)
    queries = lines_of(set_.folder / set_.queries)
    answers = search(by or naragtive, store, queries, work, set_.per_channel, search_arguments)
    return {query["qid"]: measures(query["relevant"], answers[query["qid"]]) for query in queries}


def means(scored, qids=None):
    """The mean of every measure, over all questions or those named."""
    rows = [row for qid, row in scored.items() if qids is None or qid in qids]
    return {measure: sum(row[measure] for row in rows) / len(rows) for measure in rows[0]}
