// Slides: one at a time, by keys, by a swipe, by address (#4); an overview; the page itself is there without this script.
(() => {
  "use strict";

  const root = document.documentElement;
  const FAR = 50; // px that a finger must go for a swipe
  const TYPED = "input, select, textarea, [contenteditable]";

  // -- light or dark, as the book is shown ------------------------------------------------

  function stored() {
    try { return localStorage.getItem("mode"); } catch { return null; }
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = { dark: "dark", light: "light" }[stored()];
  let printing = false;
  function colour() {
    root.dataset.theme = printing ? "light" : chosen ?? (dark.matches ? "dark" : "light");
  }
  dark.addEventListener("change", colour);
  for (const [name, now] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(name, () => {
      printing = now;
      colour();
    });
  }
  colour();

  const slides = [...document.querySelectorAll(".slide")];
  if (!slides.length) return;
  // Else a font comes when the first slide with its signs is turned up, and what stands there moves.
  for (const face of document.fonts) face.load();
  root.classList.replace("no-script", "script");

  // -- which one is shown --------------------------------------------------------------------

  let at = 0;
  const said = Object.assign(document.createElement("span"), { className: "sr-only" });
  said.setAttribute("role", "status");
  const count = document.createElement("span");

  const title = (slide) => slide.querySelector("h1, h2").textContent;

  function show(k, focus) {
    at = Math.max(0, Math.min(slides.length - 1, k));
    slides.forEach((slide, index) => slide.classList.toggle("current", index === at));
    count.textContent = `${at + 1} / ${slides.length}`;
    said.textContent = `Slide ${at + 1} of ${slides.length}`;
    if (location.hash !== `#${at + 1}`) history.replaceState(null, "", `#${at + 1}`);
    if (focus && !root.classList.contains("overview")) {
      slides[at].querySelector("h1, h2").focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }

  function overview(open) {
    root.classList.toggle("overview", open);
    for (const slide of slides) {
      for (const part of slide.children) if (!part.classList.contains("slide-open")) part.inert = open;
    }
    all.setAttribute("aria-pressed", String(open));
    if (open) slides[at].querySelector(".slide-open").focus();
    else show(at, true);
  }

  slides.forEach((slide, index) => {
    const link = Object.assign(document.createElement("a"), { className: "slide-open", href: `#${index + 1}` });
    link.setAttribute("aria-label", `Slide ${index + 1}: ${title(slide)}`);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(index, false);
      overview(false);
    });
    slide.append(link);
  });

  // -- buttons, keys, fingers ------------------------------------------------------------------

  function button(text, name, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    if (text.length === 1) made.setAttribute("aria-label", name);
    made.title = name;
    made.addEventListener("click", act);
    return made;
  }

  const turn = (by) => () => show(at + by, true);
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
  const notes = () => {
    const open = !slides[at].querySelector(".notes")?.open;
    for (const part of document.querySelectorAll(".notes")) part.open = open;
  };
  const night = () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    colour();
  };
  const all = button("All", "All slides (O)", () => overview(!root.classList.contains("overview")));
  document.querySelector(".deck-keys").prepend(
    button("‹", "Slide before (←)", turn(-1)), count, button("›", "Next slide (→)", turn(1)), all,
    button("Notes", "Speaker’s notes (N)", notes), button("Dark", "Dark or light (D)", night), button("Full", "Full screen (F)", full), said);

  const KEYS = {
    ArrowRight: turn(1), PageDown: turn(1), " ": turn(1), ArrowLeft: turn(-1), PageUp: turn(-1), Home: () => show(0, true),
    End: () => show(slides.length - 1, true), o: () => overview(!root.classList.contains("overview")), n: notes, f: full, d: night,
  };
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.(TYPED)) return;
    const open = root.classList.contains("overview");
    if (key === "Escape" && open) overview(false);
    if (key === " " && (event.shiftKey || target.closest?.("button, summary, a"))) return;
    const act = KEYS[key.length > 1 ? key : key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
    if (open && root.classList.contains("overview")) slides[at].querySelector(".slide-open").focus();
  });

  // A swipe turns, unless what is under the finger scrolls or moves by itself.
  const moves = (element) => {
    for (let part = element; part && part !== document.body; part = part.parentElement) {
      if (part.matches(`${TYPED}, canvas`)) return true;
      if (part.scrollWidth > part.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(part).overflowX)) return true;
    }
    return false;
  };
  let from = null;
  addEventListener("touchstart", ({ touches, target }) => {
    from = touches.length === 1 && !moves(target) ? [touches[0].clientX, touches[0].clientY] : null;
  }, { passive: true });
  addEventListener("touchend", ({ changedTouches: [touch] }) => {
    if (!from || root.classList.contains("overview")) return;
    const [x, y] = [touch.clientX - from[0], touch.clientY - from[1]];
    if (Math.abs(x) > FAR && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? 1 : -1)();
  }, { passive: true });

  // The buttons are seen while the pointer moves.
  let rest = 0;
  addEventListener("pointermove", () => {
    root.classList.add("moved");
    clearTimeout(rest);
    rest = setTimeout(() => root.classList.remove("moved"), 2000);
  });

  const asked = () => show(Number(location.hash.slice(1) || 1) - 1 || 0, false);
  addEventListener("hashchange", asked);
  asked();
})();
