#!/usr/bin/env python3
"""Writes tiny cross-encoders with random weights, and what `transformers` computes with them.

    python3 -m venv /tmp/rerankers
    /tmp/rerankers/bin/pip install transformers==5.23.0 tokenizers==0.23.3 torch==2.15.0 \
        sentencepiece==0.2.3 protobuf==7.36.2 numpy==2.4.6
    /tmp/rerankers/bin/python tools/make-tiny-rerankers.py [FOLDER]

Default folder: crates/model/tests/fixtures. Each model gets a folder there, as the hub has them:

    tiny-cross-bert         BERT, WordPiece, f32; both vocab.txt and tokenizer.json
    tiny-cross-bert-shards  BERT, f16, in several files with an index; tokenizer.json alone
    tiny-cross-xlmr         XLM-RoBERTa, f16, a Unigram tokenizer that SentencePiece learns from TEXTS

golden.jsonl beside each holds pairs, their token ids and types, and their logit, computed in 64-bit floats. The same
versions write the same weights; the logits differ in the last digits from machine to machine.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.implementations import BertWordPieceTokenizer
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "crates/model/tests/fixtures"
LONGEST = 512
QUESTIONS = [
    "Who lied to the harbour master?",
    "Where is the letter hidden?",
    "Wer hat das Schloss verbrannt?",
    "Qui a volé l'épée du château ?",
    "誰が鬼を見ましたか",
    "🐉 and the 火 of the mountain?",
    "",
]
ANSWERS = [
    "The ferry captain lied to the harbour master about the gold under the deck.",
    "Nobody came to the feast; the hall was dark, and the candles had burned down.",
    "She folded the letter twice and hid it behind the loose stone in the temple wall.",
    "Der Drache hat das Schloss verbrannt, sagte der alte König müde.",
    "Le voleur a caché l'épée sous le pont, près de la forêt — « personne ne le saura ».",
    "東の山で、鬼が火のそばに座っていた。",
    "The dragon 🐉🔥 slept; its smoke rose over the 山, e\u0301 and \u00e9 alike, naïve ﬁre.",
    "A\u00a0wide\u3000space, a tab\tand\na new line, ＦＵＬＬ width, and dots…",
    "[SEP] is a token here, <s> and </s> are tokens there, <mask>, <pad>, [PAD] and [MASK] too",
    "x",
    "",
]
STORY = [
    "The bell buoy rang twice in the fog.",
    "The captain counted the sacks, and one was missing.",
    "Three soldiers stood at the gate of the old town.",
    "A raven brought the news before the rider did.",
    "The witch sold him a potion for two silver coins.",
    "Rain fell on the market, on the temple and on the ships.",
    "Nobody believed the thief, although he told the truth.",
    "The queen burned the map so that no army would find the pass.",
    "Im Wald lag Schnee, und der Wolf war hungrig.",
    "Le roi ne dormait plus; la tempête approchait.",
    "鬼は山へ帰った。火は消えた。",
    "Старый рыбак молчал, а море шумело.",
]
# What SentencePiece makes of some characters before it looks for pieces; a few of the rules of nmt_nfkc.
RULES = {"\u00a0": " ", "\u3000": " ", "\u200b": " ", "\t": " ", "\n": " ", "ﬁ": "fi", "…": "...", "e\u0301": "é"}
RULES |= {chr(0xFF21 + at): chr(ord("A") + at) for at in range(26)}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def long_text(sentences, step):
    """Some hundred words, in another order for every step."""
    return " ".join(STORY[at * step % len(STORY)] for at in range(sentences))


def pairs():
    """Every question with some answers, then pairs of which one text or both are too long."""
    made = [
        (question, answer)
        for at, question in enumerate(QUESTIONS)
        for number, answer in enumerate(ANSWERS)
        if (at + number) % 3 == 0 or at == 0 or question == answer == ""
    ]
    question = QUESTIONS[0]
    made += [(question, long_text(count, 5)) for count in (12, 30, 100)]
    made += [
        (long_text(100, 7), ANSWERS[0]),
        (long_text(100, 5), long_text(101, 7)),
        (long_text(101, 7), long_text(90, 5)),
        (long_text(60, 1), long_text(60, 1)),
        (long_text(18, 5), long_text(100, 7)),
        ("", long_text(100, 11)),
    ]
    return made


def randomise(model, seed):
    """Weights so large that logits differ from pair to pair; norms and biases are random too."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, values in sorted(model.named_parameters()):
            middle = 1.0 if name.endswith("LayerNorm.weight") else 0.0
            scale = 0.1 if "LayerNorm" in name or name.endswith("bias") else 0.2
            scale = 0.5 if name.startswith("classifier") else scale
            values.copy_(middle + scale * torch.randn(values.shape))
    return model.eval()


SIZES = dict(
    hidden_size=32,
    num_hidden_layers=2,
    intermediate_size=64,
    hidden_act="gelu",
    num_labels=1,
    id2label={0: "LABEL_0"},
    label2id={"LABEL_0": 0},
)


