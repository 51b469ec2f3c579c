"""What the two sides of a measurement share: turns of a job, and the answering of commands; the standard library alone."""

import json
import math
import os
import sys
import traceback


class Turns:
    """What is timed of a job, in turns of about equal length.

    A job has ``train(steps)``, ``sample(count, steps)`` and ``evaluate(size)``, each giving its seconds; the last leaves
    ``bounds``, nats an image. It sets ``seconds_each`` to an empty dictionary, and ``dims`` to the numbers in an image.
    """

    def turn(self, what, length, count=1, steps=1, size=1):
        """What is timed in turn: about that many seconds of it; how much was done, and in how long."""
        if what == "train":
            each = self.seconds_each.get(what) or self.train(3) / 3
            units = max(1, round(length / each))
            taken = self.train(units)
        else:
            def one():
                return self.sample(count, steps) if what == "sample" else self.evaluate(size)

            each = self.seconds_each.get(what) or (one(), one())[1]
            units = max(1, round(length / each))
            taken = sum(one() for _ in range(units))
        self.seconds_each[what] = taken / units
        return {"units": units, "seconds": taken}

    def bits(self, size):
        """Bits per dimension of the test images: mean, and half the 95 % interval's width."""
        self.evaluate(size)
        each = -self.bounds / math.log(2) / self.dims
        return {"bits": float(each.mean()), "half_width": float(1.96 * each.std() / math.sqrt(len(each)))}


def serve(commands):
    """Answer commands until the input ends; what goes wrong is answered too.

    Args:
      commands: by name, each a function of the jobs made so far and the command's arguments; any other name is a
        method of the job.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what compilers print goes elsewhere
    jobs = {}
    for line in sys.stdin:
        try:
            command = json.loads(line)
            what = command.pop("do")
            found = commands[what](jobs, **command) if what in commands else getattr(jobs["job"], what)(**command)
            found = found if isinstance(found, dict) else {"seconds": found}
        except Exception as error:
            traceback.print_exc()
            found = {"error": f"{type(error).__name__}: {error}"[-600:]}
        print(json.dumps(found), file=answers, flush=True)
