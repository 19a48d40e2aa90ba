"""A cross-encoder, trained on the same questions, whose opinion of right and wrong answers the embedding model learns from too."""

import torch
import torch.nn.functional as F

from encoder import in_16_bits, judged, matrices, vectors

STEPS, QUESTIONS, WRONG = 1069, 32, 7
RATE, DECAY, WARM_UP, DROP = 1e-4, 0.01, 40, 0.1
# What it counts whether an answer is right by itself, beside the order of the answers.
ALONE = 0.2
# How many of a question's candidates it is asked about, and how many tokens of a text it reads then.
ASKED, READ = 12, 256


def train(base, texts, questions, mined, feed, seed, steps=STEPS):
    """Its weights."""
    torch.manual_seed(seed)
    weights, tuned = with_head(base)
    optimizer = adamw(tuned, RATE, DECAY)
    for step in range(steps):
        set_rate(optimizer, RATE, step, steps, WARM_UP)
        rows = [(at, feed.wrong(mined[at], None, WRONG)) for at in feed.mixed(QUESTIONS)]
        pairs, sizes = [], []
        for at, wrong in rows:
            found = [questions[at].answers[0], *(mined[at][place] for place in wrong)]
            pairs += [(questions[at].ids, texts[text].ids) for text in found]
            sizes.append(len(found))
        answers = judged(in_16_bits(weights), pairs, drop=DROP).split(sizes)
        first = torch.zeros(1, dtype=torch.long, device=answers[0].device)
        order = sum(F.cross_entropy(row[None], first) for row in answers) / len(answers)
        right = torch.cat([F.one_hot(first, len(row))[0].float() for row in answers])
        loss = order + ALONE * F.binary_cross_entropy_with_logits(torch.cat(answers), right)
        step_with(optimizer, loss, tuned)
    return {name: value.detach() for name, value in weights.items()}


@torch.no_grad()
def opinions(weights, texts, questions, mined):
    """What it thinks of each question's first right answer and of its first candidates."""
    pairs, sizes = [], []
    for question, candidates in zip(questions, mined, strict=True):
        found = [question.answers[0], *candidates[:ASKED]]
        pairs += [(question.ids, texts[text].ids[:READ]) for text in found]
        sizes.append(len(found))
    return [row.tolist() for row in judged(in_16_bits(weights), pairs).split(sizes)]


def with_head(base):
    """The base's weights with a head that gives one number; and which of them are tuned."""
    device, width = base["embeddings.word_embeddings.weight"].device, base["embeddings.LayerNorm.weight"].shape[0]
    weights = dict(base)
    weights["classifier.weight"] = 0.02 * torch.randn((1, width)).to(device)
    weights["classifier.bias"] = torch.zeros(1, device=device)
    head = ["pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias"]
    names = [name + ".weight" for name in matrices(base)] + vectors(base) + head
    return tune(weights, [*names, "embeddings.token_type_embeddings.weight"])


def tune(weights, names):
    """The weights with copies of these that can be tuned, and those copies."""
    tuned = {name: weights[name].clone().requires_grad_(True) for name in names}
    return {**weights, **tuned}, tuned


def adamw(tuned, rate, decay):
    is_matrix = lambda value: value.dim() == 2
    groups = [
        {"params": [value for value in tuned.values() if is_matrix(value)], "weight_decay": decay},
        {"params": [value for value in tuned.values() if not is_matrix(value)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))


def set_rate(optimizer, rate, step, steps, warm_up):
    """Up from nothing, then down to nearly nothing."""
    for group in optimizer.param_groups:
        group["lr"] = rate * min(1, (step + 1) / warm_up) * max(0.02, 1 - step / steps)


def step_with(optimizer, loss, tuned):
    loss.backward()
    torch.nn.utils.clip_grad_norm_(tuned.values(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