def write_json(path, content):
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def bert_tokenizer(folder, both):
    words = (FIXTURES / "tiny-bert/vocab.txt").read_text().split("\n")[:-1]
    others = sorted({letter for text in QUESTIONS + ANSWERS + STORY for letter in text if letter > "\u3000"})
    cyrillic = [chr(code) for code in range(0x430, 0x450)]
    words += others + [mark + letter for letter in cyrillic for mark in ("", "##")]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("".join(f"{word}\n" for word in words))
    tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    if not both:
        vocabulary.unlink()
    named = {f"{token[1:-1].lower()}_token": token for token in SPECIAL}
    settings = {"do_lower_case": True, "model_max_length": LONGEST, "tokenizer_class": "BertTokenizer"}
    write_json(folder / "tokenizer_config.json", settings | named)
    return len(words)


def xlmr_tokenizer(folder):
    with tempfile.TemporaryDirectory() as place:
        texts, rules, model = (Path(place) / name for name in ["texts", "rules", "model"])
        texts.write_text("".join(f"{text}\n".replace("\t", " ") for text in (QUESTIONS + ANSWERS + STORY) * 4))
        written = [[" ".join(f"{ord(c):X}" for c in side) for side in rule] for rule in RULES.items()]
        rules.write_text("".join(f"{left}\t{right}\n" for left, right in written))
        sentencepiece.SentencePieceTrainer.train(
            input=str(texts), model_prefix=str(model), model_type="unigram", vocab_size=400,
            hard_vocab_limit=False, character_coverage=1.0, normalization_rule_tsv=str(rules),
            shuffle_input_sentence=False, num_threads=1, minloglevel=2,
        )
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(Path(f"{model}.model").read_bytes())
    # SentencePiece's own first three are <unk>, <s> and </s>; the order here is fairseq's.
    pieces = [(piece.piece, round(piece.score, 4)) for piece in proto.pieces][3:]
    first = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(first + pieces + [("<mask>", 0.0)], unk_id=3))
    tokenizer.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    space = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), space])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    size = tokenizer.get_vocab_size()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    assert tokenizer.get_vocab_size() == size
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    settings = {"model_max_length": LONGEST, "tokenizer_class": "XLMRobertaTokenizer"}
    names = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "unk": "<unk>", "pad": "<pad>", "mask": "<mask>"}
    write_json(folder / "tokenizer_config.json", settings | {f"{name}_token": token for name, token in names.items()})
    return size


def write_golden(folder, model, typed):
    """One line a pair. In pairs of a batch, padding changes nothing: that is seen to here too."""
    names = ["input_ids", "token_type_ids", "attention_mask"]
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_input_names=names)
    own = AutoTokenizer.from_pretrained(folder)
    model = model.double()
    rows, logits = [], []
    with torch.no_grad():
        for query, text in pairs():
            # As a batch of one: a second text that is empty would count as none.
            encoded = tokenizer([(query, text)], truncation="longest_first", max_length=LONGEST)
            ids, types = encoded["input_ids"][0], encoded["token_type_ids"][0]
            other = own([(query, text)], truncation="longest_first", max_length=LONGEST)["input_ids"][0]
            assert ids == other
            inputs = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
            if typed:
                inputs["token_type_ids"] = torch.tensor([types])
            logits.append(model(**inputs).logits.item())
            row = {"query": query, "text": text, "ids": ids}
            if typed:
                row["second"] = types.index(1)
            rows.append(row | {"logit": round(logits[-1], 9)})
    spread = torch.tensor(logits).std().item()
    print(f"{folder.name}: {len(rows)} pairs, logits from {min(logits):.3f} to {max(logits):.3f}, deviation {spread:.3f}")
    assert spread > 0.1 and len({round(logit, 4) for logit in logits}) > len(logits) * 0.8
    assert max(len(row["ids"]) for row in rows) == LONGEST
    with open(folder / "golden.jsonl", "w") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def save(folder, model, dtype, **limits):
    """The model as it is after it was rounded to `dtype`."""
    model = model.to(dtype)
    model.save_pretrained(folder, **limits)
    for file in folder.iterdir():
        file.chmod(0o644)


def main():
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES

    folder = fresh(place / "tiny-cross-bert")
    size = bert_tokenizer(folder, True)
    config = BertConfig(vocab_size=size, num_attention_heads=2, max_position_embeddings=LONGEST, **SIZES)
    model = randomise(BertForSequenceClassification(config), 1)
    save(folder, model, torch.float32)
    write_golden(folder, model, True)

    folder = fresh(place / "tiny-cross-bert-shards")
    size = bert_tokenizer(folder, False)
    config = BertConfig(vocab_size=size, num_attention_heads=2, max_position_embeddings=LONGEST, **SIZES)
    model = randomise(BertForSequenceClassification(config), 2)
    save(folder, model, torch.float16, max_shard_size="40KB")
    write_golden(folder, model, True)

    folder = fresh(place / "tiny-cross-xlmr")
    size = xlmr_tokenizer(folder)
    config = XLMRobertaConfig(
        vocab_size=size, num_attention_heads=1, max_position_embeddings=LONGEST + 2, type_vocab_size=1, layer_norm_eps=1e-5,
        bos_token_id=0, pad_token_id=1, eos_token_id=2, **SIZES,
    )
    model = randomise(XLMRobertaForSequenceClassification(config), 3)
    save(folder, model, torch.float16)
    write_golden(folder, model, False)


if __name__ == "__main__":
    main()
