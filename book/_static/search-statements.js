// On the page of the search, before the pages: what the word means, then the statements that are meant, by number, label, title or symbol.
(() => {
  "use strict";

  const MOST = 12, HEADWORDS = 3;
  const root = new URL("..", document.currentScript.src);
  const GREEK = Object.fromEntries([..."αβγδεζηθικλμνξπρστυφχψω"].map((sign, k) => [sign, ("alpha beta gamma delta epsilon zeta "
    + "eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega").split(" ")[k]]));

  // One spelling for all that a reader may type: any dash, any accent, -ize for -ise.
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[‐-―]/g, "-")
    .replace(/iz(e[ds]?|ing|ations?)\b/g, "is$1").replace(/[α-ω]/g, (sign) => GREEK[sign] ?? sign);
  const split = (query) => plain(query).replace(/[()\\{}_^]/g, " ").split(/\s+/).filter(Boolean);

  // How well a statement answers a word: its number or label, a part of its label, its title, a sign of its formula.
  function fits(word, { label, number, title, signs, chosen }) {
    if (number === word || label === word) return 8;
    if (/^[\d.]+$/.test(word)) return word.includes(".") && number?.startsWith(word) ? 2 : 0;
    // of two that are named alike, the one that says what the word means, then the one whose formula has it
    const more = (chosen ? 0.75 : 0) + (signs.has(word) ? 0.5 : 0);
    if (label === `${word}.def`) return 7; // what the word means, before all that is said of it
    if (label.split(/[._]/).includes(word)) return 5 + more;
    if (title.split(/\W+/).some((part) => part === word)) return 4 + more;
    if (word.length > 2 && (title.includes(word) || label.includes(word))) return 2 + more;
    return signs.has(word) ? 1 : 0;
  }

  // The headwords that are meant: the one that is the query, or else those that hold all its words.
  function headwords(terms, query) {
    const asked = plain(query).replace(/-/g, " ").trim(), words = split(asked);
    const names = ({ term, others }) => [term, ...others].map((name) => plain(name).replace(/-/g, " "));
    const same = terms.filter((entry) => names(entry).some((name) => name === asked || `${name}s` === asked));
    if (same.length || !words.length) return same;
    return terms.filter((entry) => words.every((word) => names(entry)[0].split(/[ ']/).includes(word))).slice(0, HEADWORDS);
  }

  // Chapters before the pages after them, and each page from its top.
  const place = ({ number }) => Number(number?.split(".").at(-1) ?? Infinity);
  const inOrder = (a, b) => (a.page < b.page ? -1 : a.page > b.page ? 1 : place(a) - place(b) || 0);

  function ranked(entries, query, named) {
    const words = split(query), found = [];
    if (!words.length) return [];
    for (const entry of entries) {
      const scores = words.map((word) => fits(word, entry)), at = named.indexOf(entry.name);
      if (at >= 0) found.push([100 - at, entry]); // the glossary leads to it
      else if (scores.every(Boolean)) found.push([scores.reduce((a, b) => a + b), entry]);
    }
    return found.sort((a, b) => b[0] - a[0] || inOrder(a[1], b[1])).map(([, entry]) => entry);
  }

  const formula = (tag, tex) => Object.assign(document.createElement(tag), { className: "math", textContent: tex });
  const mixed = (text) => text.split("$").map((part, k) => (k % 2 ? formula("span", `\\(${part}\\)`) : part));

  function row({ name, number, shown, latex, page, anchor }) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: new URL(`${page}.html#${anchor}`, root) });
    link.append(number ? `(${number}) ` : "", ...mixed(shown));
    const label = Object.assign(document.createElement("code"), { textContent: name });
    item.append(link, " ", label);
    if (latex) item.append(formula("div", `\\[${latex}\\]`));
    return item;
  }

  function meaning({ term, others, page, anchor, meaning: said }) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: new URL(`${page}.html#${anchor}`, root) });
    link.append([term, ...others].join(", "));
    item.append(link, ": ", ...mixed(said));
    return item;
  }

  function part(name, title, rows) {
    const found = Object.assign(document.createElement("section"), { className: `search-statements search-${name}` });
    found.setAttribute("aria-label", title.split(":")[0]);
    const list = document.createElement("ul");
    list.append(...rows);
    found.append(Object.assign(document.createElement("h3"), { textContent: title }), list);
    return found;
  }

  const fetched = async (name) => (await fetch(new URL(name, root))).json();

  // What Sphinx says below, once it has looked through the pages, is no news where something stands above.
  function reword(place) {
    const said = () => {
      const summary = place.querySelector(".search-summary");
      if (summary?.textContent.startsWith("Your search did not match")) summary.textContent = "No page holds all of these words.";
    };
    new MutationObserver(said).observe(place, { childList: true, subtree: true });
    said();
  }

  async function show() {
    const query = new URLSearchParams(location.search).get("q")?.trim();
    const place = document.getElementById("search-results");
    if (!query || !place) return;
    const [{ equations }, terms] = await Promise.all([fetched("equation_numbers.json"), fetched("terms.json")]);
    const entries = Object.entries(equations).filter(([, told]) => told?.page).map(([name, told]) => ({
      name, latex: told.latex, page: told.page, anchor: told.anchor, shown: told.title, number: told.number,
      label: plain(name), title: plain(told.title), signs: new Set(plain(told.latex).match(/[a-z]+/g)),
      chosen: told.latex.includes("\\mathrel{:=}"),
    }));
    const meant = headwords(terms, query);
    const found = ranked(entries, query, meant.length === 1 ? meant[0].labels : []);
    const more = found.length > MOST ? `the first ${MOST} of ${found.length}` : `${found.length}`;
    const parts = [];
    if (meant.length) parts.push(part("meaning", "In the glossary", meant.map(meaning)));
    if (found.length) parts.push(part("equations", `Statements: ${more}`, found.slice(0, MOST).map(row)));
    place.before(...parts);
    if (parts.length) reword(place);
    for (const one of parts) await window.formulas?.typeset(one);
  }

  document.addEventListener("DOMContentLoaded", () => show().catch(() => {})); // from a file nothing can be fetched
})();
