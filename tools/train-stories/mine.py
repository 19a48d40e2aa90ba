"""Wrong answers that look right: for each question half of them near in meaning, half of them rich in its words."""

import heapq
import itertools
import math
from collections import Counter, defaultdict

import torch

from encoder import embedded

# Candidates a question, from the likeliest on.
CANDIDATES = 24
# What counts for a text of the same conversation: added to a cosine, and to what words are worth.
NEAR_IN_MEANING, NEAR_IN_WORDS = 0.15, 2.0
# BM25's constants, and the rarity below which a token says nothing.
K1, B, RARE = 0.9, 0.4, 1.2


def mine(weights, texts, questions):
    """The numbers of wrong texts for each question, nearest in meaning and richest in words by turns."""
    with torch.no_grad():
        vectors = Vectors(weights, texts)
        asked = embedded(weights, [question.ids for question in questions])
    found = [None] * len(questions)
    by_pool = defaultdict(list)
    for at, question in enumerate(questions):
        by_pool[question.pool].append(at)
    for pool, members in by_pool.items():
        words = WordIndex([texts[at].ids for at in pool])
        cosines_of = vectors.of_pool(pool)
        for at in members:
            found[at] = candidates(questions[at], pool, cosines_of(asked[at]), words.worths(questions[at].ids))
    return found, vectors, asked


def candidates(question, pool, cosines, worths):
    """`cosines` are those of all texts of the pool, `worths` what its words are worth where they are worth something."""
    half, right = CANDIDATES // 2, [text - pool.start for text in question.answers]
    if question.among:
        cosines[question.among.start - pool.start : question.among.stop - pool.start] += NEAR_IN_MEANING
        for text in question.among:
            worths[text - pool.start] += NEAR_IN_WORDS
    cosines[right] = -9
    wrong = int((cosines > -9).sum())
    meaning = cosines.topk(min(half, wrong)).indices.tolist()
    words = heapq.nlargest(half, (text for text in worths if text not in right), key=worths.get)
    by_turns = (text for pair in itertools.zip_longest(meaning, words) for text in pair if text is not None)
    return [pool.start + text for text in dict.fromkeys(by_turns)]


class Vectors:
    """What a model makes of every passage and window."""

    def __init__(self, weights, texts):
        self.passages = embedded(weights, [passage for text in texts for passage in text.passages])
        self.first = [0]
        for text in texts:
            self.first.append(self.first[-1] + len(text.passages))
        windows = [at for at, text in enumerate(texts) if text.window]
        self.window_of = {text: at for at, text in enumerate(windows)}
        self.windows = embedded(weights, [texts[at].window for at in windows]) if windows else None

    def passages_of(self, text):
        return self.passages[self.first[text] : self.first[text + 1]]

    def of_pool(self, pool):
        """A function that gives a question's cosine to each text of a pool: its best passage's, of a message the mean of that and
        its window's."""
        device = self.passages.device
        rows = self.passages[self.first[pool.start] : self.first[pool.stop]]
        counts = [self.first[text + 1] - self.first[text] for text in pool]
        owner = torch.arange(len(pool), device=device).repeat_interleave(torch.tensor(counts, device=device))
        read_with = [(text - pool.start, self.window_of[text]) for text in pool if text in self.window_of]
        own, windows = map(list, zip(*read_with)) if read_with else ([], [])

        def cosines(question):
            best = torch.full((len(pool),), -1.0, device=device)
            best = best.index_reduce(0, owner, rows @ question, "amax")
            if own:
                best[own] = (best[own] + self.windows[windows] @ question) / 2
            return best

        return cosines


class WordIndex:
    """BM25 over tokens."""

    def __init__(self, texts):
        mean = sum(map(len, texts)) / max(1, len(texts))
        self.postings = defaultdict(dict)
        for at, ids in enumerate(texts):
            norm = K1 * (1 - B + B * len(ids) / mean)
            for token, count in Counter(ids).items():
                self.postings[token][at] = count * (1 + K1) / (count + norm)
        self.count = len(texts)

    def worths(self, question):
        found = defaultdict(float)
        for token in set(question):
            texts = self.postings.get(token, {})
            rarity = math.log1p((self.count - len(texts) + 0.5) / (len(texts) + 0.5))
            if rarity >= RARE:
                for text, worth in texts.items():
                    found[text] += rarity * worth
        return found
