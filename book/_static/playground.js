// "Change it": the reader edits the code of a derivation and checks it, in this page.
(() => {
  "use strict";

  const { page, python, drafts, Editor } = window.derivationBook;

  class Cell {
    constructor(holder) {
      this.holder = holder;
      this.button = holder.querySelector("button");
      this.word = this.button.firstChild.nodeValue;
      const index = holder.dataset.cell;
      const { source, needs } = page.cells[index];
      this.what = {
        id: `playground-${index}`, cell: index, source, earlier: needs.map((earlier) => page.cells[earlier].source),
        label: "The code of this cell, yours to change", name: "Change the code and check it",
        restore: "Restore the book’s", key: drafts.key(page.name, source),
      };
      this.button.addEventListener("click", () => this.toggle());
      python.foresee(this.button);
      this.tell(drafts.get(this.what.key) != null);
      holder.hidden = false;
    }

    // What the button says while the editor is closed.
    tell(edited) {
      this.closed = edited ? `${this.word} (your draft is kept)` : this.word;
      if (this.button.getAttribute("aria-expanded") === "false") this.button.firstChild.nodeValue = this.closed;
    }

    // Made when it is asked for: a page has dozens of them.
    open() {
      this.editor = new Editor(this.what);
      this.editor.onkept = (edited) => this.tell(edited);
      this.editor.panel.hidden = true;
      this.holder.append(this.editor.panel);
      this.button.setAttribute("aria-controls", this.what.id);
    }

    toggle() {
      if (!this.editor) this.open();
      const { panel, code } = this.editor;
      const open = panel.hidden;
      panel.hidden = !open;
      this.button.setAttribute("aria-expanded", String(open));
      this.button.firstChild.nodeValue = open ? "Close" : this.closed;
      if (!open) return;
      this.editor.fit();
      this.editor.prepare();
      if (this.editor.barred) return;
      code.focus({ preventScroll: true });
      panel.scrollIntoView({ block: "nearest" });
    }
  }

  for (const holder of document.querySelectorAll(".playground[data-cell]")) new Cell(holder);
  if (document.querySelector(".playground")) python.onceUsed();
})();
