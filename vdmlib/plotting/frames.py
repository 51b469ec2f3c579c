"""Many drawings of one size as one: what all frames share stands there once, and the rest once for each frame.

Parts keep their order, so that what lies over something in a frame lies over it in the film.
"""

import re
from collections.abc import Callable
from xml.etree import ElementTree

SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
#: Positions in points with more digits than anyone can see.
LONG = re.compile(r"(-?\d+\.\d\d)\d+")
PLACES = ("d", "x", "y", "x1", "y1", "x2", "y2", "points", "width", "height")
REFERENCE = re.compile(r"url\(#([^)]+)\)")

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", LINK)


def together(drawings: list[str], wrap: Callable[[int, str], str]) -> str:
    """One ``<svg>`` that holds every frame.

    Args:
      drawings: the frames, each an ``<svg>`` as matplotlib writes it, all of one size.
      wrap: ``wrap(k, body)`` makes the element that shows ``body`` in frame k alone.
    """
    roots = [ElementTree.fromstring(drawing) for drawing in drawings]
    defined: dict[str, str] = {}
    for number, root in enumerate(roots):
        _take_definitions(root, defined, number)
        _drop_names(root)
    head = re.findall(r"\A<svg[^>]*>", drawings[-1])[0]
    return f"{head}<defs>{''.join(defined.values())}</defs>{_merge(roots, wrap, whole=False)}</svg>"


def rounded(drawing: str) -> str:
    """A drawing whose positions have two digits after the point."""
    return re.sub(rf'\b({"|".join(PLACES)})="([^"]*)"', lambda found: f'{found[1]}="{LONG.sub(_round, found[2])}"', drawing)


def _round(found):
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".").replace("-0.", "-.").removeprefix("0") or "0"


def _take_definitions(root, defined, number):
    """Move what is referred to by name out of the frame: within something hidden it would clip to nothing."""
    renamed = {}
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == f"{{{SVG}}}defs"]:
            parent.remove(child)
            for part in child:
                name, text = part.get("id"), _text(part)
                if name is None or defined.get(name, text) == text:
                    defined[name or text] = text
                else:
                    renamed[name] = f"{name}-{number}"
                    part.set("id", renamed[name])
                    defined[renamed[name]] = _text(part)
    for part in root.iter() if renamed else ():
        for key, value in part.attrib.items():
            if key == f"{{{LINK}}}href" and value[1:] in renamed:
                part.set(key, "#" + renamed[value[1:]])
            else:
                part.set(key, REFERENCE.sub(lambda found: f"url(#{renamed.get(found[1], found[1])})", value))


def _drop_names(root):
    """Take away the names that nothing refers to any more: a part that is there in each frame would have its name often."""
    for part in root.iter():
        part.attrib.pop("id", None)


def _text(part) -> str:
    text = ElementTree.tostring(part, encoding="unicode").strip()
    return text.replace(f' xmlns="{SVG}"', "").replace(f' xmlns:xlink="{LINK}"', "")


def _merge(parts, wrap, whole=True):
    """One element out of the same element of every frame."""
    texts = [_text(part) for part in parts]
    if whole and len(set(texts)) == 1:
        return texts[0]
    first = parts[0]
    alike = all((part.tag, part.attrib, len(part), (part.text or "").strip()) ==
                (first.tag, first.attrib, len(first), (first.text or "").strip()) for part in parts)
    if whole and not (alike and len(first) and _shared(parts)):
        return _apart(texts, wrap)
    if not alike:
        return _apart(["".join(map(_text, part)) for part in parts], wrap)
    inner, run = [], []
    for children in zip(*parts, strict=True):
        made = [_text(child) for child in children]
        if len(set(made)) > 1 and not _shared(children):
            run.append(made)
            continue
        inner += [_apart(map("".join, zip(*run, strict=True)), wrap)] * bool(run) + [_merge(children, wrap)]
        run = []
    inner += [_apart(map("".join, zip(*run, strict=True)), wrap)] * bool(run)
    if not whole:
        return "".join(inner)
    head = _text(ElementTree.Element(first.tag, first.attrib)).removesuffix("/>").rstrip()
    return f"{head}>{''.join(inner)}</{first.tag.removeprefix(f'{{{SVG}}}')}>"


def _shared(parts) -> bool:
    """Whether it saves anything to look into an element: a third of it at least is the same in every frame."""
    first = parts[0]
    if not len(first) or any((part.tag, part.attrib, len(part)) != (first.tag, first.attrib, len(first)) for part in parts):
        return False
    sizes = [(len(_text(children[0])), len({_text(child) for child in children}) == 1 or _shared(children))
             for children in zip(*parts, strict=True)]
    return 3 * sum(size for size, same in sizes if same) > sum(size for size, _ in sizes)


def _apart(bodies, wrap):
    return "".join(wrap(k, body) for k, body in enumerate(bodies))
