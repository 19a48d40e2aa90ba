#!/usr/bin/env python3
"""Writes a tiny BERT with random weights, for tests that want the true path without the true model.

    make-tiny-bert.py [FOLDER]      default: crates/model/tests/fixtures/tiny-bert

golden.jsonl beside it holds texts and their vectors, computed here in 64-bit floats from the textbook formulas.
Needs numpy as in tools/requirements.txt. The same version writes the same files.
"""

import json
import math
import re
import struct
import sys
from pathlib import Path

import numpy

HIDDEN, HEADS, WIDE, LAYERS, POSITIONS = 32, 2, 64, 2, 64
EPSILON = 1e-12
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SINGLE = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
ENDINGS = "ing ed er est ly ness ment tion ful less able ity ow en al an ar or ea ou th sh ch st nd".split()
WORDS = """
the a an and or but of to in on at by for from with without under over into through he she it they we you
his her their our your who what where when why how is was were be been had has have did do not no yes all
one two three some many more old new young dark light black white red green gold silver long small great good bad
ferry harbour harbor master fog bell boat ship sea storm wave rope sail captain sailor island coast lighthouse
king queen knight sword shield castle tower gate wall throne crown battle war army soldier banner
dragon fire smoke cave treasure wizard witch spell magic potion curse ghost demon goblin elf dwarf giant wolf
forest tree river bridge mountain road path village town city market inn tavern ale bread table door window
house room bed chair lamp candle book letter map key lock secret lie lied truth story song dance music
thief guard prison chain knife blood death grave temple priest god prayer moon sun star night day winter summer
rain snow wind cold warm morning evening friend enemy mother father sister brother child man woman people
said asked told came went saw found lost took gave kept hid ran fell rose opened closed burned broke killed saved
hand eye heart head voice name word world time year hour place way thing life love fear anger hope dream
horse dog cat bird raven crow fish bear deer stone iron wood water earth ice
""".split()
TEXTS = [
    "",
    "The ferry came in under fog.",
    "Who lied to the harbour master?",
    "The dragon burned three villages; the knight, unharmed, kept his sword & shield!",
    "Qwyjibo's map (v2.0) [SEP] x = 7",
    "the old witch told a story of the moon and the sea to the child by the fire " * 5,
]


def vocabulary():
    letters = [c for c in SINGLE if c.isalnum()]
    pieces = ["##" + piece for piece in letters + ENDINGS]
    return list(dict.fromkeys(SPECIAL + SINGLE + WORDS + pieces))


def pieces(text, vocabulary):
    """Word pieces of an ASCII text; special tokens are kept whole."""
    ids = {token: at for at, token in enumerate(vocabulary)}
    found = [ids["[CLS]"]]
    for word in re.findall(r"\[(?:PAD|UNK|CLS|SEP|MASK)\]|[A-Za-z0-9]+|[^A-Za-z0-9\s]", text):
        if word in SPECIAL:
            found.append(ids[word])
            continue
        rest, mark = word.lower(), ""
        while rest:
            end = next(end for end in range(len(rest), 0, -1) if mark + rest[:end] in ids)
            found.append(ids[mark + rest[:end]])
            rest, mark = rest[end:], "##"
    return found[: POSITIONS - 1] + [ids["[SEP]"]]


def tensors(words):
    rng = numpy.random.default_rng(20)
    made = {}

    def normal(name, shape, scale, middle=0.0):
        made[name] = (middle + scale * rng.standard_normal(shape)).astype("<f4")

    def norm(name):
        normal(f"{name}.weight", HIDDEN, 0.1, 1.0)
        normal(f"{name}.bias", HIDDEN, 0.05)

    def linear(name, outputs, inputs):
        normal(f"{name}.weight", (outputs, inputs), 0.5 / math.sqrt(inputs))
        normal(f"{name}.bias", outputs, 0.02)

    normal("embeddings.word_embeddings.weight", (words, HIDDEN), 0.1)
    normal("embeddings.position_embeddings.weight", (POSITIONS, HIDDEN), 0.02)
    normal("embeddings.token_type_embeddings.weight", (2, HIDDEN), 0.02)
    norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}."
        for part in ["query", "key", "value"]:
            linear(f"{own}attention.self.{part}", HIDDEN, HIDDEN)
        linear(f"{own}attention.output.dense", HIDDEN, HIDDEN)
        norm(f"{own}attention.output.LayerNorm")
        linear(f"{own}intermediate.dense", WIDE, HIDDEN)
        linear(f"{own}output.dense", HIDDEN, WIDE)
        norm(f"{own}output.LayerNorm")
    return made


def embed(ids, made):
    w = {name: values.astype("f8") for name, values in made.items()}
    erf = numpy.vectorize(math.erf)

    def norm(x, name):
        x = x - x.mean(axis=1, keepdims=True)
        scaled = x / numpy.sqrt((x**2).mean(axis=1, keepdims=True) + EPSILON)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)] + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        own, size = f"encoder.layer.{layer}.", HIDDEN // HEADS
        q, k, v = (linear(x, f"{own}attention.self.{part}") for part in ["query", "key", "value"])
        heads = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            scores = q[:, part] @ k[:, part].T / math.sqrt(size)
            scores = numpy.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(scores / scores.sum(axis=1, keepdims=True) @ v[:, part])
        context = linear(numpy.concatenate(heads, axis=1), f"{own}attention.output.dense")
        x = norm(x + context, f"{own}attention.output.LayerNorm")
        wide = linear(x, f"{own}intermediate.dense")
        wide = 0.5 * wide * (1 + erf(wide / math.sqrt(2)))
        x = norm(x + linear(wide, f"{own}output.dense"), f"{own}output.LayerNorm")
    mean = x.mean(axis=0)
    return mean / numpy.linalg.norm(mean)


def write_weights(path, made):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, values in made.items():
        start = len(data)
        data += values.tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, len(data)]}
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


def settings(words):
    tokens = {f"{token[1:-1].lower()}_token": token for token in SPECIAL}
    mean = {"word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    kinds = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (kind, path) in enumerate(zip(kinds, paths))
    ]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "hidden_act": "gelu",
            "hidden_size": HIDDEN,
            "intermediate_size": WIDE,
            "layer_norm_eps": EPSILON,
            "max_position_embeddings": POSITIONS,
            "model_type": "bert",
            "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS,
            "pad_token_id": 0,
            "position_embedding_type": "absolute",
            "type_vocab_size": 2,
            "vocab_size": words,
        },
        "sentence_bert_config.json": {"max_seq_length": POSITIONS, "do_lower_case": False},
        "tokenizer_config.json": {"do_lower_case": True, "tokenizer_class": "BertTokenizer"} | tokens,
        "special_tokens_map.json": tokens,
        "modules.json": modules,
        "1_Pooling/config.json": mean,
    }


def main():
    here = Path(__file__).resolve().parent
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "crates/model/tests/fixtures/tiny-bert"
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    tokens = vocabulary()
    made = tensors(len(tokens))
    for name, content in settings(len(tokens)).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in tokens))
    write_weights(folder / "model.safetensors", made)
    with open(folder / "golden.jsonl", "w") as out:
        for text in TEXTS:
            ids = pieces(text, tokens)
            vector = [float(f"{value:.9g}") for value in embed(ids, made)]
            out.write(json.dumps({"text": text, "ids": ids, "embedding": vector}) + "\n")


main()
