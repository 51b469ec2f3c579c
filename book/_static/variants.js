// "Try to break it": a line's altered forms, one by one, each with why it fails. The build knows them; no Python is needed.
(() => {
  "use strict";

  const shared = window.derivationBook;
  const { make, display, findings, typeset, clear } = shared.draw;

  // Of an inequality an altered form need not be false: what fails is that the two sides differ by the gap that shows it.
  const failing = (found) => (found.gap ? "the two sides do not differ by what shows the inequality" : "the two sides differ");

  class Variants {
    // many: how many there are; load: gives a promise of {gap, lines}.
    constructor(holder, many, load) {
      this.holder = holder;
      this.load = load;
      this.at = 0;
      this.button = this.action(`Try to break it: ${many} altered line${many > 1 ? "s" : ""}`, "open", () => this.toggle());
      this.button.setAttribute("aria-expanded", "false");
      holder.append(this.button);
      holder.hidden = false;
    }

    action(word, name, act) {
      const made = make("button", { type: "button", class: `variants-${name}` }, word);
      made.addEventListener("click", act);
      return made;
    }

    async toggle() {
      const open = this.button.getAttribute("aria-expanded") === "false";
      this.button.setAttribute("aria-expanded", String(open));
      if (!this.panel) this.build();
      this.panel.hidden = !open;
      if (!open || this.found) return;
      try {
        this.found = await this.load();
        this.show(0);
      } catch {
        this.where.textContent = location.protocol === "file:"
          ? "A page that was opened as a file cannot fetch them: open the book from a web site, or run “make serve”."
          : "They could not be fetched.";
      }
    }

    build() {
      this.where = make("p", { class: "variants-where", role: "status" });
      this.line = make("div", { class: "variants-line" });
      this.back = this.action("Previous", "step", () => this.show(this.at - 1));
      this.next = this.action("Next", "step", () => this.show(this.at + 1));
      const editor = this.holder.closest(".cell")?.querySelector(".playground-open");
      const change = editor && this.action("Change the line yourself", "step", () => {
        if (editor.getAttribute("aria-expanded") === "false") editor.click();
        else editor.focus();
      });
      this.panel = make("div", { class: "variants-panel", role: "group", "aria-label": "Altered lines that the check rejects" },
        this.where, this.line, make("p", { class: "variants-bar" }, this.back, this.next, change));
      this.holder.append(this.panel);
    }

    show(which) {
      const { lines } = this.found;
      this.at = (which + lines.length) % lines.length;
      const { rule, latex, left_over, counterexample } = lines[this.at];
      this.where.replaceChildren(`${this.at + 1} of ${lines.length}: ${rule}. `,
        make("span", { class: "variants-why" }, `✗ ${failing(this.found)}`));
      clear(this.line);
      this.line.append(display(latex), findings([["Left over", left_over], ["Counterexample", counterexample]]));
      typeset(this.line);
    }
  }

  // For a line that was checked in the page just now; null where it has none.
  shared.variants = (found) => {
    if (!found?.lines.length) return null;
    const holder = make("div", { class: "variants" });
    new Variants(holder, found.lines.length, async () => found);
    return holder;
  };

  for (const holder of document.querySelectorAll(".variants[data-source]")) {
    new Variants(holder, Number(holder.dataset.many), async () => {
      const answer = await fetch(holder.dataset.source);
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    });
  }
})();
