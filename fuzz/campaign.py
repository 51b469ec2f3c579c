"""Many lines: what the engine says, what is true, and what does not fit together."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from .deadline import Late, deadline
from .engine import Answer, ask, slips
from .families import FAMILIES
from .lines import code, program, walk
from .points import Unsettled
from .shrink import shrunk
from .truth import Found, truth

__all__ = ["campaign", "report", "made", "judged", "Case", "Result"]

OUTCOMES = ("true accepted", "true refused", "false accepted", "false refused", "open accepted", "open refused")
SECONDS = 30
SLIPS = 0.04  # of the true lines, those whose exercises are tried
ALIKE = 2  # reproducers of one make-up that are shrunk


@dataclass
class Case:
    """One line, what the engine says of it, and what is true."""

    name: str
    line: object
    answer: Answer
    found: Found  # under the engine's conditions
    bare: Found  # without them
    small: object = None  # the same fault in a smaller line

    @property
    def outcome(self):
        accepted = "accepted" if self.answer.status == "accepted" else "refused"
        truth_ = "false" if self.found.false else "true" if self.found.verdict == "true" else "open"
        return f"{truth_} {accepted}"

    @property
    def make_up(self):
        return self.line.family, self.line.rules, self.found.kind

    @property
    def fault(self):
        """What two reproducers share that show the same fault."""
        line = self.small or self.line
        operations = {a.op for e in line.expressions for a in walk(e)} - {"num", "sym", "add", "mul", "neg", "rv"}
        return self.line.family, self.found.kind, line.relation, len(line.facts), tuple(sorted(operations))


@dataclass
class Result:
    seed: int
    cases: int = 0
    counts: dict = field(default_factory=dict)  # family -> Counter of outcomes
    times: dict = field(default_factory=dict)  # family -> [seconds of the engine, seconds of the truth]
    conditions: Counter = field(default_factory=Counter)
    vacuous: list = field(default_factory=list)
    unknown: Counter = field(default_factory=Counter)
    crashed: dict = field(default_factory=dict)  # message -> case
    late: list = field(default_factory=list)
    slips: int = 0
    true_slips: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)  # make-up -> (how often, a true line that is refused)
    false: list = field(default_factory=list)
    found: Counter = field(default_factory=Counter)  # make-up -> false ✓


def made(family, seed):
    """A line of a family; the same for the same seed."""
    for again in range(50):
        try:
            return FAMILIES[family](random.Random(f"{family} {seed} {again}"))
        except (Unsettled, KeyError, ZeroDivisionError):
            continue  # a derivative that has no rule here
    raise ValueError(f"{family} makes no line from {seed}")


def _truth(line, conditions=(), points=30, sure=False):
    try:
        with deadline(SECONDS):
            return truth(line, conditions, points=points, sure=sure)
    except Late:
        return _truth(line, conditions, points) if sure else Found(tried=points, admitted=1, unsettled=1)


def judged(line, name="", full=False, points=30):
    """The engine's answer and the truth; with mutants, as on the page, where the line would be a false ✓."""
    bare = _truth(line, points=points)
    answer = ask(line, full=full or bare.false)
    found = bare
    if answer.status == "accepted" and (answer.conditions or bare.false):
        shown = _as_shown(line, answer)
        found = _truth(line, answer.conditions, points=2 * points, sure=True)
        if found.false and shown is not None and not _truth(shown, answer.conditions, points=points).false:
            found = _truth(shown, answer.conditions, points=points, sure=True)  # SymPy cancelled something before the page saw it
    return Case(name, line, answer, found, bare)


def _as_shown(line, answer):
    """The line with its sides as they are displayed, where they can be read back."""
    known = {*line.symbols, *line.functions, *line.vectors}
    if not answer.sides or any(a.op in ("sym", "fun", "entry") and a.args[0] not in known for a in walk(answer.sides)):
        return None
    return line.with_(left=answer.sides[0], right=answer.sides[1])


def campaign(lines, seed=0, families=None, full=0.05, say=None):
    """Make so many lines, in turn from each family; `full` is the share that is tried with mutants whatever its truth."""
    result = Result(seed)
    families = list(families or FAMILIES)
    begun = time.perf_counter()
    for k in range(lines):
        family, name = families[k % len(families)], f"{families[k % len(families)]} {seed}.{k}"
        line = made(family, f"{seed}.{k}")
        start = time.perf_counter()
        case = judged(line, name, full=random.Random(name).random() < full)
        _count(result, family, case, time.perf_counter() - start)
        if case.outcome == "true accepted" and not line.between and random.Random(f"slips {name}").random() < SLIPS:
            _true_slips(result, case)
        if case.outcome == "false accepted":
            _keep(result, case, say)
        if say and (k + 1) % 250 == 0:
            print(f"{k + 1} lines, {time.perf_counter() - begun:.0f} s, {sum(result.found.values())} false ✓", file=say, flush=True)
    return result


