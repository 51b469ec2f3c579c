"""Turns a chapter's MyST text into plain Markdown, for notebooks outside of the book.

Colab and Jupyter show MyST's directives and roles as raw text. Each one that the book uses is
written out here in Markdown that reads well there; one that is not known is an error, so that
no raw MyST can reach a notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent

from address import Address

FENCE = re.compile(r"^(?P<indent> {0,3})(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:.+-]+)\}\s*(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
CODE_SPAN = re.compile(r"(?:\{(?P<role>[\w:.+-]+)\})?(?<!`)(?P<ticks>`+)(?!`)(?P<text>.+?)(?<!`)(?P=ticks)(?!`)", re.S)
TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.S)
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*$")
TARGET = re.compile(r"^\([\w:.+-]+\)=\s*$")
NOTE_TEXT = re.compile(r"^\[\^(?P<name>[^\]]+)\]:\s*(?P<text>.*)$")
NOTE_MARK = re.compile(r"\[\^(?P<name>[^\]]+)\]")
PAGE_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<path>[\w./-]+)\.md(?P<hash>#[\w.-]+)?\)")
ATTRIBUTES = re.compile(r"(?<=[\])])\{(?:[.#][\w-]+|[\w-]+=[^}\s]+)(?:\s+[^}]*)?\}")

ADMONITIONS = {
    "note": "Note", "tip": "Tip", "hint": "Hint", "important": "Important",
    "warning": "Warning", "caution": "Caution", "danger": "Danger", "attention": "Attention",
    "error": "Error", "seealso": "See also", "margin": "", "sidebar": "", "admonition": "",
    "topic": "", "epigraph": "", "pull-quote": "",
}
STATEMENTS = {
    "definition": "Definition", "assumption": "Assumption", "remark": "Remark",
    "exercise": "Exercise",
}
#: Directives that only the built site can fill; a notebook goes without.
SITE_ONLY = {"bibliography", "tableofcontents", "verification-map", "notation-table", "clinic"}


class NotPlain(ValueError):
    """A directive, role or label that cannot be written as plain Markdown."""


@dataclass
class Book:
    """What the conversion needs to know of the book.

    equations: label to number, latex, title, page, anchor (see the book's numbers file).
    references: label to text, page, anchor, for sections, figures and exercises.
    citations: bibliography key to (authors, year).
    where: the addresses of the built book and of the repository.
    """

    where: Address

    equations: dict[str, dict] = field(default_factory=dict)
    references: dict[str, dict] = field(default_factory=dict)
    citations: dict[str, tuple[str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def link(self, text: str, page: str, anchor: str = "") -> str:
        """``text`` linked to a place in the built book."""
        return f"[{text}]({self.where.page(page)}{'#' + anchor if anchor else ''})"


class Converter:
    """Converts the Markdown cells of one chapter, in order.

    page: the chapter's name in the book, such as ``book/02_elbo``; its number and those of its
    sections are put before the headings, as on the site.
    """

    def __init__(self, book: Book, page: str):
        self.book, self.page = book, page
        found = re.search(r"(?:^|/)0*(\d+)_", page)
        self.counters = [int(found.group(1))] if found else []
        self.numbered = bool(found)

    # -- blocks -------------------------------------------------------------------------------

    def convert(self, text: str) -> str:
        """The cell's text as plain Markdown.

        Raises:
            NotPlain: for what has no plain form; the message names page and construct.
        """
        body, notes = self._footnotes(text.splitlines())
        found = self._blocks(body)
        if notes:
            found += ["", *(f"<sup>{name}</sup> {self._inline(note)}  " for name, note in notes)]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip()

    def _footnotes(self, lines: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
        kept, notes = [], []
        for line in lines:
            found = NOTE_TEXT.match(line)
            if found:
                notes.append((found["name"], found["text"]))
            else:
                kept.append(line)
        return kept, notes

    def _blocks(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        prose: list[str] = []

        def flush() -> None:
            if prose:
                out.extend(self._prose(prose))
                prose.clear()

        index = 0
        while index < len(lines):
            fence = FENCE.match(lines[index])
            if not fence:
                prose.append(lines[index])
                index += 1
                continue
            flush()
            end = self._closing(lines, index, fence)
            inner = [line[len(fence["indent"]):] if line.startswith(fence["indent"]) else line
                     for line in lines[index + 1:end]]
            directive = DIRECTIVE.match(fence["info"].strip())
            if directive:
                out += ["", *self._directive(directive["name"], directive["argument"].strip(), inner),
                        ""]
            elif fence["fence"].startswith(":"):
                raise NotPlain(f"{self.page}: a block {lines[index].strip()!r} without a name")
            else:
                out += lines[index:end + 1]
            index = end + 1
        flush()
        return out

    def _closing(self, lines: list[str], start: int, fence: re.Match) -> int:
        mark = fence["fence"]
        for index in range(start + 1, len(lines)):
            line = lines[index].strip()
            if line and set(line) == {mark[0]} and len(line) >= len(mark):
                return index
        raise NotPlain(f"{self.page}: the block {lines[start].strip()!r} is not closed")

    def _options(self, lines: list[str]) -> tuple[dict[str, str], list[str]]:
        options: dict[str, str] = {}
        index = 0
        if lines and lines[0].strip() == "---":
            index = 1
            while index < len(lines) and lines[index].strip() != "---":
                name, _, value = lines[index].partition(":")
                options[name.strip()] = value.strip()
                index += 1
            return options, lines[index + 1:]
        while index < len(lines) and (found := OPTION.match(lines[index])):
            options[found["name"]] = found["value"].strip()
            index += 1
        return options, lines[index:]

    def _directive(self, name: str, argument: str, lines: list[str]) -> list[str]:
        options, body = self._options(lines)
        if name in SITE_ONLY:
            return []
        if "dropdown" in options.get("class", "").split():
            name = "dropdown"
        if name in ADMONITIONS:
            title = self._inline(argument) or ADMONITIONS[name]
            if name in ("note", "tip", "hint", "important", "warning", "caution", "danger",
                        "attention", "error", "seealso") and argument:
                # For these the text may begin on the directive's own line.
                title, body = ADMONITIONS[name], [argument, *body]
            return self._quote([f"**{title}**", ""] if title else [], self._blocks(body))
        if name in STATEMENTS:
            return self._statement(STATEMENTS[name], argument, options, body)
        if name in ("solution", "dropdown"):
            return self._folded(self._inline(argument) if name == "dropdown" else "Solution", self._blocks(body))
        if name == "source-note":
            return self._folded(f"Source note: {self._inline(argument)}", self._blocks(body))
        if name == "correction":
            said = self._statement("", "", options, body)
            return self._folded(f"Source note: {self._inline(argument)}", said)
        if name == "spine":
            return self._spine(options, body)
        if name == "skip":
            return self._quote([], self._prose([argument, *body]))
        if name in ("solution-start", "solution-end", "exercise-start", "exercise-end"):
            raise NotPlain(f"{self.page}: write {name} as one block")
        if name == "math":
            return self._math(options.get("label", ""), [argument, *body])
        if name == "restate":
            return self._restate(argument)
        if name in ("figure", "image"):
            return self._figure(argument, options, body if name == "figure" else [])
        if name in ("code", "code-block", "sourcecode"):
            return [f"```{argument}", *body, "```"]
        if name == "glossary":
            return self._glossary(body)
        if name == "list-table":
            return self._list_table(argument, options, body)
        raise NotPlain(f"{self.page}: the directive {name} has no plain form; see tools/plain_markdown.py")

    def _quote(self, head: list[str], body: list[str]) -> list[str]:
        while body and not body[0].strip():
            body = body[1:]
        while body and not body[-1].strip():
            body = body[:-1]
        return [f"> {line}".rstrip() for line in [*head, *body]]

    def _folded(self, title: str, body: list[str]) -> list[str]:
        return ["<details>", f"<summary>{title}</summary>", "", *body, "", "</details>"]

    def _spine(self, options: dict, body: list[str]) -> list[str]:
        lines = [line.strip().partition(": ") for line in body if line.strip()]
        title = options.get("title") or f"The spine: {len(lines)} lines that carry this chapter"
        first = int(options.get("start") or 1)
        return [f"**{self._inline(title)}**", "", *(
            f"{k}. {self._inline(why)}<br>{self._line(label)}" for k, (label, _, why) in enumerate(lines, first)
        )]

    def _statement(self, word: str, argument: str, options: dict, body: list[str]) -> list[str]:
        title = self._inline(argument.strip("()") if word == "Exercise" else argument)
        if word == "Exercise":
            word = self.book.references.get(options.get("label", ""), {}).get("text", word)
        head = [f"**{word}{f' ({title})' if title else ''}.**", ""] if word else []
        if options.get("article") and not word:  # folded; elsewhere the errata page has the article's words
            head += [f"The article says: *{self._inline(options['article'])}*", ""]
        if options.get("proof"):
            labels = re.split(r"[,\s]+", options["proof"])
            body = [*body, "", "What is true: " + ", ".join(map(self._number, labels)) + "."]
            return self._quote(head, self._prose_with_blocks(body))
        return self._quote(head, self._blocks(body))

    def _prose_with_blocks(self, body: list[str]) -> list[str]:
        *text, _, last = body
        return [*self._blocks(text), "", last]

    def _math(self, label: str, body: list[str]) -> list[str]:
        number = self.book.equations.get(label, {}).get("number")
        tag = [rf"\tag{{{number}}}"] if number else []
        return ["$$", *(line for line in body if line.strip()), *tag, "$$"]

    def _restate(self, label: str) -> list[str]:
        entry = self._equation(label)
        if not entry["latex"]:
            raise NotPlain(f"{self.page}: {label} is measured, or has no formula; refer to it by its number")
        return self._math(label, [entry["latex"]])

    def _figure(self, path: str, options: dict, caption: list[str]) -> list[str]:
        alt = options.get("alt", "")
        if "://" not in path:
            folder = self.page.rpartition("/")[0]
            path = path if self.book.where.is_placeholder else f"{self.book.where.raw}/{folder}/{path}"
        text = " ".join(line.strip() for line in self._blocks(caption) if line.strip())
        return [f"![{alt}]({path})", *(["", f"*{text}*"] if text else [])]

    def _glossary(self, body: list[str]) -> list[str]:
        found = []
        for line in dedent("\n".join(body)).splitlines():
            if line and not line.startswith(" "):
                found += ["", f"**{self._inline(line)}**"]
            elif line.strip():
                found.append(self._inline(line.strip()))
        return found

    def _list_table(self, title: str, options: dict, body: list[str]) -> list[str]:
        rows: list[list[str]] = []
        for line in body:
            found = re.match(r"^\s*(\*\s+-|\*|-)\s?(.*)$", line)
            if found and found.group(1).startswith("*"):
                rows.append([found.group(2)])
            elif found:
                rows[-1].append(found.group(2))
            elif line.strip() and rows:
                rows[-1][-1] += " " + line.strip()
        cells = [[self._inline(cell).replace("|", "\\|") for cell in row] for row in rows]
        if not int(options.get("header-rows", "0") or 0):
            cells.insert(0, [""] * len(cells[0]))
        head, *rest = cells
        found = [f"*{self._inline(title)}*", ""] if title else []
        found += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        return found + ["| " + " | ".join(row) + " |" for row in rest]

    # -- text ---------------------------------------------------------------------------------

    def _prose(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        for line in lines:
            if TARGET.match(line) or line.startswith("%") or line.strip() == "+++":
                continue
            heading = HEADING.match(line)
            if heading:
                line = self._heading(heading)
            elif re.match(r"^:\s+\S", line) and kept and kept[-1].strip():
                # A definition list: the term in bold, its meaning after it.
                kept[-1] = f"**{kept[-1].strip()}**:"
                line = line[1:].strip() + "  "
            kept.append(line)
        return self._inline("\n".join(kept)).split("\n")

    def _heading(self, heading: re.Match) -> str:
        level = len(heading["marks"])
        if not self.numbered:
            return heading[0]
        if level > 1:
            self.counters = self.counters[:level]
            self.counters += [0] * (level - len(self.counters))
            self.counters[level - 1] += 1
        number = ".".join(map(str, self.counters[:level]))
        return f"{heading['marks']} {number}. {heading['text']}"

    def _inline(self, text: str) -> str:
        """Roles written out; code and mathematics left as they are."""
        out, last = [], 0
        for span in CODE_SPAN.finditer(text):
            out.append(self._words(text[last:span.start()]))
            out.append(self._role(span["role"], span["text"].strip()) if span["role"] else span[0])
            last = span.end()
        out.append(self._words(text[last:]))
        return "".join(out)

    def _words(self, text: str) -> str:
        text = PAGE_LINK.sub(lambda m: self._page_link(m["text"], m["path"]), text)
        text = NOTE_MARK.sub(lambda m: f"<sup>{m['name']}</sup>", text)
        return ATTRIBUTES.sub("", text)

    def _page_link(self, text: str, path: str) -> str:
        page = self._page(path)
        return self.book.link(text or self.book.titles.get(page, page), page)

    def _page(self, path: str) -> str:
        if path.startswith("/"):
            return path.strip("/")
        parts = self.page.split("/")[:-1]
        for part in path.split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        return "/".join(parts)

    def _equation(self, label: str) -> dict:
        if label not in self.book.equations:
            raise NotPlain(
                f"{self.page}: no statement has the label {label}; if it is new, run 'make numbers'"
            )
        return self.book.equations[label]

    def _number(self, label: str) -> str:
        entry = self._equation(label)
        text = f"({entry['number']})" if entry["number"] else entry["title"] or label
        return f"[{text}]({self.book.where.at(label)})"

    def _role(self, role: str, text: str) -> str:
        titled = TITLED.match(text)
        title, target = (titled["title"], titled["target"]) if titled else ("", text)
        simple: dict[str, Callable[[], str]] = {
            "eq": lambda: self._number(target),
            "let": lambda: f"${text.strip('$')}$",
            "math": lambda: f"${text}$",
            "line": lambda: self._line(text),
            "term": lambda: title or re.sub(r"\s*\([^)]*\)$", "", target),
            "abbr": lambda: text,
            "sub": lambda: f"<sub>{text}</sub>",
            "sup": lambda: f"<sup>{text}</sup>",
            "kbd": lambda: f"`{text}`",
            "code": lambda: f"`{text}`",
            "file": lambda: f"`{text}`",
        }
        if role in simple:
            return simple[role]()
        if role in ("cite", "cite:p", "cite:ps", "cite:t", "cite:ts", "cite:author", "cite:year"):
            return self._cite(role, text)
        if role in ("doc",):
            page = self._page(target.removesuffix(".md"))
            return self.book.link(title or self.book.titles.get(page, page), page)
        if role in ("ref", "numref"):
            return self._reference(role, title, target)
        raise NotPlain(f"{self.page}: the role {role} has no plain form; see tools/plain_markdown.py")

    def _line(self, label: str) -> str:
        entry = self._equation(label)
        if not entry["latex"]:
            return self._number(label)
        number = f" {self._number(label)}" if entry["number"] else ""
        return f"${entry['latex']}${number}"

    def _reference(self, role: str, title: str, target: str) -> str:
        entry = self.book.references.get(target)
        if entry is None:
            raise NotPlain(
                f"{self.page}: nothing has the label {target}; if it is new, run 'make numbers'"
            )
        text = title or (entry["text"] if role == "ref" else entry["number"] or entry["text"])
        if role == "numref" and title:
            text = re.sub(r"%s|\{number\}", entry["bare"], title)
        return self.book.link(text, entry["page"], entry["anchor"])

    def _cite(self, role: str, text: str) -> str:
        found = []
        for key in (part.strip() for part in text.split(",")):
            if key not in self.book.citations:
                raise NotPlain(f"{self.page}: the bibliography has no entry {key}")
            authors, year = self.book.citations[key]
            if role in ("cite:t", "cite:ts"):
                found.append(f"{authors} [{year}]")
            elif role == "cite:author":
                found.append(authors)
            elif role == "cite:year":
                found.append(year)
            else:
                found.append(f"{authors}, {year}")
        if role in ("cite", "cite:p", "cite:ps"):
            return "[" + "; ".join(found) + "]"
        return ", ".join(found)
