#!/usr/bin/env python3
"""Makes crates/naragtive/tests/fixtures/story-vectors.json: vectors of the model `stories`, computed by another program.

    pip install numpy safetensors
    python tools/make-story-vectors.py MODEL_FOLDER          all-MiniLM-L6-v2, with vocab.txt and model.safetensors

All of it is written out here with numpy: the change is merged in 64 bits, texts become word pieces, BERT is computed in 64 bits.
`--folder FOLDER` checks a folder that `naragtive model export stories FOLDER` wrote against the same vectors instead: with
sentence-transformers, or where that isn't installed with the parts of `transformers` that it is made of.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent
DELTA = ROOT / "crates/hub/models/stories/delta.safetensors"
FIXTURE = ROOT / "crates/naragtive/tests/fixtures/story-vectors.json"
TEXTS = [
    "Who lied to the harbour master?",
    "The ferry came in at dawn, and nobody aboard would say where the captain had gone.",
    "a key",
    "",
    "She counted the lanterns twice. There were seven; there had been eight when they left the lighthouse, and the "
    "keeper swore that he had lit none of them himself.",
    "User: What did Mira promise the smith? Assistant: A song, and the second half of the map.",
]


def tensors(path):
    from safetensors.numpy import load_file

    return {name: value for name, value in load_file(path).items()}


def merged(folder):
    base, delta = tensors(folder / "model.safetensors"), tensors(DELTA)
    value = lambda name: delta[name].astype(numpy.float64) * (
        delta[name + ".scale"].astype(numpy.float64)[:, None] if name + ".scale" in delta else 1.0
    )
    weights = {name: tensor.astype(numpy.float64) for name, tensor in base.items()}
    for name in delta:
        if name.endswith(".B"):
            weights[name[:-2] + ".weight"] += value(name) @ value(name[:-2] + ".A")
        elif not name.endswith((".A", ".scale")):
            weights[name] = value(name)
    return weights


def pieces(text, vocabulary):
    ids = [vocabulary["[CLS]"]]
    for word in re.findall(r"[a-z0-9]+|[^\sa-z0-9]", text.lower()):
        start, found = 0, []
        while start < len(word):
            ends = range(len(word), start, -1)
            piece = next((end for end in ends if ("##" if start else "") + word[start:end] in vocabulary), None)
            if piece is None:
                found = [vocabulary["[UNK]"]]
                break
            found.append(vocabulary[("##" if start else "") + word[start:piece]])
            start = piece
        ids += found
    return ids[:255] + [vocabulary["[SEP]"]]


def erf(x):
    """Of an array; numpy has none of its own."""
    import math

    return numpy.vectorize(math.erf)(x)


def embed(weights, ids, heads=12):
    def norm(x, name):
        mean = x.mean(1, keepdims=True)
        return (x - mean) / numpy.sqrt(((x - mean) ** 2).mean(1, keepdims=True) + 1e-12) * weights[
            name + ".weight"
        ] + weights[name + ".bias"]

    linear = lambda x, name: x @ weights[name + ".weight"].T + weights[name + ".bias"]
    of = lambda name: weights[f"embeddings.{name}_embeddings.weight"]
    x = norm(of("word")[ids] + of("position")[: len(ids)] + of("token_type")[0], "embeddings.LayerNorm")
    for layer in range(6):
        own = f"encoder.layer.{layer}."
        split = lambda part: linear(x, f"{own}attention.self.{part}").reshape(len(ids), heads, -1).swapaxes(0, 1)
        query, key, value = map(split, ("query", "key", "value"))
        scores = query @ key.swapaxes(1, 2) / numpy.sqrt(query.shape[2])
        share = numpy.exp(scores - scores.max(2, keepdims=True))
        context = ((share / share.sum(2, keepdims=True)) @ value).swapaxes(0, 1).reshape(len(ids), -1)
        x = norm(x + linear(context, own + "attention.output.dense"), own + "attention.output.LayerNorm")
        wide = linear(x, own + "intermediate.dense")
        wide = wide * (1 + erf(wide / numpy.sqrt(2))) / 2
        x = norm(x + linear(wide, own + "output.dense"), own + "output.LayerNorm")
    mean = x.mean(0)
    return mean / numpy.linalg.norm(mean)


def make(folder):
    lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    vocabulary = {token: number for number, token in enumerate(lines)}
    weights = merged(folder)
    rows = [
        {"text": text, "vector": [round(float(x), 6) for x in embed(weights, pieces(text, vocabulary))]} for text in TEXTS
    ]
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")


def loaded(folder):
    """A function that makes the vectors of texts, by the folder as others load it."""
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder), device="cpu").encode
    except ImportError:
        import torch
        from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    length = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))["max_seq_length"]

    def encode(texts):
        tokens = tokenizer(texts, padding=True, truncation=True, max_length=length, return_tensors="pt")
        with torch.no_grad():
            states, mask = model(**tokens).last_hidden_state, tokens["attention_mask"].unsqueeze(2)
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1)).numpy()

    print("by transformers alone: sentence-transformers isn't installed")
    return encode


def check(folder):
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    found = loaded(folder)([row["text"] for row in rows])
    cosines = [float(numpy.dot(row["vector"], vector)) for row, vector in zip(rows, found, strict=True)]
    print(*(f"{cosine:.6f}" for cosine in cosines))
    sys.exit(0 if min(cosines) >= 0.9999 else "a cosine is below 0.9999")


def main():
    parser = argparse.ArgumentParser(description="Vectors of the model `stories`, computed by another program.")
    parser.add_argument("model", nargs="?", type=Path, help="the folder of all-MiniLM-L6-v2")
    parser.add_argument("--folder", type=Path, help="an exported folder to be checked")
    arguments = parser.parse_args()
    check(arguments.folder) if arguments.folder else make(arguments.model)


if __name__ == "__main__":
    main()
