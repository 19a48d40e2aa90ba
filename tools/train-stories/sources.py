#!/usr/bin/env python3
"""Writes pools of questions from public sets that you have fetched; README.md says which, where they are and what they allow.

    tools/train-stories/sources.py RAW_FOLDER POOLS_FOLDER [SOURCE...]

A source whose folder isn't there is left out, and said. All of it goes by one seed: the same files make the same pools.
"""

import csv
import json
import math
import random
import re
import sys
from pathlib import Path

from cloze import cloze
from pools import Pool
from prose import content, joined, scenes, sentences, untokenized

SEED = 13
# Episodes of the development set of this project and of the validation and test splits of CRD3 are never trained on: the
# first are named in a file that whoever fetches the set puts there, one a line.
HELD_OUT = "held-out.txt"
NAMES = (
    "Alice Borin Cedric Dana Elias Fiona Gareth Hilda Ivan Jasper Kira Liam Mara Nadia Orin Petra Quinn Rhea Silas Tessa "
    "Ulric Vera Wren Xander Yara Zane Aldric Bronwyn Caleb Daphne Edwin Freya Helena Isolde Jorah Lyra Milo Nora Oscar"
).split()
ASKED = (
    "What did {name} say about {words}?",
    "When did {name} mention {words}?",
    "What does {name} think of {words}?",
    "Who talked about {words}?",
    "{name} {words}",
    "{words}",
)


def fairytaleqa(raw, chance):
    """A teacher's question, and the sections of a tale that answer it."""
    pool, root = Pool("fairytaleqa"), raw / "data-by-train-split"
    for file in sorted((root / "questions/train").glob("*.csv")):
        tale = file.name.removesuffix("-questions.csv")
        rows = csv.DictReader((root / f"section-stories/all/{tale}-story.csv").open(encoding="utf-8"))
        sections = {row["section"]: pool.add(row["text"]) for row in rows}
        for row in csv.DictReader(file.open(encoding="utf-8")):
            answers = [sections[at.strip()] for at in row["cor_section"].split(",") if at.strip() in sections]
            for at in range(len(answers)):
                pool.ask(row["question"], answers[at:] + answers[:at])
    return pool


def crd3(raw, chance):
    """What a summary says, and the turns of play that it was aligned with: in scenes of two lengths."""
    data = raw / "data"
    held = [data / "aligned data" / name for name in ("val_files", "test_files")] + [raw / HELD_OUT]
    never = {line.strip() for file in held if file.exists() for line in file.read_text().splitlines()}
    named = {line.strip() for line in (data / "aligned data/train_files").read_text().splitlines()} - {""}
    pool = Pool("crd3")
    for episode in sorted(named - never):
        file = data / f"cleaned data/{episode}.json"
        if not file.exists():
            continue
        turns = [
            (turn["NUMBER"], "/".join(name.title() for name in turn["NAMES"]) + ": " + " ".join(turn["UTTERANCES"]))
            for turn in json.loads(file.read_text(encoding="utf-8"))["TURNS"]
        ]
        for characters, longest in ((1800, 60), (700, 25)):
            cut = [(some[0][0], some[-1][0], joined(some)) for some in scenes(turns, characters)]
            cut = [(first, last, pool.add(text)) for first, last, text in cut]
            for chunk, start, end in aligned(data, episode):
                if end - start <= longest:
                    pool.ask(chunk, overlapping(cut, start, end))
    return pool


def aligned(data, episode):
    """Parts of summaries with the turns that they tell of, as far as that is sure."""
    for file in sorted((data / "aligned data").glob(f"c=*/{episode}_*_*.json")):
        for row in json.loads(file.read_text(encoding="utf-8")):
            found = row["ALIGNMENT"]
            if found["ALIGNMENT SCORE"] >= 0.35 and len(row["CHUNK"].split()) >= 10:
                yield row["CHUNK"], found["TURN START"], found["TURN END"]


def overlapping(cut, start, end):
    """The scenes that have any of these turns, those with most of them first."""
    shared = [(min(end, last) - max(start, first), at) for first, last, at in cut if first <= end and last >= start]
    return [at for _, at in sorted(shared, reverse=True)]


def qmsum(raw, chance):
    """Questions about meetings, sentences of their answers, topics."""
    pool = Pool("qmsum")
    for file in sorted((raw / "data/ALL").glob("*/*.json")):
        meeting = json.loads(file.read_text(encoding="utf-8"))
        turns = [
            (at, f"{turn['speaker'].split('(')[0].strip()}: {re.sub('{.*?}', '', turn['content'])}")
            for at, turn in enumerate(meeting["meeting_transcripts"])
        ]
        cut = [(some[0][0], some[-1][0], joined(some)) for some in scenes(turns, 1500)]
        texts = {pool.add(text): set(content(text)) for _, _, text in cut}
        cut = [(first, last, at) for (first, last, _), at in zip(cut, texts)]
        spans = lambda row: [at for first, last in row["relevant_text_span"] for at in overlapping(cut, int(first), int(last))]
        for row in meeting["specific_query_list"]:
            said = set(content(row["query"] + " " + row["answer"]))
            best = sorted(set(spans(row)), key=lambda at: (-len(said & texts[at]) / (len(texts[at]) ** 0.5 + 1), at))
            if 1 <= len(best) <= 6:
                pool.ask(row["query"], best)
                for sentence in sentences(row["answer"]):
                    words = set(content(sentence))
                    own = sorted(best, key=lambda at: -len(words & texts[at]))
                    if len(sentence.split()) >= 8 and len(words & texts[own[0]]) >= 3:
                        pool.ask(sentence, own)
        for row in meeting["topic_list"]:
            if 1 <= len(set(spans(row))) <= 4:
                pool.ask(row["topic"], spans(row))
    return pool


