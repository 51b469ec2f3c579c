// The graph of the whole book: all statements as marks, chapter by chapter; or what one of them rests on and what rests on it.
// verification.html#elbo.exact.split opens it at that statement.
(() => {
  "use strict";

  const { make, makeDrawn: draw } = window.derivationBook;
  const MARK = { wide: 13, tall: 13, x: 17, y: 17, most: 40, gap: 20 }; // most: rows of a column
  const ROW = { wide: 178, tall: 20, x: 196, y: 25, most: 60, gap: 44 };
  const TOP = 24;
  const ROWS = 260; // so many statements and no more have their names

  function start(holder) {
    const { pages, statuses, statements } = window.bookGraph;
    const root = new URL("..", new URL(".", scriptAddress));
    const nodes = statements.map(([label, number, title, status, page, anchor, parents], index) =>
      ({ index, label, number, title, status, page, anchor, parents, children: [], address: new URL(`${pages[page][0]}#${anchor}`, root).href }));
    for (const node of nodes) for (const k of node.parents) nodes[k].children.push(node.index);
    const byLabel = new Map(nodes.map((node) => [node.label, node]));
    const hidden = new Set(); // statuses that are not drawn
    let chosen = null; // the statement whose graph is drawn; null for the book
    let chapter = -1;
    let steps = Infinity;
    let current = null; // the node that the keyboard is on

    // -- what is drawn -----------------------------------------------------------------

    // Statements that are reached in so many steps, by their distance.
    function reached(from, next, most) {
      const found = new Map();
      let edge = [from];
      for (let step = 1; step <= most && edge.length; step++) {
        const after = new Set(edge.flatMap((k) => nodes[k][next]).filter((k) => k !== from && !found.has(k)));
        for (const k of after) found.set(k, step);
        edge = [...after];
      }
      return found;
    }

    function wanted() {
      let found = nodes;
      if (chosen) {
        const near = new Set([chosen.index, ...reached(chosen.index, "parents", steps).keys(), ...reached(chosen.index, "children", steps).keys()]);
        found = nodes.filter(({ index }) => near.has(index));
      }
      return found.filter((node) => node === chosen || (!hidden.has(node.status) && (chapter < 0 || node.page === chapter)));
    }

    function place(shown, size) {
      const at = new Map();
      const heads = [];
      let x = 2;
      let tall = 0;
      for (const page of [...new Set(shown.map((node) => node.page))]) {
        const these = shown.filter((node) => node.page === page);
        const columns = Math.ceil(these.length / size.most);
        const rows = Math.ceil(these.length / columns);
        heads.push([x, page]);
        these.forEach((node, k) => at.set(node.index, [x + Math.floor(k / rows) * size.x, TOP + (k % rows) * size.y]));
        tall = Math.max(tall, TOP + rows * size.y);
        x += Math.max(columns * size.x, size === MARK ? 34 : 0) + size.gap;
      }
      return { at, heads, wide: Math.max(x - size.gap, 40), tall: tall + 4 };
    }

    // From what is used to what uses it: to the right between columns, in an arc within one.
    function path([x1, y1], [x2, y2], { wide, tall, gap }) {
      const [a, b] = [y1 + tall / 2, y2 + tall / 2];
      if (x1 === x2) {
        const bulge = Math.min(gap - 6, 8 + Math.abs(b - a) / 12);
        return `M${x1 + wide} ${a}C${x1 + wide + bulge} ${a} ${x1 + wide + bulge} ${b} ${x1 + wide} ${b}`;
      }
      const [from, to] = x1 < x2 ? [x1 + wide, x2] : [x1, x2 + wide];
      const half = Math.max(14, Math.abs(to - from) / 2.5) * Math.sign(to - from);
      return `M${from} ${a}C${from + half} ${a} ${to - half} ${b} ${to} ${b}`;
    }

    const named = (node) => `${node.number ? `(${node.number}) ` : ""}${node.label}`;
    const glyph = (node) => statuses[node.status][1];
    const spoken = (node) => `${node.label}${node.number ? `, ${node.number}` : ""}, ${statuses[node.status][2]}: ${node.title}; `
      + `rests on ${node.parents.length}, used by ${node.children.length}`;

    const heading = (page) => (/^\d/.test(pages[page][1]) ? `Chapter ${pages[page][1]}` : pages[page][1]);

    let elements = new Map();
    let edges = [];

    function redraw() {
      const shown = wanted();
      const size = shown.length > ROWS ? MARK : ROW;
      const { at, heads, wide, tall } = place(shown, size);
      const svg = draw("svg", { class: `book-graph ${size === MARK ? "marks" : "rows"}`, viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall, role: "group" });
      svg.setAttribute("aria-label", chosen ? `What ${chosen.label} rests on, and what rests on it` : "All statements, chapter by chapter");
      edges = [];
      const lines = draw("g", { class: "edges", "aria-hidden": "true" });
      for (const node of shown) {
        for (const k of node.parents) {
          if (!at.has(k)) continue;
          const line = draw("path", { d: path(at.get(k), at.get(node.index), size) });
          if (chosen && (node === chosen || k === chosen.index)) line.classList.add("own");
          lines.append(line);
          edges.push([k, node.index, line]);
        }
      }
      svg.append(lines);
      for (const [x, page] of heads) svg.append(draw("text", { class: "head", x, y: 14 }, size === ROW ? heading(page) : pages[page][1].length > 6 ? `${pages[page][1].slice(0, 5)}…` : pages[page][1]));
      elements = new Map();
      for (const node of shown) {
        const [x, y] = at.get(node.index);
        const link = draw("a", { href: node.address, class: `status-${statuses[node.status][0].replaceAll(" ", "-")}`, tabindex: -1, "aria-label": spoken(node) });
        link.append(draw("rect", { x, y, width: size.wide, height: size.tall, rx: size === MARK ? 3 : 4 }));
        const text = size === MARK ? glyph(node) : `${glyph(node)} ${named(node)}`;
        link.append(draw("text", { x: size === MARK ? x + size.wide / 2 : x + 7, y: y + size.tall - (size === MARK ? 3.2 : 6) },
          text.length > 25 ? `${text.slice(0, 24)}…` : text));
        if (node === chosen) link.classList.add("chosen");
        elements.set(node.index, link);
        link.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the chapter, in a window of its own
          event.preventDefault();
          go(node);
        });
        link.addEventListener("focus", () => near(node));
        link.addEventListener("pointerenter", () => near(node));
        svg.append(link);
      }
      svg.addEventListener("pointerleave", () => near(null));
      picture.replaceChildren(svg);
      current = chosen && elements.has(chosen.index) ? chosen : shown[0] ?? null;
      if (current) elements.get(current.index).setAttribute("tabindex", 0);
      if (chosen) {
        const [x, y] = at.get(chosen.index);
        picture.scrollLeft = x - picture.clientWidth / 2 + size.wide / 2;
        picture.scrollTop = y - picture.clientHeight / 2;
      }
      tell(shown);
    }

    // The lines of one statement stand out.
    function near(node) {
      for (const [from, to, line] of edges) line.classList.toggle("near", Boolean(node) && (from === node.index || to === node.index));
      const around = node && new Set([node.index, ...node.parents, ...node.children]);
      for (const [k, link] of elements) link.classList.toggle("near", Boolean(around?.has(k)));
      picture.classList.toggle("looked", Boolean(node));
    }

    // -- in words -------------------------------------------------------------------------

    function link(node) {
      const button = make("a", { href: `#${node.label}` }, named(node));
      return make("li", {}, `${glyph(node)} `, button, ` ${node.title}`);
    }

    function listOf(name, next) {
      const found = [...reached(chosen.index, next, Infinity)].sort(([a], [b]) => a - b);
      if (!found.length) return [make("p", {}, `${name}: nothing.`)];
      const direct = found.filter(([, step]) => step === 1);
      const further = found.filter(([, step]) => step > 1);
      const parts = [make("p", {}, `${name}, directly: ${direct.length}`), make("ul", {}, ...direct.map(([k]) => link(nodes[k])))];
      if (further.length) parts.push(make("p", {}, `${name}, further back or on: ${further.length}`), make("ul", {}, ...further.map(([k]) => link(nodes[k]))));
      return parts;
    }

    function tell(shown) {
      back.hidden = !chosen;
      stepping.hidden = !chosen;
      listing.hidden = !chosen;
      if (!chosen) {
        panel.replaceChildren(`${shown.length} of ${nodes.length} statements. Choose one to see what it rests on and what rests on it.`);
        list.replaceChildren();
        return;
      }
      const [below, above] = ["parents", "children"].map((next) => reached(chosen.index, next, Infinity).size);
      panel.replaceChildren(
        make("strong", {}, `${glyph(chosen)} ${named(chosen)}`), ` ${chosen.title}: ${statuses[chosen.status][2]}. `,
        `It rests on ${below}, directly on ${chosen.parents.length}; ${above} rest on it, ${chosen.children.length} directly. `,
        make("a", { href: chosen.address }, "To the statement"));
      list.replaceChildren(...listOf("Rests on", "parents"), ...listOf("Used by", "children"));
    }

    // -- what the reader does ---------------------------------------------------------------

    function go(node) {
      history.pushState(null, "", node ? `#${node.label}` : location.pathname + location.search);
      choose(node);
      if (node) elements.get(node.index)?.focus({ preventScroll: true });
    }

    function choose(node) {
      chosen = node;
      if (node && chapter >= 0) {
        chapter = -1;
        chapters.value = "-1";
      }
      search.value = node ? node.label : "";
      redraw();
    }

    const id = (name) => `book-graph-${name}`;
    const search = make("input", { type: "search", id: id("search"), list: id("labels"), placeholder: "label or number", autocomplete: "off" });
    const known = make("datalist", { id: id("labels") }, ...nodes.map((node) => make("option", { value: node.label }, `${node.number} ${node.title}`)));
    const asked = make("form", {}, make("label", { for: search.id }, "Statement "), search, known, " ", make("button", { type: "submit" }, "Show"));
    const wrong = make("span", { role: "status" });
    asked.append(" ", wrong);
    asked.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = search.value.trim().replace(/^\((.*)\)$/, "$1");
      const node = byLabel.get(text) ?? nodes.find(({ number }) => number && number === text);
      wrong.textContent = node || !text ? "" : "There is no such label or number.";
      if (node || !text) go(node ?? null);
    });

    const chapters = make("select", { id: id("chapter") }, make("option", { value: -1 }, "all"),
      ...pages.map(([, name, title], k) => make("option", { value: k }, name === title ? title : `${name}. ${title}`)));
    chapters.addEventListener("change", () => {
      chapter = Number(chapters.value);
      redraw();
    });

    const sorts = statuses.map(([, sign, word], k) => {
      const box = make("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(k);
        else hidden.add(k);
        redraw();
      });
      return make("label", {}, box, ` ${sign} ${word}`);
    });

    const depth = make("select", { id: id("steps") }, ...[[1, "1 step"], [2, "2 steps"], ["Infinity", "all the way"]].map(([value, word]) => make("option", { value }, word)));
    depth.value = "Infinity";
    depth.addEventListener("change", () => {
      steps = Number(depth.value);
      redraw();
    });
    const stepping = make("span", {}, make("label", { for: depth.id }, "How far "), depth);
    const back = make("button", { type: "button" }, "The whole book");
    back.addEventListener("click", () => go(null));

    const panel = make("p", { class: "book-graph-panel", role: "status" });
    const picture = make("div", { class: "book-graph-picture" });
    const list = make("div", { class: "book-graph-list" });
    const listing = make("details", {}, make("summary", {}, "The same as a list"), list);

    picture.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !current) return;
      const order = [...elements.keys()];
      const place = order.indexOf(current.index);
      const drawn = (list) => list.find((k) => elements.has(k));
      const to = {
        ArrowDown: order[place + 1], ArrowUp: order[place - 1], Home: order[0], End: order.at(-1),
        ArrowLeft: drawn(current.parents), ArrowRight: drawn(current.children),
      };
      if (event.key === "Escape" && chosen && document.getElementById("statement-card")?.hidden !== false) return go(null);
      if (!(event.key in to)) return undefined;
      event.preventDefault();
      if (to[event.key] === undefined) return undefined;
      elements.get(current.index).setAttribute("tabindex", -1);
      current = nodes[to[event.key]];
      const element = elements.get(current.index);
      element.setAttribute("tabindex", 0);
      element.focus();
      return undefined;
    });

    holder.replaceChildren(
      make("div", { class: "book-graph-bar" }, asked, make("span", {}, make("label", { for: chapters.id }, "Chapter "), chapters), stepping, back),
      make("fieldset", { class: "book-graph-bar" }, make("legend", { class: "sr-only" }, "Verdicts that are drawn"), ...sorts),
      panel, picture,
      make("p", { class: "book-graph-help" }, "Lines lead from what is used to what uses it. With the keyboard: up and down go through a chapter, "
        + "left to what a statement rests on, right to what rests on it, Enter opens its graph, Escape the whole book."),
      listing);

    // An address that ends in a label opens the graph there.
    function follow() {
      const label = decodeURIComponent(location.hash.slice(1));
      const node = byLabel.get(label) ?? null;
      if (node) {
        choose(node);
        holder.scrollIntoView();
      } else if (!elements.size || (!label && chosen)) {
        choose(null);
      }
    }
    addEventListener("hashchange", follow);
    addEventListener("popstate", follow);
    follow();
  }

  const scriptAddress = document.currentScript.src;
  document.addEventListener("DOMContentLoaded", () => {
    const holder = document.querySelector(".book-graph-place");
    if (holder && window.bookGraph) start(holder);
  });
})();
