"""Texts with questions about them: what is trained on, in a file for each source.

A pool is a JSON file that any program can write, for a campaign of one's own too:

    {"texts": ["Ann: The key is under the third bell.", ...],
     "windows": [[0, 2], null, ...],            the texts that a short message is read with, from and up to; may be left out
     "questions": [{"question": "Where is the key?", "answers": [0], "among": [0, 40]}, ...]}

`answers` are the numbers of the texts that answer, the best first; `among`, which may be left out, the part of the texts that
wrong ones are best taken from: those of the same conversation.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

# As the program cuts passages: tokens of one, tokens that two share. See crates/naragtive/src/embedding/passage.rs.
SIZE, SHARED = 64, 16
# Tokens of a text, passages of a text, tokens of a question that are looked at.
LONGEST, MOST_PASSAGES, QUESTION = 500, 12, 64
# Messages before and behind a short one that it is read with.
BEFORE, BEHIND = 2, 1
# Texts that answer one question, at most.
ANSWERS = 8


@dataclass
class Pool:
    """One source's texts and questions, while they are collected."""

    name: str
    texts: list = field(default_factory=list)
    windows: list = field(default_factory=list)
    questions: list = field(default_factory=list)

    def add(self, text):
        self.texts.append(text)
        self.windows.append(None)
        return len(self.texts) - 1

    def add_messages(self, messages):
        """Messages of one conversation, each with what it is read with; the number of the first one."""
        first, end = len(self.texts), len(self.texts) + len(messages)
        for at, text in enumerate(messages, first):
            self.texts.append(text)
            self.windows.append([max(first, at - BEFORE), min(end, at + BEHIND + 1)] if len(messages) > 1 else None)
        return first

    def ask(self, question, answers, among=None):
        question, answers = " ".join(question.split()), list(dict.fromkeys(answers))
        if len(question) >= 4 and answers:
            row = {"question": question, "answers": answers[:ANSWERS]}
            self.questions.append(row if among is None else row | {"among": among})

    def write(self, folder):
        """Says how much it is."""
        folder.mkdir(parents=True, exist_ok=True)
        pool = {"texts": self.texts, "windows": self.windows, "questions": self.questions}
        (folder / f"{self.name}.json").write_text(json.dumps(pool), encoding="utf-8")
        print(f"{self.name}: {len(self.questions)} questions about {len(self.texts)} texts", flush=True)


@dataclass(frozen=True)
class Text:
    """A text as token ids, with the passages of it, and what it is read with."""

    ids: list
    passages: list
    window: list | None


@dataclass(frozen=True)
class Question:
    ids: list
    source: str
    answers: list
    # The texts of its source, and the part that wrong answers are best taken from.
    pool: range
    among: range | None


def read(folder, tokenizer):
    """All texts and questions of the pools in a folder; numbers of texts count through all of them."""
    words = Words(tokenizer)
    texts, questions = [], []
    for file in sorted(Path(folder).glob("*.json")):
        pool, first = json.loads(file.read_text(encoding="utf-8")), len(texts)
        encoded = [words.encode(text) for text in pool["texts"]]
        windows = pool.get("windows") or [None] * len(encoded)
        for (ids, passages), window in zip(encoded, windows, strict=True):
            # Only a message of one passage is read with its neighbours.
            near = range(*window) if window and len(passages) == 1 else []
            joined = [token for at in near for token in encoded[at][0]]
            texts.append(Text(ids[:LONGEST], passages, joined or None))
        for row in pool["questions"]:
            among = row.get("among")
            questions.append(
                Question(
                    words.ids(row["question"])[:QUESTION],
                    file.stem,
                    [first + at for at in row["answers"]],
                    range(first, len(texts)),
                    range(first + among[0], first + among[1]) if among else None,
                )
            )
    return texts, questions


class Words:
    """Texts to tokens word by word, as the passages are cut."""

    def __init__(self, tokenizer):
        self.tokenizer, self.known = tokenizer, {}

    def of(self, word):
        if word not in self.known:
            self.known[word] = self.tokenizer.encode(word, add_special_tokens=False).ids
        return self.known[word]

    def ids(self, text):
        return [token for word in text.split() for token in self.of(word)]

    def encode(self, text):
        """The token ids of a text, and those of its passages."""
        words = [(self.of(match.group()), ends) for match, ends in marked(text)]
        ids = [token for tokens, _ in words for token in tokens] or [100]
        starts = [0]
        for tokens, _ in words:
            starts.append(starts[-1] + len(tokens))
        cut = cut_at([len(tokens) for tokens, _ in words], [ends for _, ends in words])
        passages = [ids[starts[first] : starts[end]] for first, end in cut if starts[first] < LONGEST]
        return ids, [passage for passage in passages if passage][:MOST_PASSAGES] or [ids]


def marked(text):
    """Each word, and whether a sentence or line ends with it."""
    found = list(re.finditer(r"\S+", text))
    for match, behind in zip(found, [*found[1:], None]):
        line = behind is not None and "\n" in text[match.end() : behind.start()]
        yield match, line or match.group().rstrip("\"')]*_”’»").endswith((".", "!", "?", "…"))


def cut_at(sizes, ends):
    """From which word up to which each passage goes."""
    first, found = 0, []
    while first < len(sizes):
        end, size, sentence = first, 0, None
        while end < len(sizes) and (end == first or size + sizes[end] <= SIZE):
            size += sizes[end]
            end += 1
            if ends[end - 1] and 2 * size >= SIZE:
                sentence = end
        end = end if end == len(sizes) else sentence or end
        found.append((first, end))
        if end == len(sizes):
            break
        start, shared, sentence = end, 0, None
        while start > first + 1 and shared + sizes[start - 1] <= SHARED:
            start -= 1
            shared += sizes[start]
            if ends[start - 1]:
                sentence = start
        first = start if sentence is None else sentence
    return found
