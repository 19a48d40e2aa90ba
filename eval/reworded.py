"""Questions in other words: what the judged ones lack, and what people who remember a scene and not its words ask."""

import json
import re
import struct
from pathlib import Path

import numpy

# Words that ask and join stay.
KEPT = set(
    "what when where which whom whose does have that this with from they them their there about after before were been will would "
    "could should because into than then your being during while between through over under again once here some such only other".split()
)
# A word of so many letters is exchanged; one that begins with as many as another is taken for a form of it.
LONG, ALIKE = 4, 4
# So near a word has to be: farther ones mean something else.
NEAR = 0.4


class Thesaurus:
    """The word vectors of a BERT's folder: nearest words, which are mostly words of the same meaning."""

    def __init__(self, folder):
        lines = (Path(folder) / "vocab.txt").read_text(encoding="utf-8").splitlines()
        vectors = word_vectors(Path(folder) / "model.safetensors")
        words = [(word, at) for at, word in enumerate(lines) if word.isalpha() and word.isascii() and len(word) >= LONG]
        self.words = [word for word, _ in words]
        self.places = {word: place for place, word in enumerate(self.words)}
        self.vectors = vectors[[at for _, at in words]]
        self.vectors /= numpy.linalg.norm(self.vectors, axis=1, keepdims=True)
        self.near = {}

    def nearest(self, word):
        """The words that are nearest to this one, and no form of it."""
        if word not in self.near:
            place = self.places.get(word)
            cosines = numpy.zeros(0) if place is None else self.vectors @ self.vectors[place]
            order = numpy.argsort(-cosines)[1:20]
            near = [self.words[at] for at in order if cosines[at] >= NEAR]
            self.near[word] = [other for other in near if other[:ALIKE] != word[:ALIKE]]
        return self.near[word]

    def other(self, word, taken):
        """The nearest word of which no form is `taken`."""
        return next((near for near in self.nearest(word) if near[:ALIKE] not in taken), None)

    def reworded(self, question, scenes):
        """The question without the words that it shares with these texts, as far as others stand for them."""
        taken = {word[:ALIKE] for text in scenes for word in re.findall("[a-z]+", text.lower()) if len(word) >= LONG}

        def exchanged(found):
            word = found.group()
            is_name = word[0].isupper() and found.start() > 0
            if is_name or len(word) < LONG or word.lower() in KEPT or word.lower()[:ALIKE] not in taken:
                return word
            return self.other(word.lower(), taken) or word

        return re.sub("[A-Za-z]+", exchanged, question)


def word_vectors(path):
    """The matrix of word vectors in a safetensors file."""
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        about = json.loads(file.read(size))["embeddings.word_embeddings.weight"]
        begin, end = about["data_offsets"]
        file.seek(8 + size + begin)
        values = numpy.frombuffer(file.read(end - begin), dtype={"F32": "<f4", "F16": "<f2"}[about["dtype"]])
    return values.astype(numpy.float32).reshape(about["shape"])
