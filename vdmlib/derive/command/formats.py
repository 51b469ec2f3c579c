"""A report as text for people, as JSON, as JUnit XML, and as annotations of GitHub's workflows."""

import json
import re
import textwrap
from xml.etree import ElementTree

from .report import failed, notes_of
from .rows import FAILS

__all__ = ["FORMATS"]

MARKS = {"proved": "✓", "exact on finite model": "✓", "refuted": "✓", "numerical": "✓"}
ASCII = {"✓": "+", "✗": "X", "!": "!", "·": "-"}
#: Columns for the place of a line, and for words beside it; what is said of a line stands deeper than the line.
MARGIN, WIDTH, DEEPER = 7, 90, " " * 4
COLOURS = {"✓": "32", "✗": "31", "!": "31", "·": "2"}


def mark(row, fails):
    return "✗" if row["verdict"] in fails else MARKS.get(row["verdict"], "·")


# --- text

def as_text(report, colours=False, plain=False):
    """The lines under their derivations, each with its place, its mark and what there is to say; then a sum. plain: marks in ASCII."""
    out = []
    for file in report["files"]:
        out.append(file["path"])
        if file["unreadable"]:
            out.append(f"  cannot be read: {file['unreadable']}")
        said = [("row", row) for row in file["lines"]] + [("note", note) for note in file["notes"]]
        said.sort(key=lambda one: (one[1]["cell"] or 0, one[1]["cell_line"]))
        if not said and not file["unreadable"]:
            out.append("  no statement")
        above, refused = None, False
        for sort, what in said:
            where = place(what, file["path"].endswith(".ipynb"))
            if sort == "note":
                out += paragraph(where, "!" if what["kind"] == "error" else "·", what["message"])
                continue
            follows = what["follows"] or refused  # of a line that was refused
            if what["derivation"] and (what["derivation"] != above or not follows):
                out += paragraph("", "", f"{what['derivation']}: {what['title']}" if what["title"] else what["derivation"])
                out += paragraph("", "", f"  {what['before']}")
            elif what["derivation"] and not what["follows"]:
                out += paragraph("", "", f"  {what['before']}    (from here on anew: the line above is refused)")
            above, refused = what["derivation"], what["verdict"] in FAILS
            out += lines_of(what, where, mark(what, report["fails"]))
    out += ["", summary(report)]
    marks = {m: (f"\033[{COLOURS[m]}m{m}\033[0m" if colours else m) for m in COLOURS}
    if plain:
        marks = {m: ASCII[m] for m in marks}
    return "\n".join(re.sub(f"^(.{{{MARGIN}}} )([✓✗!·])", lambda found: found[1] + marks[found[2]], line) for line in out) + "\n"


def place(what, notebook=False):
    """Where in the file: its line; of a notebook the cell and the line in it."""
    if notebook and what["cell"]:
        return f"[{what['cell']}]:{what['cell_line']}"
    return str(what["line"] or "")


def lines_of(row, where, sign):
    """A row as lines of text."""
    formula = f"  {row['relation']} {row['expression']}" if row["derivation"] else f"{row['label']}: {row['statement']}"
    out = paragraph(where, sign, formula)
    if row["message"]:
        said = [line for line in row["message"].splitlines() if not line.startswith("  the line:")]  # it stands above
        head = [row["verdict"]] if row["verdict"] not in row["message"] else []
        head += ["as the file says:"] if row["expected"] else []
        return out + paragraph("", "", textwrap.indent("\n".join([*head, *said]), DEEPER))
    how = [row["verdict"], row["method"], row["reach"]]
    out += paragraph("", "", wrapped(" · ".join(filter(None, how))))
    for word, said in (("given", row["facts"]), ("provided", row["conditions"] + row["when"]), ("counterexample", [row["counterexample"]])):
        if any(said):
            out += paragraph("", "", wrapped(f"{word}: " + "; ".join(said)))
    return out


def wrapped(words):
    return textwrap.fill(words, WIDTH, initial_indent=DEEPER, subsequent_indent=DEEPER + "  ", break_long_words=False, break_on_hyphens=False)


def paragraph(left, sign, words):
    """Lines of text with what stands at their left: a place and a sign."""
    lines = words.split("\n")
    return [f"{left:>{MARGIN}} {sign:1} {lines[0]}".rstrip(), *(f"{'':{MARGIN + 2}} {line}".rstrip() for line in lines[1:])]