def squality(raw, chance):
    """Sentences of summaries, and the piece of a story that has most of their rare words."""
    pool = Pool("squality")
    for name in ("train", "dev", "test"):
        for line in (raw / f"data/v1-3/txt/{name}.jsonl").read_text(encoding="utf-8").splitlines():
            story = json.loads(line)
            paragraphs = [" ".join(text.split()) for text in re.split(r"\n\s*\n", story["document"]) if text.strip()]
            pieces = [joined(some) for some in scenes(list(enumerate(paragraphs)), 1000)]
            texts, bags = [pool.add(text) for text in pieces], [set(content(text)) for text in pieces]
            rarity = lambda word: math.log(1 + len(bags) / (sum(word in bag for bag in bags) + 0.5))
            responses = [text["response_text"] for row in story["questions"] for text in row["responses"]]
            for sentence in (sentence for text in responses for sentence in sentences(text)):
                words = set(content(sentence))
                if len(bags) > 1 and 5 <= len(words) <= 30:
                    worth = {word: rarity(word) for word in sorted(words)}
                    parts = [sum(worth[word] for word in words & bag) / sum(worth.values()) for bag in bags]
                    best, second = sorted(range(len(bags)), key=lambda at: -parts[at])[:2]
                    if parts[best] >= 0.42 and parts[best] - parts[second] >= 0.06:
                        pool.ask(sentence, [texts[best]])
    return pool


def cosmosqa(raw, chance):
    """What people think happened, and the story that they think it of."""
    pool, known = Pool("cosmosqa"), {}
    for row in csv.DictReader((raw / "data/valid.csv").open(encoding="utf-8")):
        answer = row["answer" + row["label"]]
        if row["context"] not in known:
            known[row["context"]] = pool.add(untokenized(row["context"]))
        if "None of the above" not in answer:
            asked = answer if chance.random() < 0.5 else f"{row['question']} {answer}"
            pool.ask(untokenized(asked), [known[row["context"]]])
    return pool


def molweni(raw, chance):
    """Questions about talk of several people."""
    pool = Pool("molweni")
    for file in sorted(raw.glob("MRC*/test.json")):
        for talk in json.loads(file.read_text(encoding="utf-8"))["data"]["dialogues"]:
            at = pool.add("\n".join(f"{turn['speaker']}: {turn['text']}" for turn in talk["edus"]))
            for row in talk["qas"]:
                if row.get("answers"):
                    pool.ask(row["question"], [at])
    return pool


def topical_chat(raw, chance):
    """Chats of two people, who get names, with questions that a program makes of one message."""
    pool, chats = Pool("topical-chat"), []
    for name in ("valid_freq", "valid_rare", "test_freq", "test_rare"):
        chats += json.loads((raw / f"conversations/{name}.json").read_text(encoding="utf-8")).values()
    chance.shuffle(chats)
    for chat in chats[:1100]:
        names = dict(zip(("agent_1", "agent_2"), chance.sample(NAMES, 2)))
        said = [(names[turn["agent"]], " ".join(turn["message"].split())) for turn in chat["content"]]
        first = pool.add_messages([f"{name}: {text}" for name, text in said])
        for at in chance.sample(range(len(said)), min(4, len(said))):
            words = list(dict.fromkeys(content(said[at][1])))
            if len(words) >= 4:
                start = chance.randrange(len(words) - 1)
                some = " ".join(words[start : start + chance.choice((1, 2, 2, 3))])
                question = chance.choice(ASKED).format(name=said[at][0], words=some)
                pool.ask(question, [first + at], [first, first + len(said)])
    return pool


def litbank(raw, chance):
    """Scenes of old novels, of which cloze questions are made."""
    pool = Pool("litbank")
    for file in sorted((raw / "original").glob("*.txt")):
        text = file.read_text(encoding="utf-8", errors="replace")
        # Neither licence nor contents.
        text = text[len(text) // 20 : -len(text) // 20]
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
        cut = [joined(some) for some in scenes(list(enumerate(paragraphs)), 900)]
        cut = [text for text in cut if 900 <= len(text) < 2600]
        for text in chance.sample(cut, min(45, len(cut))):
            pool.add(text)
    return pool


SOURCES = {"fairytaleqa": fairytaleqa, "crd3": crd3, "qmsum": qmsum, "squality": squality, "cosmosqa": cosmosqa}
SOURCES |= {"molweni": molweni, "topical-chat": topical_chat, "litbank": litbank}
# Of these cloze questions are made too: how many, and what part of them by words alone.
CLOZE = {"litbank": (4300, 0.3), "crd3": (4000, 0.3), "fairytaleqa": (1500, 0.4), "squality": (1500, 0.3)}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    raw, to = map(Path, sys.argv[1:3])
    for name in sys.argv[3:] or SOURCES:
        if not (raw / name).is_dir():
            print(f"{name}: no folder {raw / name}, left out", file=sys.stderr)
            continue
        try:
            pool = SOURCES[name](raw / name, random.Random(SEED))
        except FileNotFoundError as error:
            print(f"{name}: no file {error.filename}, left out", file=sys.stderr)
            continue
        if pool.questions:
            pool.write(to)
        if name in CLOZE:
            count, by_words = CLOZE[name]
            cloze(f"cloze-{name}", pool.texts, count, by_words, random.Random(SEED + 1)).write(to)


if __name__ == "__main__":
    main()
