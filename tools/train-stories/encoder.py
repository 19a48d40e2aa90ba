"""BERT as a function of a dictionary of weights, so that weights can be changed, blended and trained as what they are.

Names and shapes are those of all-MiniLM-L6-v2's `model.safetensors`. Numbers of layers and widths are read from the weights,
so a tiny model serves for a trial. Texts come as token ids without marks, one list a text.
"""

import torch
import torch.nn.functional as F

CLS, SEP, PAD = 101, 102, 0
# Tokens of a batch, padding counted.
BATCH_TOKENS = 300_000


def layers(weights):
    return 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))


def matrices(weights):
    """The names, without `.weight`, of what the change is a low-rank one of."""
    parts = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
    return [
        f"encoder.layer.{layer}.{part}"
        for layer in range(layers(weights))
        for part in (*parts, "intermediate.dense", "output.dense")
    ]


def vectors(weights):
    """The names of the biases and norms of the layers, which are tuned whole."""
    return [name for name in weights if name.startswith("encoder.") and (name.endswith(".bias") or "LayerNorm" in name)]


def padded(texts, width, device):
    """Texts between their marks, filled up; and how long each is."""
    rows = [[CLS, *text[: width - 2], SEP] for text in texts]
    longest = max(8, -(-max(map(len, rows)) // 8) * 8)
    ids = torch.full((len(rows), longest), PAD, dtype=torch.long)
    for row, found in zip(ids, rows):
        row[: len(found)] = torch.tensor(found)
    return ids.to(device), torch.tensor([len(row) for row in rows], device=device)


def states(weights, ids, lengths, kinds=None, drop=0.0, head=32):
    """The last layer's state of every token: [texts, tokens, width]."""
    of = lambda name: weights[f"embeddings.{name}_embeddings.weight"]
    norm = lambda x, name: F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], 1e-12)
    linear = lambda x, name: F.linear(x, weights[name + ".weight"], weights[name + ".bias"])
    lose = lambda x: F.dropout(x, drop, drop > 0)
    count, length = ids.shape
    kinds = of("token_type")[0] if kinds is None else F.embedding(kinds, of("token_type"))
    x = lose(norm(F.embedding(ids, of("word")) + of("position")[:length] + kinds, "embeddings.LayerNorm"))
    seen = (torch.arange(length, device=ids.device) < lengths[:, None])[:, None, None]
    for layer in range(layers(weights)):
        own = f"encoder.layer.{layer}."
        split = lambda part: linear(x, f"{own}attention.self.{part}").view(count, length, -1, head).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(split("query"), split("key"), split("value"), attn_mask=seen)
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        x = norm(x + lose(linear(mixed, own + "attention.output.dense")), own + "attention.output.LayerNorm")
        wide = F.gelu(linear(x, own + "intermediate.dense"))
        x = norm(x + lose(linear(wide, own + "output.dense")), own + "output.LayerNorm")
    return x


def embedded(weights, texts, width=256, drop=0.0):
    """A unit vector for each text: the mean of its tokens' states. Texts of like length go together."""
    device = next(iter(weights.values())).device
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found, at = {}, 0
    while at < len(order):
        # The longest of some is their last.
        longest = len(texts[order[min(len(order) - 1, at + 2000)]][:width]) + 2
        some = order[at : at + max(8, BATCH_TOKENS // max(8, longest))]
        ids, lengths = padded([texts[text] for text in some], width, device)
        x = states(weights, ids, lengths, drop=drop).float()
        counts = (torch.arange(ids.shape[1], device=device) < lengths[:, None])[..., None].float()
        unit = F.normalize((x * counts).sum(1) / counts.sum(1), dim=-1)
        found.update(zip(some, unit))
        at += len(some)
    return torch.stack([found[text] for text in range(len(texts))])


def judged(weights, pairs, width=400, drop=0.0):
    """A cross-encoder's answer to each pair of a question and a text: the greater, the better the text answers."""
    device = next(iter(weights.values())).device
    order = sorted(range(len(pairs)), key=lambda at: sum(map(len, pairs[at])))
    found, at = {}, 0
    while at < len(order):
        longest = min(width, sum(map(len, pairs[order[min(len(order) - 1, at + 500)]])) + 3)
        some = order[at : at + max(4, BATCH_TOKENS // 4 // max(8, longest))]
        rows = []
        for pair in some:
            question, text = pairs[pair][0][:64], pairs[pair][1]
            rows.append((question, text[: width - 3 - len(question)]))
        ids, lengths = padded([[*question, SEP, *text] for question, text in rows], width, device)
        starts = torch.tensor([len(question) + 2 for question, _ in rows], device=device)
        places = torch.arange(ids.shape[1], device=device)
        kinds = ((places >= starts[:, None]) & (places < lengths[:, None])).long()
        first = states(weights, ids, lengths, kinds, drop)[:, 0]
        pooled = torch.tanh(F.linear(first, weights["pooler.dense.weight"], weights["pooler.dense.bias"]))
        logits = F.linear(F.dropout(pooled, drop, drop > 0).float(), weights["classifier.weight"].float())
        found.update(zip(some, logits[:, 0] + weights["classifier.bias"].float()))
        at += len(some)
    return torch.stack([found[pair] for pair in range(len(pairs))])


def in_16_bits(weights):
    """What a GPU computes with; gradients go through to the weights themselves."""
    is_gpu = next(iter(weights.values())).is_cuda
    return {name: value.to(torch.bfloat16) for name, value in weights.items()} if is_gpu else weights
