// What the search puts first: the book's own pages, then the glossary and the like, then the reference of the library.
var Scorer = { // "var", because the script that asks for it declares it once more
  score: ([docname, , , , score]) => (/(^|\/)(api(_|$)|genindex)/.test(docname) ? score - 30 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
