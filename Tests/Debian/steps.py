"""What is told about the run: its steps, one after the other on one machine, and the numbers that they measure."""

import time
import traceback

_ALL = []


def step(function):
    """Makes a function with a sentence for its documentation a step of the run; it is called with the run."""
    _ALL.append(function)
    return function


class Run:
    """The machine, the packages, and what has been found out so far."""

    def __init__(self, container, package, folder):
        self.container, self.package, self.folder = container, package, folder
        self.numbers = []
        self.passed = self.failed = 0

    def number(self, what, value):
        self.numbers.append((what, str(value)))

    def take(self, only=None):
        """Takes every step, whatever became of the one before; those of which the sentence has `only` in it, if it is given."""
        for function in _ALL:
            sentence = " ".join(function.__doc__.split()).removesuffix(".")
            if only and only not in sentence and "needed" not in function.__dict__:
                continue
            begin = time.monotonic()
            try:
                function(self)
            except Exception:
                self.failed += 1
                word = "FAILED"
                traceback.print_exc()
            else:
                self.passed += 1
                word = "ok"
            print(f"{word:8} {time.monotonic() - begin:6.1f} s  {sentence}", flush=True)

    def report(self):
        width = max((len(what) for what, _ in self.numbers), default=0)
        print()
        for what, value in self.numbers:
            print(f"{what:{width}}  {value}")
        print()


def needed(function):
    """A step that later ones build on, so that it is taken whatever is asked for."""
    function.needed = True
    return function
