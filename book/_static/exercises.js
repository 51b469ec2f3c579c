// Exercises: which are solved is kept in this browser, hints open one by one, and "find the slip" goes by the student's number.
(() => {
  "use strict";

  const PLACE = "diffusion-derived:exercises"; // {"05_vdm#ex-one-clean-step": true, …}
  const NUMBER = "diffusion-derived:student";
  const SLIP = /(find_the_slip\([^()]*,\s*)(\d+)(\s*\))/;
  const page = location.pathname.split("/").pop().replace(/\.html$/, "");

  // -- what is kept; where nothing may be kept, it lasts as long as the page ----

  const memory = new Map();
  const store = {
    read(name) {
      try { return localStorage.getItem(name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
    },
    write(name, text) {
      memory.set(name, text);
      try { localStorage.setItem(name, text); } catch { /* private windows, full disks */ }
    },
  };
  function read() {
    try { return JSON.parse(store.read(PLACE)) ?? {}; } catch { return {}; }
  }

  const { make } = window.derivationBook;

  // -- the exercises of this page: in a chapter, or on a sheet ------------------

  // What follows an exercise until its given solution: cells, hints, answer.
  function partsOf(box) {
    const found = [];
    for (let next = box.nextElementSibling; next; next = next.nextElementSibling) {
      if (next.matches(".cell.tag_exercise, .admonition.dropdown")) found.push(next);
      else break;
    }
    return found;
  }

  const exercises = [...document.querySelectorAll(".admonition.exercise")].flatMap((box) => {
    const name = box.querySelector('[id^="ex-"]')?.id;
    return name ? [{ key: `${page}#${name}`, box, head: box.querySelector(".admonition-title"), parts: partsOf(box) }] : [];
  });
  for (const box of document.querySelectorAll(".sheet-exercise[data-exercise]")) {
    exercises.push({ key: box.dataset.exercise, box, head: box.querySelector(".sheet-head"), parts: [] });
  }
  if (!exercises.length) return;

  // -- ticks and the count --------------------------------------------------------

  const count = make("span", { role: "status" });
  const clearing = make("button", { type: "button" }, "Clear");
  let taken = null; // what was cleared, until it is too late to have it back

  function show() {
    const solved = read();
    for (const { key, tick, button } of exercises) {
      tick.hidden = !solved[key];
      if (button) {
        button.setAttribute("aria-pressed", String(Boolean(solved[key])));
        button.textContent = solved[key] ? "Solved" : "Mark as solved";
      }
    }
    const here = exercises.filter(({ key }) => solved[key]).length;
    count.textContent = `Exercises solved here: ${here} of ${exercises.length}`;
    clearing.hidden = !here && !taken;
    clearing.textContent = taken ? "Have them back" : "Clear";
  }

  function mark(key, solved) {
    const all = read();
    if (solved) all[key] = true;
    else delete all[key];
    taken = null;
    store.write(PLACE, JSON.stringify(all));
    show();
  }

  clearing.addEventListener("click", () => {
    const all = read();
    if (taken) {
      Object.assign(all, taken);
      taken = null;
    } else {
      taken = Object.fromEntries(exercises.filter(({ key }) => all[key]).map(({ key }) => [key, true]));
      for (const key of Object.keys(taken)) delete all[key];
    }
    store.write(PLACE, JSON.stringify(all));
    show();
  });

  for (const exercise of exercises) {
    exercise.tick = make("span", { class: "exercise-tick" }, "✓", make("span", { class: "sr-only" }, " solved"));
    exercise.head.append(" ", exercise.tick);
    if (!exercise.parts.length) continue;
    exercise.button = make("button", { type: "button", class: "exercise-mark" });
    exercise.button.addEventListener("click", () => mark(exercise.key, exercise.button.getAttribute("aria-pressed") !== "true"));
    exercise.box.append(exercise.button);
  }
  // The theme has another heading, for print alone, before this one.
  document.querySelector(".exercise-count")?.append(count, clearing);
  show();
  // Solved in another window: this one shows it too.
  addEventListener("storage", ({ key }) => key === PLACE && show());

  // A check in the page says ✓: the exercise is solved, unless it was the given solution that ran.
  document.addEventListener("dd:checked", ({ detail: { cell, ok } }) => {
    const holder = document.querySelector(`.playground[data-cell="${cell}"]`)?.closest(".cell");
    if (!ok || !holder || holder.classList.contains("tag_hide-cell")) return;
    const found = exercises.find(({ parts }) => parts.includes(holder));
    if (found) mark(found.key, true);
  });

  // -- hints, one by one ------------------------------------------------------------

  for (const { parts } of exercises) {
    const hints = parts.filter((part) => part.classList.contains("hint"));
    hints.slice(1).forEach((hint, index) => {
      const before = hints[index];
      hint.classList.add("exercise-later");
      // The fold is a class that another script takes off and puts on.
      let folded = false;
      new MutationObserver(() => {
        if (before.classList.contains("toggle-hidden")) folded = true;
        else if (folded) hint.classList.remove("exercise-later");
      }).observe(before, { attributes: true, attributeFilter: ["class"] });
    });
  }

  // -- another slip for another student ----------------------------------------------

  const kept = store.read(NUMBER);
  const number = /^\d{1,6}$/.test(kept ?? "") ? kept : null;
  const data = document.getElementById("playground-data");
  const { cells = {} } = data ? JSON.parse(data.textContent) : {};
  for (const [index, cell] of Object.entries(cells)) {
    const found = cell.source.match(SLIP);
    if (!found) continue;
    // This script stands before those that read the sources.
    if (number !== null) cell.source = cell.source.replace(SLIP, `$1${number}$3`);
    offer(index, found[2]);
  }
  if (number !== null && data) data.textContent = JSON.stringify({ ...JSON.parse(data.textContent), cells });

  function offer(index, given) {
    const holder = document.querySelector(`.playground[data-cell="${index}"]`);
    const cell = holder?.closest(".cell");
    if (!cell || cell.classList.contains("tag_hide-cell")) return;
    const own = number !== null && number !== given;
    cell.classList.toggle("exercise-other", own);
    const id = `student-${index}`;
    const field = make("input", { id, type: "number", min: "0", max: "999999", value: number ?? "" });
    const form = make("form", { class: "exercise-number" }, make("label", { for: id }, "Your number"), field,
      make("button", { type: "submit" }, "Draw my lines"),
      make("span", {}, own ? `The lines above and the answer below are those of number ${given}.` : ""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      store.write(NUMBER, field.value.trim());
      try { sessionStorage.setItem(NUMBER, index); } catch { /* then the reader presses Run */ }
      location.reload(); // every cell that builds on this one has the number then
    });
    holder.before(form);
  }

  // After a number was given: its lines are drawn at once.
  addEventListener("load", () => {
    let index = null;
    try {
      index = sessionStorage.getItem(NUMBER);
      sessionStorage.removeItem(NUMBER);
    } catch { /* as above */ }
    const holder = number !== null && index !== null && document.querySelector(`.playground[data-cell="${CSS.escape(index)}"]`);
    if (!holder) return;
    holder.querySelector(".playground-open")?.click();
    holder.querySelector(".playground-run")?.click();
  });
})();
