"""Sentences on what a text's names were taken for."""

from ..show.latex import tex

__all__ = ["chains_said", "laws_said", "ranges_said", "noted"]


def chains_said(names):
    """Which laws were read as Markov chains."""
    laws = list(dict.fromkeys(names.law_key[k] for k, laws in names.scope.laws.items() if any(law.markov for law in laws)))
    return f"${'$ and $'.join(laws)}$ {'is a Markov chain' if len(laws) == 1 else 'are Markov chains'} in the order of the indices"


def ranges_said(names):
    """What the sums and products run over."""
    out = []
    for i, lo, hi in names.uses.ranges:
        ends = [a.parts[0].key if a.kind == "name" else a.parts[0] if a.kind == "number" else r"\infty" if a.kind == "infinity" else None for a in (lo, hi)]
        if i.kind == "name" and None not in ends:
            out.append(rf"${i.parts[0].key}$ runs over ${ends[0]}, \ldots, {ends[1]}$")
    return list(dict.fromkeys(out))


def laws_said(names):
    """What each law is of, in sentences."""
    out, seen = [], set()
    for key in names.uses.densities:
        target = names.law_key.get(key, key)
        if target in seen or target not in names.scope.laws:
            continue
        seen.add(target)
        (law, *_) = names.scope.laws[target]
        asked = ", ".join(map(tex, law.scope)) + (rf" \mid {', '.join(map(tex, law.given))}" if law.given else "")
        drawn = ", ".join(map(tex, law.scope))
        if law.given:
            out.append(f"${drawn}$ {'is' if len(law.scope) == 1 else 'are'} drawn from ${target}({asked})$; no law of ${', '.join(map(tex, law.given))}$ itself belongs to ${target}$")
        elif len(law.scope) == 1:
            out.append(f"${target}({asked})$ is a law of ${drawn}$")
        else:
            out.append(f"${target}$ is one joint law of ${drawn}$; its other densities are its marginals and conditionals")
    return out


def noted(notes):
    said = {"brace": "what stands below or above a brace is a comment and is not read"}
    return list(dict.fromkeys(said[kind] for kind, _ in notes if kind in said))
