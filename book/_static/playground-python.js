// Python of the page, in a thread of its own, one for all its editors: `derivationBook.python`.
(() => {
  "use strict";

  const shared = (window.derivationBook ??= {});
  const statics = new URL(".", document.currentScript.src);
  const REST = 150; // milliseconds
  const USED = "python-was-used";
  let remembered = { getItem: () => null, setItem() {} };
  try {
    remembered = sessionStorage;
  } catch {
    // A browser that keeps nothing: each page starts Python when it is asked to.
  }

  // Why no Python starts here, in words; empty where it does.
  function obstacle() {
    if (location.protocol === "file:") {
      return "This page was opened as a file, and browsers start no Python from files. "
        + "Open the book from a web site, or run “make serve” and use the address that it prints.";
    }
    if (!window.Worker || !window.WebAssembly) return "This browser cannot run Python (it lacks WebAssembly).";
    return "";
  }

  const python = {
    obstacle,
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

  shared.python = python;
})();
