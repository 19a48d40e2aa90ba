"""What `bench/embed` compares with, one process a measurement; runs in the environment that `bench/embed` makes.

    peers.py export MODEL FOLDER              the model for onnxruntime: fused, in f32 and in 8-bit integers
    peers.py ENGINE MODEL FOLDER TEXTS VECTORS

It prints what `crates/model/examples/embed_bench.rs` prints: `first` when there is a first vector; `query` and the
median milliseconds of one short query; `bulk`, tokens and seconds of all texts. TEXTS may be `-` for the first alone.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="true", TRANSFORMERS_VERBOSITY="error")
QUERY = "who lied to the harbour master"
QUERIES = 51
# Texts that go through onnxruntime together; they are of like length.
BATCH = 8


def export(model, folder):
    import torch
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(model, attn_implementation="eager").eval()

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    ones = torch.ones(2, 16, dtype=torch.long)
    inputs = {"input_ids": ones, "attention_mask": ones, "token_type_ids": ones * 0}
    export_fused(Hidden(), inputs, "hidden", encoder.config, folder)


def export_fused(module, inputs, output, sizes, folder):
    """`module` as `f32.onnx`, its operators fused, and as `int8.onnx`, quantized besides."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    axes = {name: {0: "batch", 1: "tokens"} for name in [*inputs, output]}
    plain, fused = folder / "plain.onnx", folder / "f32.onnx"
    torch.onnx.export(
        module, tuple(inputs.values()), str(plain), input_names=list(inputs), output_names=[output],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )
    better = optimizer.optimize_model(
        str(plain), model_type="bert", num_heads=sizes.num_attention_heads, hidden_size=sizes.hidden_size, opt_level=0
    )
    better.save_model_to_file(str(fused))
    plain.unlink()
    # The fused operators are not in the table of types that the quantizer has.
    extra = {"DefaultTensorType": 1}
    quantize_dynamic(
        str(fused), str(folder / "int8.onnx"), per_channel=True, weight_type=QuantType.QInt8, extra_options=extra
    )


class Torch:
    """sentence-transformers, what users have."""

    def __init__(self, model, folder, kind):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(len(os.sched_getaffinity(0)))
        kinds = {"f32": torch.float32, "bf16": torch.bfloat16}
        self.model = SentenceTransformer(str(model), device="cpu", model_kwargs={"dtype": kinds[kind]})

    def embed(self, texts):
        import torch

        vectors = self.model.encode(
            texts, batch_size=32, normalize_embeddings=True, convert_to_tensor=True, show_progress_bar=False
        )
        return vectors.to(torch.float32).numpy()

    def tokens(self, texts):
        return sum(map(len, self.model.tokenizer(texts, truncation=True, max_length=256)["input_ids"]))


class Onnx:
    """onnxruntime, with batches of texts of like length."""

    def __init__(self, model, folder, kind):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        path = str(folder / f"{kind}.onnx")
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.no_padding()

    def embed(self, texts):
        import numpy

        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda text: -len(ids[text]))
        vectors = numpy.empty((len(texts), 384), numpy.float32)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            width = len(ids[batch[0]])
            padded = numpy.array([ids[text] + [0] * (width - len(ids[text])) for text in batch], numpy.int64)
            mask = numpy.array([[1] * len(ids[text]) + [0] * (width - len(ids[text])) for text in batch], numpy.int64)
            feed = {"input_ids": padded, "attention_mask": mask, "token_type_ids": padded * 0}
            wanted = {entry.name for entry in self.session.get_inputs()}
            [hidden] = self.session.run(None, {name: value for name, value in feed.items() if name in wanted})
            mean = (hidden * mask[:, :, None].astype(numpy.float32)).sum(1)
            vectors[batch] = mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
        return vectors

    def tokens(self, texts):
        return sum(len(encoding.ids) for encoding in self.tokenizer.encode_batch(texts))


def seconds(work):
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def measure(engine, texts, vectors):
    engine.embed([QUERY])
    print("first", flush=True)
    if texts == "-":
        return
    times = [seconds(lambda: engine.embed([QUERY]))[0] for _ in range(QUERIES)]
    print("query", statistics.median(times) * 1000, flush=True)
    texts = json.loads(Path(texts).read_text(encoding="utf-8"))
    tokens = engine.tokens(texts)
    engine.embed(texts[:BATCH])
    took, found = seconds(lambda: engine.embed(texts))
    print("bulk", tokens, took, flush=True)
    Path(vectors).write_bytes(found.astype("<f4").tobytes())


def main():
    what, model, folder, *rest = sys.argv[1:]
    if what == "export":
        return export(Path(model), Path(folder))
    library, kind = what.split("-")
    engine = {"torch": Torch, "onnx": Onnx}[library](Path(model), Path(folder), kind)
    measure(engine, *rest)


if __name__ == "__main__":
    main()
