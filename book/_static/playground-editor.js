// A box to write code in, with what runs it and what comes out: `derivationBook.Editor`.
(() => {
  "use strict";

  const shared = (window.derivationBook ??= {});
  const { python, drafts } = shared;
  const { make, drawAll, summary, typeset, clear } = shared.draw;
  const LONG = 20; // seconds after which a running cell is said to take long
  const PAUSE = 300; // milliseconds after the last key until a draft is kept

  shared.Editor = class {
    // what: id, label (over the box), name (of the whole, read aloud), source (what the box holds at first), earlier (sources
    // that run before it), restore (the word of the button that brings the source back), key (of its draft), cell (its index).
    constructor(what) {
      this.what = what;
      this.running = false; // a run was asked for and has not ended
      this.dirty = false; // something was written that is not kept yet
      this.warm = false; // Python was asked to run the earlier cells ahead of time
      this.timer = this.saving = 0;
      const { id } = what;
      this.code = make("textarea", {
        id: `${id}-code`, wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off",
        "aria-describedby": `${id}-hint`,
      });
      this.code.addEventListener("input", () => this.changed());
      this.code.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.run();
        }
      });
      addEventListener("pagehide", () => this.keep());
      this.runButton = this.action("Run", "run", () => this.run());
      this.stopButton = this.action("Stop", "stop", () => python.end("Stopped. Run starts Python again"));
      this.restoreButton = this.action(what.restore, "reset", () => this.restore());
      this.stopButton.hidden = true;
      this.meter = make("progress", { "aria-hidden": "true", hidden: true });
      this.origin = make("span");
      this.status = make("span", { class: "playground-status", role: "status" });
      this.result = make("div", { class: "playground-result" });
      const apple = /Mac|iPhone|iPad/.test(navigator.platform);
      this.bar = make("div", { class: "playground-bar" }, this.runButton, this.stopButton, this.restoreButton,
        make("span", { id: `${id}-hint`, class: "playground-hint" }, `${apple ? "⌘" : "Ctrl"}-Enter runs it`),
        this.meter, this.status);
      this.panel = make("div", { id, class: "playground-panel", role: "group", "aria-label": what.name },
        make("label", { for: this.code.id }, what.label, this.origin), this.code, this.bar, this.earlier(), this.result);
      const draft = drafts.get(what.key);
      this.code.value = draft ?? what.source;
      if (draft != null) this.origin.textContent = " — your draft of before";
      this.fit();
    }

    action(word, name, act) {
      const made = make("button", { type: "button", class: `playground-${name}` }, word);
      made.addEventListener("click", act);
      return made;
    }

    // As high as its text, and a line for the scroll bar; never lower than it was.
    fit() {
      const lines = this.code.value.split("\n").length + 1;
      this.code.rows = Math.max(this.code.getAttribute("rows") ?? 3, Math.min(25, lines));
    }

    earlier() {
      if (!this.what.earlier.length || this.what.quiet) return null;
      return make("details", { class: "playground-earlier" },
        make("summary", {}, "What runs before it"), make("pre", {}, this.what.earlier.join("\n\n")));
    }

    get edited() {
      return this.code.value !== this.what.source;
    }

    changed() {
      this.dirty = true;
      this.fit();
      clearTimeout(this.saving);
      this.saving = setTimeout(() => this.keep(), PAUSE);
    }

    keep() {
      clearTimeout(this.saving);
      if (!this.dirty) return;
      this.dirty = false;
      if (this.edited) drafts.put(this.what.key, this.code.value);
      else drafts.drop(this.what.key);
      this.onkept?.(this.edited);
    }

    write(text) {
      this.code.value = text;
      this.changed();
      this.keep();
    }

    // Seen for the first time, or again: say what stands in the way, or start Python on what comes before.
    prepare() {
      const why = python.obstacle();
      if (why) {
        this.barred = true;
        this.runButton.setAttribute("aria-disabled", "true");
        this.say(why);
      } else if (!this.running && !this.warm) {
        this.warm = true;
        this.wait();
        python.ask("prepare", this, this.request());
      }
    }

    request() {
      return { earlier: this.what.earlier, source: this.code.value };
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

    // This editor's work is next in the thread.
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
      if (!this.running) this.rest("Python is ready");
    }

    show(result) {
      this.running = false;
      this.rest(`${summary(result)} (${result.seconds.toFixed(1)} s)`);
      clear(this.result);
      this.result.classList.remove("old");
      this.result.append(...drawAll(result));
      typeset(this.result);
      // Whoever keeps count of exercises hears of an answer, right or not.
      const answer = result.outputs.filter((output) => output.kind === "answer").at(-1);
      if (answer) document.dispatchEvent(new CustomEvent("dd:checked", { detail: { cell: this.what.cell, ok: answer.right } }));
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

    restore() {
      this.write(this.what.source);
      this.origin.textContent = "";
      clear(this.result);
      if (this.stopButton.hidden) this.say("");
      this.code.focus();
    }

    say(text) {
      this.status.textContent = text;
    }
  };
})();
