#!/usr/bin/env python3
r"""Writes tiny sentence encoders with random weights, as sentence-transformers saves them, and what it computes with them.

    python3.10 -m venv /tmp/embedders
    /tmp/embedders/bin/pip install sentence-transformers==5.1.2 transformers==4.45.2 tokenizers==0.20.3 torch==1.12.1 \
        sentencepiece==0.2.3 protobuf==7.36.2 numpy==1.26.4
    /tmp/embedders/bin/python tools/make-tiny-embedders.py [FOLDER]

Default folder: crates/model/tests/fixtures. Each model gets a folder there:

    tiny-embed-bert   BERT, WordPiece, the first token's vector, a prompt before queries; as bge-small-en-v1.5
    tiny-embed-e5     BERT with XLM-RoBERTa's tokenizer, the mean, prompts before queries and passages; as
                      multilingual-e5-small
    tiny-embed-xlmr   XLM-RoBERTa, the mean, no prompts, vectors of any length

golden.jsonl beside each holds texts, their token ids and vectors, once as a query and once as a passage, computed in 64-bit
floats. The same versions write the same weights.
"""

import importlib
import json
import sys
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

rerankers = importlib.import_module("make-tiny-rerankers")

# Longer texts are cut.
LONGEST = 48
SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, hidden_act="gelu")
TEXTS = [*rerankers.QUESTIONS[:-1], *rerankers.ANSWERS, *rerankers.STORY, " \n", rerankers.long_text(30, 7)]
BGE = {"query": "Represent this sentence for searching relevant passages: "}
E5 = {"query": "query: ", "passage": "passage: "}


def randomise(model, seed):
    """Weights so large that vectors differ from text to text; norms and biases are random too."""
    rerankers.randomise(model, seed)
    return model.half().float()


def write(folder, model, pooling, prompts, normalize):
    """The model in `folder`, where its tokenizer is, becomes one of sentence-transformers."""
    model.save_pretrained(folder)
    with tempfile.TemporaryDirectory() as saved:
        encoder = Transformer(str(folder), max_seq_length=LONGEST)
        steps = [encoder, Pooling(SIZES["hidden_size"], pooling), *([Normalize()] if normalize else [])]
        SentenceTransformer(modules=steps, prompts=prompts, device="cpu").save_pretrained(saved, create_model_card=False)
        names = ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"]
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text((Path(saved) / name).read_text())
    model.half().save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o755 if file.is_dir() else 0o644)


def passage_prompt(model):
    """Versions that know of `document` save it empty beside a model's own `passage`."""
    return next(filter(None, (model.prompts.get(name) for name in ["document", "passage"])), "")


def write_golden(folder):
    model = SentenceTransformer(str(folder), device="cpu").double()
    with torch.no_grad(), open(folder / "golden.jsonl", "w") as out:
        for text in TEXTS:
            row = {"text": text}
            prompts = {"query": model.prompts["query"], "passage": passage_prompt(model)}
            for name, prompt in prompts.items():
                vector = torch.tensor(model.encode([text], prompt=prompt)[0]).double()
                ids = model.tokenize([prompt + text])["input_ids"][0].tolist()
                embedding = [round(value, 8) for value in (vector / vector.norm()).tolist()]
                row[name] = {"ids": ids, "embedding": embedding}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(folder.name, model.prompts, len(TEXTS))


def bert_config(size, **others):
    return BertConfig(vocab_size=size, max_position_embeddings=64, **SIZES, **others)


def main():
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else rerankers.FIXTURES

    folder = rerankers.fresh(place / "tiny-embed-bert")
    model = BertModel(bert_config(rerankers.bert_tokenizer(folder, True)), add_pooling_layer=False)
    write(folder, randomise(model, 4), "cls", BGE, True)
    write_golden(folder)

    folder = rerankers.fresh(place / "tiny-embed-e5")
    model = BertModel(bert_config(rerankers.xlmr_tokenizer(folder)), add_pooling_layer=False)
    write(folder, randomise(model, 5), "mean", E5, True)
    write_golden(folder)

    folder = rerankers.fresh(place / "tiny-embed-xlmr")
    size = rerankers.xlmr_tokenizer(folder)
    config = XLMRobertaConfig(
        vocab_size=size, max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5, bos_token_id=0, pad_token_id=1,
        eos_token_id=2, **SIZES,
    )
    model = XLMRobertaModel(config, add_pooling_layer=False)
    write(folder, randomise(model, 6), "mean", None, False)
    write_golden(folder)


main()
