// The page "Check your own": a line of LaTeX, read by the engine. What it understood, what it asks, the Python that it
// would be, and the verdict; an answer to a question reads the line again.
(() => {
  "use strict";

  const shared = window.derivationBook;
  const { page, python, drafts, Editor } = shared;
  const { make, words, display } = shared.draw;
  const holder = document.querySelector(".latex-box");
  if (!holder) return;

  // JSON's text of a string is Python's too.
  const quoted = JSON.stringify;
  const dictionary = (pairs) => `{${Object.entries(pairs).map(([key, value]) => `${quoted(key)}: ${quoted(value)}`).join(", ")}}`;

  // -- a reading, drawn ----------------------------------------------------------

  const MARKS = { proved: ["✓", "proved", "good"], false: ["✗", "false", "bad"] };

  // A proof that holds in one dimension alone says so in the verdict itself.
  function word({ status, words: said }) {
    const [, found] = MARKS[status] ?? ["", status];
    return status === "proved" && said ? `${found} ${said}` : found;
  }

  function list(name, sentences) {
    if (!sentences.length) return null;
    return make("div", { class: "latex-part" }, make("p", { class: "latex-word" }, name),
      make("ul", {}, ...sentences.map((said) => make("li", {}, ...words(said)))));
  }

  function question(asked) {
    const choices = asked.choices.map(([value, said]) => {
      const taken = (reader.answers[asked.key] ?? asked.taken) === value;
      const button = make("button", { type: "button", class: "latex-choice", "aria-pressed": String(taken) }, ...words(said));
      button.addEventListener("click", () => reader.answer(asked.key, value, [...button.parentNode.children].indexOf(button)));
      return button;
    });
    return make("div", { class: "latex-question", role: "group", "data-key": asked.key }, make("p", {}, ...words(asked.words)),
      make("div", { class: "latex-choices" }, ...choices));
  }

  function verdict({ status, words: said, provided, conditions }) {
    const [mark, , look] = MARKS[status] ?? ["", status, "warn"];
    const box = make("div", { class: `playground-box ${look}` },
      make("p", { class: "playground-verdict" }, make("span", { "aria-hidden": "true" }, mark), ` ${word({ status, words: said })}`));
    if (said && status !== "proved") box.append(make("p", { class: "playground-words tex2jax_ignore" }, said));
    box.append(...[list("Provided that", provided), list("Under", conditions.map((text) => [["text", text]]))].filter(Boolean));
    return box;
  }

  function reading(output) {
    const lines = make("div", { class: "playground-plain" }, ...output.lines.map(display));
    const take = make("button", { type: "button", class: "own-take" }, "Put it in the box above");
    take.addEventListener("click", () => shared.own.put(output.code));
    const code = make("details", {}, make("summary", {}, "The same in Python"), make("pre", {}, output.code), take);
    for (const one of output.questions) reader.asked[one.key] = one;
    const asked = Object.values(reader.asked).map(question);
    return make("div", { class: "latex-reading" }, ...[
      output.lines.length ? lines : null, list("Understood", output.understood),
      asked.length ? make("div", { class: "latex-part" }, make("p", { class: "latex-word" }, "Not said in the line"), ...asked) : null,
      verdict(output.verdict), output.lines.length ? code : null,
    ].filter(Boolean));
  }

  shared.kinds = { ...shared.kinds, reading };

  // -- the box ---------------------------------------------------------------------

  class Reader extends Editor {
    constructor(what) {
      super(what);
      this.answers = {};
      this.asked = {}; // the questions that were answered: an answer can be changed
      this.code.rows = 3;
      this.code.setAttribute("wrap", "soft");
      this.runButton.textContent = "Read it";
      this.more = make("textarea", {
        id: "latex-more", rows: "2", wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
        placeholder: "q: q(z|x)\n\\beta_t = 1 - \\alpha_t",
      });
      const label = make("label", { for: "latex-more" }, "What else holds, one a line: a formula, or what a name is");
      this.bar.before(make("details", { class: "latex-more" }, make("summary", {}, "Say more"), label, this.more));
    }

    request() {
      const assume = { ...this.answers }, facts = [];
      for (const line of this.more.value.split("\n").filter((text) => text.trim())) {
        const [, name, meant] = /^\s*([^=]+?):\s+(.+)$/.exec(line) ?? [];
        if (name) assume[name] = meant;
        else facts.push(line.trim());
      }
      const source = `read(${quoted(this.code.value)}, assume=${dictionary(assume)}, facts=[${facts.map(quoted).join(", ")}])`;
      return { earlier: this.what.earlier, source };
    }

    changed() {
      super.changed();
      this.answers = {};
      this.asked = {};
    }

    answer(key, value, place) {
      this.answers[key] = value;
      this.focus = [key, place];
      this.run();
    }

    show(result) {
      const { error } = result;
      if (error?.name === "NotRead") {
        const [wanted, ...place] = error.words.split("\n");
        super.show({ ...result, error: null, outputs: [] });
        this.result.append(make("div", { class: "playground-box warn tex2jax_ignore" },
          make("p", { class: "playground-verdict" }, "Not read"), make("p", { class: "playground-words" }, wanted), make("pre", {}, place.join("\n"))));
        this.say("Not read: the place is marked below");
        return;
      }
      super.show(result);
      const found = result.outputs.find((output) => output.kind === "reading");
      if (found) {
        const [mark] = MARKS[found.verdict.status] ?? [""];
        this.say(`${mark} ${word(found.verdict)} (${result.seconds.toFixed(1)} s)`.trim());
      }
      const [key, place] = this.focus ?? [];
      this.focus = null;
      if (key) [...this.result.querySelectorAll(".latex-question")].find((box) => box.dataset.key === key)?.querySelectorAll("button")[place]?.focus();
    }
  }

  let reader = null;
  const open = make("button", { type: "button", class: "playground-open", "aria-expanded": "false" }, "Paste LaTeX");
  const cell = holder.dataset.start;

  function opened() {
    if (!reader) {
      reader = new Reader({
        id: "latex", source: cell, earlier: [page.scope], quiet: true, key: drafts.key(`${page.name}:latex`), restore: "Restore the line",
        label: "A line of LaTeX, as a paper prints it", name: "Read a line of LaTeX and check it",
      });
      python.foresee(reader.runButton);
      reader.code.addEventListener("focus", () => reader.prepare(), { once: true });
      holder.append(reader.panel);
    }
    const shown = open.getAttribute("aria-expanded") !== "true";
    open.setAttribute("aria-expanded", String(shown));
    reader.panel.hidden = !shown;
    if (shown) reader.code.focus();
  }

  open.addEventListener("click", opened);
  python.foresee(open);
  for (const example of document.querySelectorAll(".latex-take")) {
    example.hidden = false;
    example.addEventListener("click", () => {
      if (open.getAttribute("aria-expanded") !== "true") opened();
      reader.write(example.dataset.latex);
      reader.more.value = "";
      reader.code.focus();
      reader.run();
    });
  }
  holder.append(open);
  holder.hidden = false;
})();
