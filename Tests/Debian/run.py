"""Boots a clean Debian, takes every step with the package, and tells what was measured. script/test-debian calls it."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "EndToEnd"))

import install  # noqa: E402, F401  the order of these is the order of the steps
import administer  # noqa: E402, F401
import faults  # noqa: E402, F401
import packages  # noqa: E402, F401
from container import Container  # noqa: E402
from steps import Run  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--only")
    options = parser.parse_args()
    began = time.monotonic()
    # A cancelled run cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="accountd-debian.") as folder:
        folder = Path(folder)
        root = folder / "root"
        root.mkdir()
        container = Container(root, options.tools, folder)
        run = Run(container, options.package, folder)
        try:
            subprocess.run(["tar", "--extract", "--directory", root, "--file", options.base], check=True)
            container.boot()
            run.take(options.only)
            if run.failed:
                print((folder / "console.log").read_text()[-2000:])
                print(container.journal("--lines=60"))
                print(container.path("/var/log/nginx/error.log").read_text()[-6000:])
        finally:
            container.destroy()
    run.number("the whole run", f"{time.monotonic() - began:.0f} s")
    run.report()
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed or not run.passed else 0


if __name__ == "__main__":
    sys.exit(main())
