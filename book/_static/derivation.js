// A statement's label alone is a permalink: page.html#elbo.exact.split finds its line.
(() => {
  "use strict";

  const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-+$/, "");

  function goToLabel() {
    const label = decodeURIComponent(location.hash.slice(1));
    if (!label || document.getElementById(label)) return;
    for (const prefix of ["equation-", "statement-"]) {
      const id = slug(prefix + label);
      if (document.getElementById(id)) {
        location.replace("#" + id);
        return;
      }
    }
  }

  window.addEventListener("hashchange", goToLabel);
  document.addEventListener("DOMContentLoaded", goToLabel);

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

  // A display that is a little too wide for its place is set smaller, so that it can be read without scrolling.
  const SMALLEST = 0.72;

  function fit() {
    const found = document.querySelectorAll(
      '.bd-article :is(mjx-container[display="true"], .ledger-line mjx-container, .struck mjx-container)');
    const displays = [...found];
    for (const display of displays) {
      display.dataset.size ??= parseFloat(display.style.fontSize) || 100;
      display.style.fontSize = `${display.dataset.size}%`;
    }
    const scales = displays.map((display) => {
      const place = display.getAttribute("display") ? display : display.closest("p, div, td, dd");
      const needed = display.querySelector("mjx-math").getBoundingClientRect().width;
      return place.clientWidth && needed > place.clientWidth ? (0.985 * place.clientWidth) / needed : 1;
    });
    displays.forEach((display, k) => {
      display.style.fontSize = `${Math.max(scales[k], SMALLEST) * display.dataset.size}%`;
    });
  }
  window.addEventListener("load", () => {
    window.MathJax?.startup?.promise?.then(() => {
      fit();
      let width = window.innerWidth;
      window.addEventListener("resize", () => {
        if (window.innerWidth !== width) requestAnimationFrame(fit);
        width = window.innerWidth;
      });
    });
  });

  // On paper every verdict is open.
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.verdict")) details.open = true;
  });
})();
