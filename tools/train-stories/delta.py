"""A tuned model as a small change of its base: cut to a low rank, in 8-bit integers; and merged again, as the program does it."""

import hashlib
import json
import struct

import torch
from safetensors.torch import load_file, save_file

from encoder import matrices

RANK = 32


def cut(base, tuned, rank=RANK):
    """The change: for each matrix two narrow ones whose product is added, every other tensor whole."""
    change = {}
    for name, value in tuned.items():
        own = name.removesuffix(".weight")
        if own in matrices(base):
            left, sizes, right = torch.linalg.svd((value - base[name]).double(), full_matrices=False)
            root = sizes[:rank].sqrt()
            change[own + ".B"] = left[:, :rank] * root
            change[own + ".A"] = root[:, None] * right[:rank]
        else:
            change[name] = value
    return change


def in_8_bits(change):
    """Matrices as integers with one factor a row, vectors as 16-bit floats."""
    small = {}
    for name, value in change.items():
        value = value.float().cpu()
        if value.dim() == 2:
            scale = value.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
            small[name] = (value / scale).round().to(torch.int8).contiguous()
            small[name + ".scale"] = scale[:, 0].half().contiguous()
        else:
            small[name] = value.half()
    return small


def write(small, to, base_sum, about):
    says = {"format": "pt", "base_model": "sentence-transformers/all-MiniLM-L6-v2", "base_sha256": base_sum, **about}
    save_file(small, to, says)


def merged(base_file, delta_file):
    """The bytes of the base's file with the change in it: the same header, the same size."""
    raw = bytearray(base_file.read_bytes())
    length = struct.unpack("<Q", raw[:8])[0]
    header, base, small = json.loads(raw[8 : 8 + length]), load_file(base_file), load_file(delta_file)
    scale = lambda name: small[name + ".scale"].float()[:, None] if name + ".scale" in small else 1.0
    value = lambda name: small[name].float() * scale(name)
    for name in small:
        if name.endswith((".A", ".scale")):
            continue
        whole = name.removesuffix(".B") + ".weight" if name.endswith(".B") else name
        new = base[whole] + value(name) @ value(name.removesuffix(".B") + ".A") if name.endswith(".B") else value(name)
        start, end = (8 + length + at for at in header[whole]["data_offsets"])
        raw[start:end] = new.float().contiguous().numpy().tobytes()
    return bytes(raw)


def sum_of(bytes_):
    return hashlib.sha256(bytes_).hexdigest()
