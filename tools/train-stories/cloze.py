"""Questions that a program makes: a sentence for the scene it was taken out of, and a few rare words for the scene they are in."""

import re

from pools import Pool
from prose import content, sentences


def cloze(name, texts, count, by_words, chance):
    """A pool of so many of the texts; the part `by_words` is asked for by words."""
    pool = Pool(name)
    for text in chance.sample(texts, min(count, len(texts))):
        lines = text.split("\n")
        whole = [(at, said) for at, line in enumerate(lines) for said in sentences(line) if tells(said)]
        if not whole:
            continue
        at, said = chance.choice(whole)
        if chance.random() < by_words:
            pool.ask(" ".join(some_words(text, said, chance)), [pool.add(text)])
        else:
            lines[at] = lines[at].replace(said, " ")
            # Half of the time without who says it.
            question = said.split(": ", 1)[-1] if chance.random() < 0.5 else said
            pool.ask(question, [pool.add("\n".join(lines))])
    return pool


def tells(sentence):
    return 8 <= len(sentence.split()) <= 35 and len(set(content(sentence))) >= 4


def some_words(text, sentence, chance):
    words = sorted(set(content(sentence)))
    words = chance.sample(words, min(len(words), chance.choice((2, 3, 4))))
    names = re.findall(r"(?<=[a-z,;] )[A-Z][a-z]+", text)
    return [chance.choice(names), *words[:2]] if names and chance.random() < 0.6 else words
