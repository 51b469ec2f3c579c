// On the page of the search: the statements that are meant, by number, label, title or symbol, before the pages.
(() => {
  "use strict";

  const MOST = 12;
  const root = new URL("..", document.currentScript.src);
  const GREEK = Object.fromEntries([..."αβγδεζηθικλμνξπρστυφχψω"].map((sign, k) => [sign, ("alpha beta gamma delta epsilon zeta "
    + "eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega").split(" ")[k]]));

  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[α-ω]/g, (sign) => GREEK[sign] ?? sign);

  // How well a statement answers a word: its number or label, a part of its label, its title, a sign of its formula.
  function fits(word, { label, number, title, signs }) {
    if (number === word || label === word) return 8;
    if (/^[\d.]+$/.test(word)) return word.includes(".") && number?.startsWith(word) ? 2 : 0;
    const written = signs.has(word) ? 0.5 : 0; // of two that are named alike, the one whose formula has the word
    if (label === `${word}.def`) return 7; // what the word means, before all that is said of it
    if (label.split(/[._]/).includes(word)) return 5 + written;
    if (title.split(/\W+/).some((part) => part === word)) return 4 + written;
    if (word.length > 2 && (title.includes(word) || label.includes(word))) return 2 + written;
    return 2 * written;
  }

  function ranked(entries, query) {
    const words = plain(query).replace(/[()\\{}_^]/g, " ").split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const entry of entries) {
      const scores = words.map((word) => fits(word, entry));
      if (scores.every(Boolean)) found.push([scores.reduce((a, b) => a + b), entry]);
    }
    return found.sort((a, b) => b[0] - a[0]).map(([, entry]) => entry);
  }

  const formula = (tag, tex) => Object.assign(document.createElement(tag), { className: "math", textContent: tex });

  function row({ name, number, shown, latex, page, anchor }) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: new URL(`${page}.html#${anchor}`, root) });
    link.append(number ? `(${number}) ` : "", ...shown.split("$").map((text, k) => (k % 2 ? formula("span", `\\(${text}\\)`) : text)));
    const label = Object.assign(document.createElement("code"), { textContent: name });
    item.append(link, " ", label);
    if (latex) item.append(formula("div", `\\[${latex}\\]`));
    return item;
  }

  async function show() {
    const query = new URLSearchParams(location.search).get("q")?.trim();
    const place = document.getElementById("search-results");
    if (!query || !place) return;
    const { equations } = await (await fetch(new URL("equation_numbers.json", root))).json();
    const entries = Object.entries(equations).filter(([, told]) => told?.page).map(([name, told]) => ({
      name, latex: told.latex, page: told.page, anchor: told.anchor, shown: told.title, number: told.number,
      label: plain(name), title: plain(told.title), signs: new Set(plain(told.latex).match(/[a-z]+/g)),
    }));
    const found = ranked(entries, query);
    if (!found.length) return;
    const part = Object.assign(document.createElement("section"), { className: "search-statements" });
    part.setAttribute("aria-label", "Statements");
    const list = document.createElement("ul");
    list.append(...found.slice(0, MOST).map(row));
    const more = found.length > MOST ? `the first ${MOST} of ${found.length}` : `${found.length}`;
    part.append(Object.assign(document.createElement("h3"), { textContent: `Statements: ${more}` }), list);
    place.before(part);
    await window.formulas?.typeset(part);
  }

  document.addEventListener("DOMContentLoaded", () => show().catch(() => {})); // from a file nothing can be fetched
})();
