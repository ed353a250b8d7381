"""Runs the targets of accountd-fuzz, two at a time, and tells what came of it. What is found stays in .build-fuzz/found, and
makes the exit status 1. script/fuzz builds what this needs and passes its options on."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
CORPUS = HERE / "Corpus"
# Of the kept inputs of one target: they are replayed at every test run, and read by whoever clones the project.
MOST_FILES, MOST_BYTES = 300, 150_000
# An input that takes five seconds, or memory that a parser of some kilobytes cannot need, is a finding too.
BOUNDS = ["-timeout=5", "-rss_limit_mb=1024", "-malloc_limit_mb=64"]
REASON = re.compile(r"accountd-fuzz: .*|.*Fatal error: .*|==\d+== ?ERROR: .*|.*ERROR: (?:Address|Leak)Sanitizer.*")


def arguments():
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="for each target (60)")
    parser.add_argument("--target", action="append", metavar="NAME", help="only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many targets at a time (2)")
    parser.add_argument("--keep", action="store_true", help="afterwards add to the corpus what reaches further")
    parser.add_argument("--reproduce", type=Path, metavar="FILE", help="instead, run this one input and show what it does")
    parser.add_argument("--no-build", action="store_true", help="run what was built last")
    parser.add_argument("--binary", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


class Target:
    """One parser: where its inputs are, and libFuzzer run on it."""

    def __init__(self, name, longest, options):
        self.name, self.longest, self.options = name, longest, options
        self.grown = options.work / "corpus" / name
        self.found = options.work / "found" / name
        self.log = options.work / "found" / f"{name}.log"
        self.stats, self.reason, self.inputs, self.status = {}, None, [], None

    def run(self, *words, **more):
        environment = {
            **os.environ, "ACCOUNTD_FUZZ_TARGET": self.name, "SWIFT_BACKTRACE": "enable=no",
            "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=16"}
        return subprocess.run([self.options.binary, *BOUNDS, *map(str, words)], env=environment, **more)

    def fuzz(self):
        for folder in (self.grown, self.found):
            folder.mkdir(parents=True, exist_ok=True)
        began = time.time()
        with self.log.open("w") as log:
            self.status = self.run(
                f"-max_total_time={self.options.seconds}", f"-max_len={self.longest}", "-print_final_stats=1",
                f"-dict={HERE / 'Dictionaries' / self.name}.dict", f"-artifact_prefix={self.found}/",
                self.grown, CORPUS / self.name, stdout=log, stderr=log).returncode
        text = self.log.read_text(errors="replace")
        self.stats = dict(re.findall(r"^stat::(\w+):\s+(\d+)$", text, re.MULTILINE))
        reached = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", text)
        self.stats["edges"], self.stats["features"], self.stats["inputs"] = reached[-1] if reached else ("0",) * 3
        self.stats["seconds"] = max(time.time() - began, 1)
        reasons = REASON.findall(text)
        if self.status != 0:
            self.reason = next((line for line in reasons if "accountd-fuzz" in line), None) or (reasons or ["it ended"])[0]
            self.inputs = re.findall(r"Test unit written to (\S+)", text)
        return self

    def row(self):
        runs = int(self.stats.get("number_of_executed_units", 0))
        rate = runs / self.stats["seconds"]
        return (
            f"{self.name:<11} {runs:>12,} {rate:>9,.0f} {self.stats['edges']:>7} {self.stats['features']:>9} "
            f"{self.stats['inputs']:>7} {self.stats.get('peak_rss_mb', '?'):>8} {int(self.status != 0):>9}")

    def lasting(self):
        """The kept inputs that were written by hand, or found something."""
        return [path for path in (CORPUS / self.name).iterdir() if path.name.startswith(("seed-", "found-"))]

    def keep(self):
        """Rewrites the kept corpus: what lasts, and of all else the smallest that reaches further."""
        kept, lasting = CORPUS / self.name, self.lasting()
        with tempfile.TemporaryDirectory() as folder:
            for path in lasting:
                shutil.copy(path, folder)
            self.run("-merge=1", f"-max_len={self.longest}", folder, kept, self.grown, check=True, stderr=subprocess.DEVNULL)
            names = {path.name for path in lasting}
            new = [path.read_bytes() for path in Path(folder).iterdir() if path.name not in names]
        for path in kept.iterdir():
            if path.name not in names:
                path.unlink()
        files, size = len(lasting), sum(path.stat().st_size for path in lasting)
        for content in sorted(new, key=lambda content: (len(content), content)):
            files, size = files + 1, size + len(content)
            if files > MOST_FILES or size > MOST_BYTES:
                break
            (kept / hashlib.sha1(content).hexdigest()[:16]).write_bytes(content)


def targets(options):
    """The program's own list, so that a new target needs no second one here."""
    listed = subprocess.run(
        [options.binary], capture_output=True, text=True, check=True)
    known = [Target(name, longest, options) for name, longest in map(str.split, listed.stdout.splitlines())]
    for name in options.target or []:
        if name not in [target.name for target in known]:
            sys.exit(f"fuzz: no target has the name {name}; there are {', '.join(target.name for target in known)}")
    return [target for target in known if not options.target or target.name in options.target]


def reproduce(options):
    names = options.target or [options.reproduce.resolve().parent.name]
    options.target = names[:1]
    return targets(options)[0].run(options.reproduce).returncode


def main():
    options = arguments()
    if options.reproduce:
        return reproduce(options)
    chosen = targets(options)
    print(
        f"{'target':<11} {'executions':>12} {'a second':>9} {'edges':>7} {'features':>9} {'inputs':>7} {'RSS MiB':>8} "
        f"{'findings':>9}")
    with ThreadPoolExecutor(max(options.jobs, 1)) as pool:
        for target in pool.map(Target.fuzz, chosen):
            print(target.row(), flush=True)
    failed = [target for target in chosen if target.status != 0]
    for target in failed:
        print(f"\n{target.name}: {target.reason}\n  the whole output: {relative(target.log)}")
        for path in target.inputs:
            print(f"  script/fuzz --no-build --reproduce {relative(path)}")
    if options.keep and not failed:
        for target in chosen:
            target.keep()
    print(f"\n{len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def relative(path):
    return os.path.relpath(path, PROJECT)


sys.exit(main())
