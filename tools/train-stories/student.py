"""The embedding model, tuned so that a question is near to the text that answers it."""

import torch
import torch.nn.functional as F

from encoder import embedded, in_16_bits, matrices, vectors
from teacher import ASKED, adamw, set_rate, step_with, tune

STEPS, QUESTIONS, WRONG = 1119, 128, 4
RATE, DECAY, WARM_UP, DROP = 8e-5, 0.01, 15, 0.1
# What a cosine is multiplied by before answers compete.
SHARPNESS = 20.0
# What it counts that a text finds its question among the others, beside that a question finds its text.
BACKWARDS = 0.3
# What it counts how far vectors go from those of the base.
DISTANCE = 0.3
# Of a wrong text so many passages are looked at, those nearest by the base.
PASSAGES_OF_WRONG = 2


def train(base, texts, questions, mined, opinions, known, asked, feed, seed, steps=STEPS):
    """The tuned weights; `known` and `asked` are what the base makes of the texts and questions."""
    torch.manual_seed(seed)
    weights, tuned = tune(base, [name + ".weight" for name in matrices(base)] + vectors(base))
    optimizer = adamw(tuned, RATE, DECAY)
    for step in range(steps):
        set_rate(optimizer, RATE, step, steps, WARM_UP)
        rows = feed.batch(QUESTIONS)
        wrong = [feed.wrong(mined[at][:ASKED], opinions[at], WRONG) for at in rows]
        loss = loss_of(in_16_bits(weights), texts, questions, mined, opinions, known, asked, rows, wrong)
        step_with(optimizer, loss, tuned)
        if step % 50 == 0:
            print(f"step {step}: loss {loss.item():.3f}", flush=True)
    return {name: value.detach() for name, value in tuned.items()}


def loss_of(weights, texts, questions, mined, opinions, known, asked, rows, wrong):
    right = [questions[at].answers[0] for at in rows]
    others = [mined[at][place] for at, places in zip(rows, wrong) for place in places]
    read = [question_of for question_of, places in zip(rows, wrong) for _ in places]
    vectors_of, away = document_vectors(weights, texts, known, right, others, [asked[at] for at in read])
    queries = embedded(weights, [questions[at].ids for at in rows], drop=DROP)
    near = SHARPNESS * similarities(queries, vectors_of)
    # A text that answers another question of the batch too is no wrong answer to it.
    answers = [set(questions[at].answers) for at in rows]
    same = torch.tensor(
        [[text in own and at != place for at, text in enumerate([*right, *others])] for place, own in enumerate(answers)],
        device=near.device,
    )
    near = near.masked_fill(same, -1e4)
    own = torch.arange(len(rows), device=near.device)
    among = near[:, : len(rows)].T
    loss = F.cross_entropy(near, own) + BACKWARDS * F.cross_entropy(among, own)
    loss = loss + agreement(near, rows, wrong, opinions)
    moved = (1 - (queries * asked[rows]).sum(1)).mean()
    return loss + DISTANCE * (away + moved)


def agreement(near, rows, wrong, opinions):
    """How far the order of a question's own answers is from the teacher's: the divergence of both."""
    at, total = len(rows), 0.0
    for place, (row, places) in enumerate(zip(rows, wrong)):
        own = torch.cat([near[place, place : place + 1], near[place, at : at + len(places)]])
        thought = torch.tensor([opinions[row][0], *(opinions[row][1 + at] for at in places)], device=near.device)
        total = total + F.kl_div(own.log_softmax(0), thought.softmax(0), reduction="sum")
        at += len(places)
    return total / len(rows)


def document_vectors(weights, texts, known, right, others, asked):
    """Of each text the vectors of its passages, and of its window if it has one; and how far they are from the base's."""
    pieces, base, owners = [], [], []
    for place, text in enumerate([*right, *others]):
        passages, vectors_of = texts[text].passages, known.passages_of(text)
        chosen = range(len(passages))
        if place >= len(right) and len(passages) > PASSAGES_OF_WRONG:
            chosen = (vectors_of @ asked[place - len(right)]).topk(PASSAGES_OF_WRONG).indices.tolist()
        pieces += [passages[at] for at in chosen]
        base += [vectors_of[at] for at in chosen]
        owners += [place] * len(chosen)
    found = embedded(weights, pieces, drop=DROP)
    away = (1 - (found * torch.stack(base)).sum(1)).mean()
    with_window = [(place, text) for place, text in enumerate([*right, *others]) if texts[text].window]
    windows = None
    if with_window:
        windows = embedded(weights, [texts[text].window for _, text in with_window], drop=DROP)
        was = known.windows[[known.window_of[text] for _, text in with_window]]
        away = away + (1 - (windows * was).sum(1)).mean()
    owners = torch.tensor(owners, device=found.device)
    return (found, owners, len(right) + len(others), [place for place, _ in with_window], windows), away


def similarities(queries, vectors_of):
    """Each question's cosine to each text: its best passage's, of a message the mean of that and its window's."""
    found, owners, count, with_window, windows = vectors_of
    best = torch.full((len(queries), count), -1.0, device=found.device)
    best = best.scatter_reduce(1, owners.expand(len(queries), -1), queries @ found.T, "amax")
    if windows is not None:
        best = best.clone()
        best[:, with_window] = (best[:, with_window] + queries @ windows.T) / 2
    return best
