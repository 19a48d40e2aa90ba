"""What several benchmarks run: Python with the packages that something is compared with, the program on an export, and a
process that is watched."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from archive import ROOT


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


class Run:
    """One process: what it printed, how long it took and the most memory it had."""

    def __init__(self, words, environment, watch=False, allowed=(0,)):
        self.private = 0
        with tempfile.TemporaryFile() as printed:
            began = time.perf_counter()
            process = subprocess.Popen(
                words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=printed,
                stderr=subprocess.DEVNULL,
            )
            watched = watch and threading.Thread(target=self.watch, args=(process.pid,))
            if watched:
                watched.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in allowed:
                raise SystemExit(f"exit {process.returncode}: {shlex.join(map(str, words))}")
            printed.seek(0)
            self.printed = printed.read().decode()
        self.megabytes = usage.ru_maxrss / 1024

    def watch(self, pid):
        """The most private memory seen, in MiB: pages of mapped files aren't counted. Looks every millisecond."""
        try:
            while True:
                found = re.search(r"RssAnon:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
                self.private = max(self.private, int(found.group(1)) / 1024)
                time.sleep(0.001)
        except (OSError, AttributeError):
            return
