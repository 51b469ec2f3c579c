// Formulas: copied, they are TeX again; and what the page itself draws is set as the build sets the others.
(() => {
  "use strict";

  const statics = new URL(".", document.currentScript.src);
  const OPTIONS = { annotate: true, throwOnError: false, wrap: "none" };
  const WRITTEN = /^\s*\\([([])([\s\S]*)\\[)\]]\s*$/;

  // -- what the page draws: \(…\) and \[…\] in elements of the class "math" ------------------

  let coming = null;

  function converter() {
    coming ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("formulas/temml.js", statics);
      script.onload = () => resolve(window.temml);
      script.onerror = () => reject(new Error("formulas/temml.js could not be loaded"));
      document.head.append(script);
    });
    return coming;
  }

  async function typeset(part) {
    const raw = [...part.querySelectorAll(".math")].filter((place) => WRITTEN.test(place.textContent) && !place.querySelector("math"));
    if (!raw.length) return;
    const temml = await converter();
    for (const place of raw) {
      const [, opening, tex] = place.textContent.match(WRITTEN) ?? [];
      if (tex === undefined) continue; // set meanwhile
      const displayMode = opening === "[";
      let inner = place;
      place.textContent = "";
      if (displayMode) {
        inner = document.createElement("div");
        inner.className = "formula";
        place.append(inner);
      }
      temml.render(tex.trim(), inner, { ...OPTIONS, displayMode });
      inner.querySelector("math")?.style.removeProperty("display");
    }
  }

  window.formulas = { typeset };

  // -- copying --------------------------------------------------------------------------------

  const formulaOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("math");

  function whole(range) {
    const [first, last] = [formulaOf(range.startContainer), formulaOf(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    return range;
  }

  document.addEventListener("copy", (event) => {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !event.clipboardData) return;
    const holder = document.createElement("div");
    holder.append(whole(selection.getRangeAt(0).cloneRange()).cloneContents());
    const formulas = [...holder.querySelectorAll("math")];
    if (!formulas.length) return;
    event.clipboardData.setData("text/html", holder.innerHTML);
    for (const formula of formulas) {
      const tex = formula.querySelector("annotation")?.textContent ?? formula.textContent;
      const mark = formula.getAttribute("display") === "block" ? "$$" : "$";
      formula.replaceWith(mark + tex + mark);
    }
    // Lines end where they do on the page, which only what is in the page knows.
    holder.style.cssText = "position: fixed; left: -100vw; width: 100vw";
    document.body.append(holder);
    event.clipboardData.setData("text/plain", holder.innerText);
    holder.remove();
    event.preventDefault();
  });
})();
