// A reference to a statement shows it, when a pointer or the focus rests on it: formula, number, verdict, and where it stands.
// On a touch screen nothing comes up: the link leads there.
(() => {
  "use strict";

  const LINKS = 'a[href*="#equation-"], a[href*="#statement-"]';
  // Where the statement is seen already, or where the link is a sign of its own.
  const NOT = ".headerlink, .restated a, .statement-card a, .sd-card a";
  const SHOW = 250, HIDE = 200; // ms
  const GAP = 8; // px
  const statics = new URL(".", document.currentScript.src);
  const root = new URL("..", statics);

  const coming = new Map(); // page -> promise of its cards

  function load(page) {
    if (!coming.has(page)) {
      coming.set(page, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(`statements/${page}.js`, root);
        script.onload = () => resolve(window.statementCards?.[page] ?? {});
        script.onerror = () => reject(new Error(`no cards of ${page}`));
        document.head.append(script);
      }));
      coming.get(page).catch(() => coming.delete(page)); // the next time it is tried again
    }
    return coming.get(page);
  }

  const card = document.createElement("div");
  card.className = "statement-card";
  card.id = "statement-card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  document.body.append(card);

  let shown = null; // the link whose card is up
  let wanted = null; // the link that asks for one
  let title = null; // its own tooltip, which would lie over the card
  let timer = 0;

  function place(link) {
    // A link may be broken over two lines: the card stands at the first part of it.
    const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: tall } = card;
    const page = document.documentElement;
    const left = Math.max(GAP, Math.min(at.left, page.clientWidth - wide - GAP));
    const below = at.bottom + GAP + tall < innerHeight || at.top < tall + GAP;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? at.bottom + GAP : at.top - GAP - tall) + scrollY}px`;
  }

  async function show(link) {
    const url = new URL(link.href.baseVal ?? link.href, location.href); // of a link in a drawing it is an object
    const page = decodeURIComponent(url.pathname.slice(root.pathname.length)).replace(/\.html$/, "");
    let found;
    try {
      found = (await load(page))[decodeURIComponent(url.hash.slice(1))];
    } catch { /* then the link is a link */ }
    if (!found || wanted !== link || shown === link) return;
    hide();
    wanted = shown = link;
    title = link.getAttribute("title");
    link.removeAttribute("title");
    link.setAttribute("aria-describedby", card.id);
    card.innerHTML = found; // made by the build, of the same site
    card.hidden = false;
    place(link);
  }

  function hide() {
    wanted = null;
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    if (title !== null) shown.setAttribute("title", title);
    shown = title = null;
    card.hidden = true;
  }

  const linkOf = (target) => {
    const link = target instanceof Element ? target.closest(LINKS) : null;
    return link && !link.matches(NOT) && !link.closest("svg:not(.book-graph)") ? link : null;
  };

  function ask(link, wait) {
    clearTimeout(timer);
    wanted = link;
    timer = setTimeout(() => show(link), wait);
  }

  function leave() {
    clearTimeout(timer);
    timer = setTimeout(hide, HIDE);
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const link = linkOf(target);
    if (link) {
      if (link === shown) clearTimeout(timer);
      else ask(link, SHOW);
    } else if (card.contains(target)) {
      clearTimeout(timer); // the pointer may go to the card, and scroll in it
    } else if (wanted && document.activeElement !== wanted) {
      leave();
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    const link = linkOf(target);
    if (link?.matches(":focus-visible")) ask(link, SHOW);
  });
  document.addEventListener("focusout", ({ target }) => target === wanted && leave());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !wanted) return;
    clearTimeout(timer);
    hide();
  });
  addEventListener("resize", hide);
})();