def summary(report):
    """One line: files, statements by verdict, what was passed over, what it comes to."""
    files, lines = len(report["files"]), sum(report["counts"].values())
    parts = [f"{n} {verdict}{foreseen(report, verdict, n)}" for verdict, n in report["counts"].items()]
    for name, n in (("passed over", sum(len(notes_of(f, "skipped")) for f in report["files"])),
                    ("in error", sum(len(notes_of(f, "error")) for f in report["files"])),
                    ("unreadable", sum(bool(f["unreadable"]) for f in report["files"]))):  # fmt: skip
        parts += [f"{n} {name}"] if n else []
    return f"{files} file{'s' * (files != 1)}, {lines} statement{'s' * (lines != 1)}: {', '.join(parts) or 'nothing'}. " \
           f"{'Passed.' if report['passed'] else 'Failed.'}"  # fmt: skip


def foreseen(report, verdict, n):
    """Why lines that are refused do not fail the report: their file says so, or what was asked does."""
    k = sum(row["expected"] for file in report["files"] for row in file["lines"] if row["verdict"] == verdict)
    if verdict not in report["fails"]:
        return " (allowed)" if verdict in FAILS else ""
    if not k:
        return ""
    return f" ({'' if k == n else f'{k} of them '}as the file says)"


# --- JSON, JUnit, GitHub

def as_json(report, **how):
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def as_junit(report, **how):
    """A suite for each file, a case for each statement: a failure where it fails, an error where the file does."""
    suites = ElementTree.Element("testsuites", name="vdmlib.derive")
    for file in report["files"]:
        suite = ElementTree.SubElement(suites, "testsuite", name=file["path"], time=f"{file['seconds']:.3f}")
        for row in file["lines"]:
            name = f"{row['label'] or row['kind']}: {row['statement']}" if row["statement"] else row["label"] or row["verdict"]
            case = add(suite, "testcase", name=name, classname=row["derivation"] or file["path"], file=file["path"], line=str(row["line"]),
                       time=f"{row['seconds']:.3f}")  # fmt: skip
            if failed(row, report["fails"]):
                add(case, "failure", row["message"], type=row["verdict"], message=first_line(row["message"]) or row["verdict"])
            else:
                add(case, "system-out", " · ".join(filter(None, [row["verdict"], row["method"], row["reach"]])))
        for note in notes_of(file, "error", "skipped"):
            case = add(suite, "testcase", name=f"line {place(note, file['path'].endswith('.ipynb'))} is executed", classname=file["path"], file=file["path"], line=str(note["line"]),
                       time="0")  # fmt: skip
            add(case, "error" if note["kind"] == "error" else "skipped", note["message"], message=first_line(note["message"]))
        if file["unreadable"] or not len(suite):
            case = add(suite, "testcase", name="the file is read", classname=file["path"], file=file["path"], time="0")
            if file["unreadable"]:
                add(case, "error", file["unreadable"], message=file["unreadable"])
        for count, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(count, str(sum(1 for _ in suite.iter(tag))))
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def add(parent, tag, text=None, **attributes):
    """An element; characters that XML cannot hold are left out."""
    clean = {name: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", value) for name, value in (attributes | {"": text or ""}).items()}
    found = ElementTree.SubElement(parent, tag, {name: value for name, value in clean.items() if name})
    found.text = clean[""] or None
    return found


def first_line(words):
    return words.strip().split("\n")[0]


def as_github(report, **how):
    """What makes GitHub mark the lines of a change that fail; then the sum."""
    out = []
    for file in report["files"]:
        if file["unreadable"]:
            out.append(annotation("error", file["path"], 0, "cannot be read", file["unreadable"]))
        out += [annotation("error", file["path"], row["line"], f"{row['label'] or row['kind']}: {row['verdict']}", row["message"] or row["statement"])
                for row in file["lines"] if failed(row, report["fails"])]  # fmt: skip
        out += [annotation("error" if note["kind"] == "error" else "notice", file["path"], note["line"], "vdmlib.derive", note["message"])
                for note in notes_of(file, "error", "skipped")]  # fmt: skip
    return "\n".join([*out, summary(report)]) + "\n"


def annotation(level, path, line, title, message):
    """One command of a workflow's log."""
    escaped = [re.sub("[%\r\n:,]", lambda found: f"%{ord(found[0]):02X}", str(value)) for value in (path, line or 1, title)]
    body = re.sub("[%\r\n]", lambda found: f"%{ord(found[0]):02X}", message)
    return "::{} file={},line={},title={}::{}".format(level, *escaped, body)


FORMATS = {"text": as_text, "json": as_json, "junit": as_junit, "github": as_github}
