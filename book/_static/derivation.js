// A statement's label alone is a permalink: page.html#elbo.exact.split finds its line, and what has gone from a page
// that was divided is found on the page where it is now.
(() => {
  "use strict";

  const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-+$/, "");

  function goToLabel() {
    const label = decodeURIComponent(location.hash.slice(1));
    if (!label || document.getElementById(label)) return;
    const ids = [label, slug("equation-" + label), slug("statement-" + label)];
    const here = ids.find((id) => document.getElementById(id));
    if (here) {
      location.replace("#" + here);
      return;
    }
    const parts = JSON.parse(document.getElementById("moved-ends")?.textContent ?? "{}");
    for (const [page, ends] of Object.entries(parts)) {
      const there = ids.find((id) => ends.includes(id));
      if (there) {
        location.replace(page + "#" + there);
        return;
      }
    }
  }

  // What an address leads to is seen, though it lie in something closed.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let closed = false;
    for (let part = target; part; part = part.parentElement) {
      if (part.matches("details:not([open])")) closed = part.open = true;
    }
    if (closed) target.scrollIntoView();
  }

  for (const follow of [goToLabel, reveal]) {
    window.addEventListener("hashchange", follow);
    document.addEventListener("DOMContentLoaded", follow);
  }

  // Over the verification map stands a search: rows that lack a word of it are hidden.
  function searchable(map) {
    const rows = [...map.querySelectorAll("table.statements tbody tr")];
    const label = document.createElement("label");
    label.className = "map-filter";
    const field = Object.assign(document.createElement("input"), {
      type: "search", placeholder: "label, method or status",
    });
    const found = Object.assign(document.createElement("output"), { ariaLive: "polite" });
    label.append("Search the statements ", field, " ", found);
    map.prepend(label);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      for (const part of map.querySelectorAll("details.map-part")) {
        const some = part.querySelector("tbody tr:not([hidden])");
        part.hidden = !some;
        part.open = words.length > 0 && Boolean(some);
      }
      found.textContent = words.length ? `${shown} of ${rows.length}` : "";
    });
  }
  document.addEventListener("DOMContentLoaded", () => {
    for (const map of document.querySelectorAll(".map-search")) searchable(map);
  });

  // On paper every verdict is open, and a dark page is light.
  const root = document.documentElement;
  let onScreen = null;

  function toPaper() {
    for (const details of document.querySelectorAll("details.verdict")) details.open = true;
    onScreen ??= root.dataset.theme ?? "light";
    root.dataset.theme = "light";
  }

  function toScreen() {
    if (onScreen) root.dataset.theme = onScreen;
    onScreen = null;
  }
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  window.matchMedia("print").addEventListener("change", ({ matches }) => (matches ? toPaper() : toScreen()));

  // An excerpt of a search is taken from the text of a page, not from its buttons and verdicts; from its code if the text has none of the words.
  const NO_TEXT = "header, nav, button, summary, annotation, .sr-only, .playground, .headerlink, .eqno, details.verdict, script, style, [hidden]";
  const CODE = ".cell_input, .highlight, pre";

  function textOf(html, anchor) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const without = (kind) => { for (const element of page.querySelectorAll(kind)) element.remove(); };
    without(NO_TEXT);
    const places = [anchor && `[role="main"] ${anchor}`, ".bd-article", '[role="main"]'].filter(Boolean);
    const part = places.map((place) => page.querySelector(place)).find(Boolean);
    if (!part) return "";
    const read = () => part.textContent.replace(/\s+/g, " ");
    const all = read(), words = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    without(CODE);
    const text = read();
    return words.some((word) => text.toLowerCase().includes(word)) || !words.some((word) => all.toLowerCase().includes(word)) ? text : all;
  }
  document.addEventListener("DOMContentLoaded", () => {
    if (typeof Search !== "undefined") Search.htmlToText = textOf;
  });
})();
