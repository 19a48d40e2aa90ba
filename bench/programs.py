"""What several benchmarks run: Python with the packages that something is compared with, and the program on an export."""

import os
import subprocess
import sys
import time


def python(folder, requirements):
    """The interpreter of an environment with what is compared, made if there is none of these versions."""
    program, stamp = folder / "bin/python", folder / "made-of.txt"
    if stamp.is_file() and stamp.read_text() == requirements.read_text():
        return program
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([program, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
    stamp.write_text(requirements.read_text())
    return program


class Ingest:
    """What an ingest took: seconds on the clock and of the processor, and the peak of memory in MiB."""

    def __init__(self, program, words, home, model_dir=None):
        environment = {**os.environ, "NARAGTIVE_HOME": str(home)}
        if model_dir:
            environment["NARAGTIVE_MODEL_DIR"] = str(model_dir.resolve())
        began = time.monotonic()
        child = subprocess.Popen([program, *words, "--quiet"], env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        self.clock, self.processor = time.monotonic() - began, usage.ru_utime + usage.ru_stime
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"{words[0]} ended with {child.returncode}")
        # macOS counts bytes, Linux kilobytes.
        self.peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
