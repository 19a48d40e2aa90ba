"""Which questions are learned from next, and with which wrong answers."""

import random
from collections import defaultdict

# What a source's questions count for; those of the others 1.
WEIGHTS = {
    "fairytaleqa": 1.3,
    "crd3": 1.0,
    "qmsum": 0.9,
    "cosmosqa": 0.5,
    "molweni": 0.4,
    "cloze-litbank": 0.7,
    "cloze-crd3": 0.7,
    "cloze-fairytaleqa": 0.7,
    "cloze-squality": 0.7,
}
# A large source is asked more often, but not in proportion.
POWER = 0.7
# A wrong text counts as right, and is left out, where the teacher finds it nearly as good as the right one.
NEARLY = 1.5


class Feed:
    """Batches, each source without repetition until it is used up."""

    def __init__(self, questions, seed):
        self.random = random.Random(seed)
        self.of_source = defaultdict(list)
        for at, question in enumerate(questions):
            self.of_source[question.source].append(at)
        self.names = sorted(self.of_source)
        self.weights = [WEIGHTS.get(name, 1.0) * len(self.of_source[name]) ** POWER for name in self.names]
        self.waiting = defaultdict(list)

    def batch(self, size):
        """Questions of one source: the others' texts are wrong answers that look right."""
        return self.take(self.random.choices(self.names, self.weights)[0], size)

    def mixed(self, size):
        return [self.take(name, 1)[0] for name in self.random.choices(self.names, self.weights, k=size)]

    def take(self, name, size):
        size = min(size, len(self.of_source[name]))
        while len(self.waiting[name]) < size:
            again = self.of_source[name][:]
            self.random.shuffle(again)
            self.waiting[name] += again
        taken, self.waiting[name] = self.waiting[name][:size], self.waiting[name][size:]
        return taken

    def wrong(self, candidates, judged, count):
        """So many of a question's wrong answers, the likelier the nearer; what the teacher thought of each of them and of the
        right one is in `judged`, where there is a teacher."""
        places = range(len(candidates))
        if judged is not None:
            places = [at for at in range(len(judged) - 1) if judged[at + 1] <= judged[0] - NEARLY]
        chances = [1.6 - at / max(1, len(candidates)) for at in places]
        found = []
        while places and len(found) < count:
            at = self.random.choices(range(len(places)), chances)[0]
            found.append(places[at])
            places, chances = [*places[:at], *places[at + 1 :]], [*chances[:at], *chances[at + 1 :]]
        return found
