// What the search puts first: the page that says what the word means or has it in its title, then the glossary; then the book in its order, and last the library's reference.
var Scorer = { // "var", because the script that asks for it declares it once more
  score: ([docname, title, anchor, , score]) => {
    const { order, homes, glossary } = window.searchPlaces ?? { order: [], homes: {} };
    const query = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
    const part = new Set(Object.keys(homes).filter((name) => query && name.split(" ").includes(query)).map((name) => homes[name]));
    const home = homes[query] ?? homes[query.replace(/s$/, "")] ?? (part.size === 1 ? [...part][0] : undefined);
    const at = order.indexOf(docname);
    const reference = /(^|\/)(api(_|$)|genindex)/.test(docname) ? 30 : 0;
    const titled = !anchor && !reference && title.toLowerCase().split(/[^\p{L}\p{N}-]+/u).includes(query);
    const meant = docname === glossary ? (home === undefined ? 0 : 50) : titled || docname === home ? 100 : 0;
    return score + meant - reference - (at < 0 ? order.length : at) / 1000;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
