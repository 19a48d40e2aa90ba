#!/usr/bin/env python3
"""Trains a change of all-MiniLM-L6-v2 on pools of questions, and writes it as the program's `delta.safetensors`.

    tools/train-stories/train.py MODEL_FOLDER POOLS_FOLDER OUT_FOLDER

README.md says where the pools come from, and what to do with what comes out. `--steps N` trains so many steps of each model
instead: with 2 it is a trial.
"""

import argparse
import random
import shutil
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import delta
import pools
import student
import teacher
from feed import Feed
from mine import mine


def arguments():
    parser = argparse.ArgumentParser(description="Trains a change of all-MiniLM-L6-v2 on pools of questions.")
    parser.add_argument("model", type=Path, help="the folder of the base, with tokenizer.json and model.safetensors")
    parser.add_argument("pools", type=Path, help="a folder of pools, as sources.py or you have written them")
    parser.add_argument("out", type=Path, help="where delta.safetensors and the merged model go")
    parser.add_argument("--rank", type=int, default=delta.RANK, help="of the change of each matrix [32]")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, help="of each model, for a trial")
    return parser.parse_args()


def main():
    given, began = arguments(), time.time()
    say = lambda *words: print(f"[{time.time() - began:6.1f} s]", *words, flush=True)
    random.seed(given.seed)
    torch.manual_seed(given.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    file = given.model / "model.safetensors"
    base = {name: value.to(device) for name, value in load_file(file).items() if value.is_floating_point()}
    base = {name: value.float() for name, value in base.items()}
    tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    texts, questions = pools.read(given.pools, tokenizer)
    say(f"{len(questions)} questions, {len(texts)} texts")
    mined, known, asked = mine(base, texts, questions)
    say("wrong answers are found")
    steps = {"steps": given.steps} if given.steps else {}
    judge = teacher.train(base, texts, questions, mined, Feed(questions, given.seed + 5), given.seed, **steps)
    opinions = teacher.opinions(judge, texts, questions, mined)
    say("the teacher is trained and asked")
    feed = Feed(questions, given.seed + 1)
    tuned = student.train(base, texts, questions, mined, opinions, known, asked, feed, given.seed, **steps)
    say("the model is tuned")
    write(given, base, tuned, file, sorted({question.source for question in questions}))
    say("written")


def write(given, base, tuned, file, sources):
    given.out.mkdir(parents=True, exist_ok=True)
    to = given.out / "delta.safetensors"
    small = delta.in_8_bits(delta.cut(base, tuned, given.rank))
    about = {"rank": str(given.rank), "seed": str(given.seed), "sources": ", ".join(sources)}
    delta.write(small, to, delta.sum_of(file.read_bytes()), about)
    whole = given.out / "model"
    whole.mkdir(exist_ok=True)
    for path in given.model.glob("*"):
        if path.is_file() and path.suffix in {".json", ".txt"}:
            shutil.copy(path, whole)
    pooling = given.model / "1_Pooling"
    if pooling.is_dir():
        shutil.copytree(pooling, whole / pooling.name, dirs_exist_ok=True)
    # The very config of the base would make the program take the folder for a damaged one of it.
    config = whole / "config.json"
    config.write_text(config.read_text(encoding="utf-8").rstrip().removesuffix("}").rstrip() + ',\n  "_name_or_path": "own"\n}\n')
    merged = delta.merged(file, to)
    (whole / "model.safetensors").write_bytes(merged)
    print(f"{to}: {to.stat().st_size} bytes; merged, its SHA-256 is {delta.sum_of(merged)}")


if __name__ == "__main__":
    main()
