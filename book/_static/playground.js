// "Change it": the reader edits the code of a derivation and checks it, in this page.
(() => {
  "use strict";

  const place = document.getElementById("playground-data");
  if (!place) return;
  const book = JSON.parse(place.textContent);
  const statics = new URL(".", document.currentScript.src);
  const LONG = 20; // seconds after which a running cell is said to take long
  const REST = 150; // milliseconds
  const USED = "python-was-used";
  let remembered = { getItem: () => null, setItem() {} };
  try {
    remembered = sessionStorage;
  } catch {
    // A browser that keeps nothing: each page starts Python when it is asked to.
  }

  // -- building elements: text goes in as text, never as HTML ---------------

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const inline = (tex) => make("span", { class: "math notranslate nohighlight" }, `\\(${tex}\\)`);
  const display = (tex) => make("div", { class: "math notranslate nohighlight" }, `\\[${tex}\\]`);
  const words = (segments) =>
    segments.map(([kind, text]) => (kind === "math" ? inline(text) : document.createTextNode(text)));
  const plain = (text) => make("span", { class: "tex2jax_ignore" }, text);
  const slug = (status) => status.replaceAll(" ", "-");

  const typeset = (element) => window.formulas.typeset(element);
  const clear = (element) => element.replaceChildren();

  // -- drawing results, in the classes of the built page ----------------------

  function verdict(record) {
    const look = book.statuses[record.status] ?? { glyph: "", word: record.status };
    const list = make("dl", { class: "evidence" });
    for (const [name, segments] of record.evidence) {
      const address = name === book.conventions.name && book.conventions.address;
      const term = address ? make("a", { href: address }, name) : name;
      list.append(make("dt", {}, term), make("dd", {}, make("p", {}, ...words(segments))));
    }
    const badge = [
      make("span", { class: "glyph", "aria-hidden": "true" }, look.glyph),
      make("span", { class: "word" }, look.word),
    ];
    const classes = `verdict status-${slug(record.status)}`;
    if (!record.evidence.length) {
      return make("div", { class: classes }, make("span", { class: "badge-status summary" }, ...badge));
    }
    const hint = make("span", { class: "sr-only" }, ": how it was checked");
    return make("details", { class: classes }, make("summary", {}, ...badge, hint), list);
  }

  // What is given and what something is true provided, for all to see.
  function under(said) {
    return said.map(([word, segments]) => make("p", { class: "step-when" },
      make("span", { class: "step-when-word" }, word), " ", ...words(segments)));
  }

  function step(record) {
    const row = make("div", { class: `step kind-${record.kind} status-${slug(record.status)}` });
    if (record.refuted.length) {
      row.append(make("div", { class: "refuted" }, ...record.refuted.map(([name, said, struck]) => {
        const shown = make("p", {}, ...words(said));
        return make("div", { class: "refuted-part" }, make("p", { class: "refuted-word" }, name),
          struck ? make("del", { class: "struck" }, shown) : shown);
      })));
    } else if (record.latex) {
      row.append(make("div", { class: "step-math" }, display(record.latex)));
    }
    const foot = make("div", { class: "step-foot" });
    if (record.why.length) foot.append(make("p", { class: "step-why" }, ...words(record.why)));
    foot.append(...under(record.under));
    if (record.kind !== "start") foot.append(verdict(record));
    if (foot.children.length) row.append(foot);
    return row;
  }

  function drawRecords(output) {
    const kinds = [...new Set(output.records.map((r) => r.kind).filter((kind) => kind !== "start"))];
    const word = kinds.length === 1 ? book.kinds[kinds[0]] : "Derivation";
    const head = make("p", { class: "derivation-head" },
      make("span", { class: "derivation-word" }, word),
      make("span", { class: "derivation-title" }, ...words(output.title)));
    return make("div", { class: `derivation kind-${kinds.length === 1 ? kinds[0] : "derivation"}` },
      head, ...output.records.map(step));
  }

  // A list of named texts: what is left over, the counterexample.
  function findings(pairs) {
    const list = make("dl", { class: "playground-findings tex2jax_ignore" });
    for (const [name, text] of pairs) {
      if (!text) continue;
      list.append(make("dt", {}, name));
      list.append(make("dd", {}, ...parts(text).map((part) => make("div", {}, part))));
    }
    return list;
  }

  // A counterexample names several tables, with "; " between them: each gets a line of its own.
  function parts(text) {
    const found = [""];
    let depth = 0;
    for (const sign of text) {
      depth += "{([".includes(sign) - "})]".includes(sign);
      if (sign === ";" && depth === 0) found.push("");
      else found[found.length - 1] += sign;
    }
    return found.map((part) => part.trim()).filter(Boolean);
  }

  function drawAnswer(output) {
    const mark = output.right ? "✓" : "✗";
    const head = make("p", { class: "playground-verdict" },
      make("span", { "aria-hidden": "true" }, mark), output.right ? " right" : " not right");
    const box = make("div", { class: `playground-box ${output.right ? "good" : "bad"}` }, head);
    if (output.latex) box.append(display(output.latex));
    box.append(...under(output.under));
    box.append(findings(output.parts.map(([name, text]) => [capital(name), text])));
    return box;
  }

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  function drawFalse(error) {
    const head = make("p", { class: "playground-verdict" },
      make("span", { "aria-hidden": "true" }, "✗"), ` line ${error.label} is false: ${error.why}`);
    const box = make("div", { class: "playground-box bad" }, head);
    if (error.latex) box.append(display(error.latex));
    box.append(findings([
      [error.latex ? "" : "The line", error.latex ? "" : error.line],
      ["Left over", error.residual],
      ["Counterexample", error.counterexample],
      ["Where", error.place],
    ]));
    return box;
  }

  function drawError(error) {
    const named = error.name === "DerivationError" ? "" : `${error.name}: `;
    const box = make("div", { class: "playground-box warn tex2jax_ignore" },
      make("p", { class: "playground-verdict" }, `${error.place || "This cell"} did not run`),
      make("p", { class: "playground-words" }, named + error.words));
    if (error.trace) {
      box.append(make("details", {}, make("summary", {}, "Python’s report"), make("pre", {}, error.trace)));
    }
    return box;
  }

  function draw(output) {
    if (output.kind === "records") return drawRecords(output);
    if (output.kind === "answer") return drawAnswer(output);
    if (output.kind === "latex") return make("div", { class: "playground-plain" }, display(output.latex));
    return make("pre", { class: "playground-printed tex2jax_ignore" }, output.text);
  }

  // One sentence for the status line, which is read aloud.
  function summary(result) {
    const { error, outputs } = result;
    if (error?.kind === "false") return `✗ line ${error.label} is false`;
    if (error) return `✗ ${error.place || "the cell"}: ${error.name}`;
    const answers = outputs.filter((output) => output.kind === "answer");
    if (answers.length) return answers.at(-1).right ? "✓ right" : "✗ not right";
    const checked = outputs.flatMap((output) => output.records ?? [])
      .filter((record) => record.status === "proved" || record.status === "exact on finite model");
    if (checked.length) return `✓ ${checked.length} line${checked.length > 1 ? "s" : ""} proved`;
    return outputs.length || result.printed ? "Done" : "Done: the last line of the code shows nothing";
  }

  // -- Python, one for the page ----------------------------------------------

  const python = {
    worker: null,
    ready: false,
    jobs: new Map(), // id -> the panel that waits for it, in order
    next: 0,
    intent: 0,

    // Before anybody runs anything: what is fetched is for nothing if nobody does, so not where data are to be saved.
    ahead() {
      if (!navigator.connection?.saveData && !obstacle()) this.start();
    },

    // A pointer or the focus that rests on a button is about to press it.
    foresee(button) {
      const soon = () => {
        clearTimeout(this.intent);
        this.intent = setTimeout(() => this.ahead(), REST);
      };
      for (const name of ["pointerenter", "focus"]) button.addEventListener(name, soon);
      for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => clearTimeout(this.intent));
    },

    // Who ran Python on one page will on the next: there it starts once the page has nothing else to do.
    onceUsed() {
      if (!remembered.getItem(USED)) return;
      const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 2000));
      const begin = () => later(() => this.ahead());
      if (document.readyState === "complete") begin();
      else addEventListener("load", begin);
    },

    start() {
      if (this.worker) return;
      this.worker = new Worker(new URL("playground-worker.js", statics), { type: "module" });
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.fail(event.message || "a file of it could not be loaded");
      };
    },

    ask(type, panel, cell) {
      this.start();
      remembered.setItem(USED, "yes");
      const id = this.next++;
      this.jobs.set(id, panel);
      this.worker.postMessage({ type, id, cell });
      if (this.jobs.size === 1) panel.begin();
    },

    hear(data) {
      const [id, panel] = this.jobs.entries().next().value ?? [];
      if (data.type === "ready") this.ready = true;
      else if (data.type === "progress") panel?.progress(data.words);
      else if (data.type === "broken") this.fail(data.words);
      else {
        this.jobs.delete(data.id ?? id);
        if (data.type === "prepared") panel?.prepared();
        else panel?.show(data.result);
        this.jobs.values().next().value?.begin();
      }
    },

    // End the thread; every panel that waits is told why.
    end(words) {
      this.worker?.terminate();
      this.worker = null;
      this.ready = false;
      const waiting = new Set(this.jobs.values());
      this.jobs.clear();
      for (const panel of waiting) panel.ended(words);
    },

    fail(words) {
      this.end(`Python broke off: ${words}`);
    },
  };

  function obstacle() {
    if (location.protocol === "file:") {
      return "This page was opened as a file, and browsers start no Python from files. "
        + "Open the book from a web site, or run “make serve” and use the address that it prints.";
    }
    if (!window.Worker || !window.WebAssembly) return "This browser cannot run Python (it lacks WebAssembly).";
    return "";
  }

  // -- one editor -------------------------------------------------------------

  class Panel {
    constructor(holder) {
      this.index = holder.dataset.cell;
      this.cell = book.cells[this.index];
      this.button = holder.querySelector("button");
      this.word = this.button.firstChild.nodeValue;
      this.running = false; // a run was asked for and has not ended
      this.warm = false; // Python was asked to run the earlier cells ahead of time
      this.timer = 0;
      this.build(holder);
      this.button.addEventListener("click", () => this.toggle());
      python.foresee(this.button);
      holder.hidden = false;
    }

    build(holder) {
      const id = `playground-${this.index}`;
      this.button.setAttribute("aria-controls", id);
      this.code = make("textarea", {
        id: `${id}-code`, wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off",
        "aria-describedby": `${id}-hint`,
      });
      this.code.value = this.cell.source;
      this.fit();
      this.code.addEventListener("input", () => this.fit());
      this.code.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.run();
        }
      });
      const action = (word, name, act) => {
        const made = make("button", { type: "button", class: `playground-${name}` }, word);
        made.addEventListener("click", act);
        return made;
      };
      this.runButton = action("Run", "run", () => this.run());
      this.stopButton = action("Stop", "stop", () => this.stop());
      this.resetButton = action("Reset", "reset", () => this.reset());
      this.stopButton.hidden = true;
      this.meter = make("progress", { "aria-hidden": "true", hidden: true });
      this.status = make("span", { class: "playground-status", role: "status" });
      this.result = make("div", { class: "playground-result" });
      const apple = /Mac|iPhone|iPad/.test(navigator.platform);
      this.panel = make("div", { id, class: "playground-panel", role: "group", "aria-label": "Change the code and check it", hidden: true },
        make("label", { for: this.code.id }, "The code of this cell, yours to change"),
        this.code,
        make("div", { class: "playground-bar" }, this.runButton, this.stopButton, this.resetButton,
          make("span", { id: `${id}-hint`, class: "playground-hint" }, `${apple ? "⌘" : "Ctrl"}-Enter runs it`),
          this.meter, this.status),
        this.earlier(), this.result);
      holder.append(this.panel);
    }

    // As high as its text, and a line for the scroll bar; never lower than it was.
    fit() {
      const lines = this.code.value.split("\n").length + 1;
      this.code.rows = Math.max(this.code.getAttribute("rows") ?? 3, Math.min(25, lines));
    }

    earlier() {
      if (!this.cell.needs.length) return null;
      const code = this.cell.needs.map((index) => book.cells[index].source).join("\n\n");
      return make("details", { class: "playground-earlier" },
        make("summary", {}, "What runs before it"), make("pre", {}, code));
    }

    request() {
      return { earlier: this.cell.needs.map((index) => book.cells[index].source), source: this.code.value };
    }

    toggle() {
      const open = this.panel.hidden;
      this.panel.hidden = !open;
      this.button.setAttribute("aria-expanded", String(open));
      this.button.firstChild.nodeValue = open ? "Close" : this.word;
      if (!open) return;
      const why = obstacle();
      if (why) {
        this.barred = true;
        this.runButton.setAttribute("aria-disabled", "true");
        this.say(why);
        return;
      }
      this.code.focus({ preventScroll: true });
      this.panel.scrollIntoView({ block: "nearest" });
      if (!this.running && !this.warm) {
        this.warm = true;
        this.wait();
        python.ask("prepare", this, this.request());
      }
    }

    run() {
      if (this.running || this.barred) return;
      this.running = this.warm = true;
      // The old result stays, faded, until the new one is there: the page does not jump.
      this.result.classList.add("old");
      this.wait();
      python.ask("run", this, this.request());
    }

    wait() {
      this.stopButton.hidden = false;
      this.meter.hidden = false;
      // Not "disabled", which would take the focus away from a button that was just pressed.
      this.runButton.setAttribute("aria-disabled", String(this.running));
      this.say(python.worker ? "Waiting for Python" : "Starting Python in your browser");
    }

    // This panel's work is next in the thread.
    begin() {
      clearInterval(this.timer);
      const begun = Date.now();
      this.timer = setInterval(() => {
        const seconds = Math.round((Date.now() - begun) / 1000);
        if (python.ready && seconds >= LONG) {
          clearInterval(this.timer);
          this.say(`Still running after ${LONG} seconds; Stop ends it`);
        }
      }, 1000);
    }

    progress(text) {
      this.say(text);
    }

    prepared() {
      if (this.running) return;
      this.rest("Python is ready");
    }

    show(result) {
      this.running = false;
      this.rest(`${summary(result)} (${result.seconds.toFixed(1)} s)`);
      clear(this.result);
      this.result.classList.remove("old");
      if (result.printed) {
        this.result.append(make("pre", { class: "playground-printed tex2jax_ignore" }, result.printed));
      }
      this.result.append(...result.outputs.map(draw));
      if (result.error) {
        this.result.append(result.error.kind === "false" ? drawFalse(result.error) : drawError(result.error));
      }
      typeset(this.result);
    }

    stop() {
      python.end("Stopped. Run starts Python again");
    }

    ended(text) {
      this.running = this.warm = false;
      this.rest(text);
    }

    rest(text) {
      clearInterval(this.timer);
      const focused = document.activeElement === this.stopButton;
      this.stopButton.hidden = true;
      this.meter.hidden = true;
      this.runButton.removeAttribute("aria-disabled");
      if (focused) this.runButton.focus();
      this.say(text);
    }

    reset() {
      this.code.value = this.cell.source;
      clear(this.result);
      if (this.stopButton.hidden) this.say("");
      this.code.focus();
    }

    say(text) {
      this.status.textContent = text;
    }
  }

  for (const holder of document.querySelectorAll(".playground[data-cell]")) new Panel(holder);
  python.onceUsed();
})();
