"""Writes what `eval/calibrate` fits into the program."""

import re

from sets import ROOT

FITS = ROOT / "crates/naragtive/src/calibration/fits.rs"


def entry(model, numbers):
    """A fit as Rust has it. In the order of the features, without those that a kind doesn't know."""
    lists = (f"    {kind}: [{', '.join(f'{weight:.2f}' for weight in weights)}],\n" for kind, weights in numbers.items())
    return f'Fit {{\n    model: "{model}",\n{"".join(lists)}}};\n'


def write(model, numbers):
    """Puts the numbers in the place of those that the model has."""
    text = FITS.read_text(encoding="utf-8")
    pattern = re.compile(r'Fit \{\n    model: "' + re.escape(model) + r'",\n(?:    .*\n)*\};\n')
    changed, times = pattern.subn(lambda _: entry(model, numbers), text)
    if times != 1:
        raise SystemExit(f"{FITS} has {times} fits of {model}, expected one: put one there first")
    FITS.write_text(changed, encoding="utf-8")
