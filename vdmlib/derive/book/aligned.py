"""Records as aligned LaTeX, for notebooks: each line with its number, its reason, its verdict, and what it is true under."""

from .equation_numbers import equation_number, numbered

__all__ = ["aligned"]

MARKS = {"proved": r"\checkmark", "exact on finite model": r"\checkmark_{\text{finite}}"}


def aligned(records, title):
    """The lines as numbered, aligned LaTeX for notebooks, with reasons, verdicts and conditions."""
    rows = []
    for r in records:
        if r["kind"] == "start":
            rows.append(r"&\quad " + r["latex"])
            continue
        number = equation_number(r["label"])
        tag = rf" \tag{{{number}}}" if number else ""
        why = rf"\text{{{numbered(r['because'])}}}" if r["because"] else ""
        mark = MARKS.get(r["status"], rf"\text{{{r['status']}}}")
        rows.append(rf"&{r['latex']} && {why}\; {mark}{tag}")
        under = r["added"] or {"facts": [], "conditions": r["conditions"], "when": r["when"]}
        for word, said in (("given", under["facts"]), ("provided", under["conditions"] + under["when"])):
            if said:
                rows.append(rf"& && \text{{{word} {numbered('; '.join(said))}}}")
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"
