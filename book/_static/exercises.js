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

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

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
  const heading = document.querySelector("article h1") ?? document.querySelector("h1");
  heading?.after(make("p", { class: "exercise-count" }, count, clearing));
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

  let cells = {};
  const given = new Map(); // the sources as they stand in the book
  document.addEventListener("dd:cells", ({ detail }) => {
    cells = detail;
    for (const [index, cell] of Object.entries(cells)) if (SLIP.test(cell.source)) given.set(index, cell.source);
    if (given.size) offer();
  });

  const number = () => {
    const kept = store.read(NUMBER);
    return /^\d{1,6}$/.test(kept ?? "") ? kept : null;
  };

  // The code of the cells for this student's number: what the page runs, and what open editors show.
  function draw() {
    for (const [index, source] of given) {
      const before = cells[index].source;
      cells[index].source = number() === null ? source : source.replace(SLIP, `$1${number()}$3`);
      const editor = document.querySelector(`.playground[data-cell="${index}"] textarea`);
      if (editor && editor.value === before && editor.value !== cells[index].source) {
        editor.value = cells[index].source;
        editor.dispatchEvent(new Event("input"));
      }
    }
    document.dispatchEvent(new CustomEvent("dd:numbered"));
  }

  function offer() {
    draw();
    for (const [index, source] of given) {
      const holder = document.querySelector(`.playground[data-cell="${index}"]`);
      const cell = holder?.closest(".cell");
      if (!cell || cell.classList.contains("tag_hide-cell")) continue;
      const id = `student-${index}`;
      const field = make("input", { id, type: "number", min: "0", max: "999999", inputmode: "numeric", value: number() ?? "" });
      const words = make("span", { role: "status" });
      const say = () => {
        const own = number() !== null && number() !== source.match(SLIP)[2];
        cell.classList.toggle("exercise-other", own);
        field.value = number() ?? "";
        words.textContent = own ? `Above and in the answer is number ${source.match(SLIP)[2]}. Yours is drawn here:` : "";
      };
      const form = make("form", { class: "exercise-number" }, make("label", { for: id }, "Your number"), field,
        make("button", { type: "submit" }, "Draw my lines"), words);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        store.write(NUMBER, field.value.trim());
        draw();
        if (number() === null) return;
        const open = holder.querySelector(".playground-open");
        if (open?.getAttribute("aria-expanded") === "false") open.click();
        holder.querySelector(".playground-run")?.click();
      });
      document.addEventListener("dd:numbered", say);
      say();
      holder.before(form);
    }
  }
})();