def _count(result, family, case, seconds):
    result.cases += 1
    result.counts.setdefault(family, Counter())[case.outcome] += 1
    times = result.times.setdefault(family, [0.0, 0.0])
    times[0] += case.answer.seconds
    times[1] += seconds - case.answer.seconds
    answer = case.answer
    if answer.status == "late":
        result.late.append(case)
    if answer.status == "crashed":
        result.crashed.setdefault(answer.words.splitlines()[0][:80], case)
    if case.outcome == "true refused":
        times_, _ = result.refused.get(case.make_up, (0, None))
        result.refused[case.make_up] = times_ + 1, case
    if answer.status == "accepted":
        under = bool(answer.conditions or answer.unknown)
        result.conditions["under conditions" if under else "under none"] += 1
        result.conditions["under conditions, and true without"] += under and case.bare.verdict == "true"
        if case.found.verdict == "vacuous":
            result.vacuous.append(case)
        for words in (*answer.unknown, *case.found.unknown):
            result.unknown[words] += 1


def _true_slips(result, case):
    """An exercise may not show a true line as the wrong one."""
    known = {*case.line.symbols, *case.line.functions, *case.line.vectors}
    for left, relation, right in slips(case.line):
        if any(a.op in ("sym", "fun", "entry") and a.args[0] not in known for a in walk((left, right))):
            continue
        wrong = case.line.with_(left=left, right=right, relation=relation)
        result.slips += 1
        if _truth(wrong, case.answer.conditions, points=60).verdict == "true":
            result.true_slips.append(wrong)


def _keep(result, case, say):
    """Shrink a false ✓, and keep it if it shows a fault that none before it showed."""
    result.found[case.make_up] += 1
    if result.found[case.make_up] > ALIKE:
        return
    case.small = shrunk(case.line, lambda line: judged(line, points=40).outcome == "false accepted")
    if all(case.fault != other.fault for other in result.false):
        result.false.append(case)
        if say:
            print(f"{_shown(case)}\n", file=say, flush=True)


def _shown(case):
    small = judged(case.small, points=40) if case.small else case
    found = small.found if small.found.false else case.found
    conditions = "; ".join(small.answer.shown) or "none"
    head = f"FALSE ✓ {case.name}: {', '.join(case.line.rules)} ({found.kind})"
    return f"{head}\n{_indented(program(case.small or case.line))}\n    # {found.words}\n    # conditions shown: {conditions}"


def report(result):
    """The figures, and a reproducer for each kind of false ✓."""
    out = [f"seed {result.seed}: {result.cases} lines, {sum(result.found.values())} false ✓ of {len(result.false)} kinds", ""]
    out.append(f"{'family':12}" + "".join(f"{o:>16}" for o in OUTCOMES) + f"{'engine s':>10}{'truth s':>9}")
    for family, counts in sorted(result.counts.items()):
        asked, known = result.times[family]
        out.append(f"{family:12}" + "".join(f"{counts[o]:16}" for o in OUTCOMES) + f"{asked:10.0f}{known:9.0f}")
    total = sum(result.counts.values(), Counter())
    out.append(f"{'all':12}" + "".join(f"{total[o]:16}" for o in OUTCOMES))
    out += ["", "accepted " + ", ".join(f"{words}: {n}" for words, n in sorted(result.conditions.items()))]
    out.append(f"{len(result.vacuous)} accepted under facts or conditions that no point met; {len(result.late)} late; {len(result.crashed)} kinds of crash")
    out.append(f"{result.slips} slips shown by exercises, {len(result.true_slips)} of them true")
    out += [f"true slip: {code(w.left)} {w.relation} {code(w.right)}" for w in result.true_slips[:5]]
    out += [f"not read: {words} ({n})" for words, n in result.unknown.most_common(12)]
    out += [f"crash: {words}\n{_indented(program(case.line))}" for words, case in result.crashed.items()]
    out += [f"late: {case.name}\n{_indented(program(case.line))}" for case in result.late[:5]]
    out += [f"vacuous: {case.name}\n{_indented(program(case.line))}" for case in result.vacuous[:5]]
    out += ["\n" + _shown(case) for case in result.false]
    out += ["", "true lines refused, by what made them:"]
    for (family, rules, _), (n, case) in sorted(result.refused.items(), key=lambda kv: -kv[1][0]):
        out.append(f"  {n:3} {family}: {', '.join(rules)}\n        {program(case.line).splitlines()[-1]}\n        {_first(case.answer.words)}")
    return "\n".join(out)


def _first(words):
    return " ".join(words.split())[:240]


def _indented(words):
    return "\n".join("    " + line for line in words.splitlines())
