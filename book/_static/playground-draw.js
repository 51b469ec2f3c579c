// What comes out of a check, drawn with the classes of the built page: `derivationBook.draw`.
(() => {
  "use strict";

  const shared = (window.derivationBook ??= {});
  const place = document.getElementById("playground-data");
  // How the book shows statuses and kinds, and the sources of the page's cells.
  const book = (shared.page ??= JSON.parse(place?.textContent ?? "{}"));

  const { make } = shared;
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
    return make("details", { class: classes }, make("summary", {}, ...badge, hint), list, shared.variants(record.variants));
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

  // A line that is false, or that nothing proves: what is known of it, part by part.
  function drawLine(error) {
    const wrong = error.kind === "false";
    const head = make("p", { class: "playground-verdict" },
      make("span", { "aria-hidden": "true" }, wrong ? "✗" : "?"),
      ` line ${error.label} is ${wrong ? "false" : "not proved"}: ${error.why}`);
    const box = make("div", { class: `playground-box ${wrong ? "bad" : "warn"}` }, head);
    if (error.latex) box.append(display(error.latex));
    const parts = error.parts.map(([name, text]) => [capital(name), text]);
    box.append(findings([...parts, ["Where", error.place]]));
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
    const own = shared.kinds?.[output.kind]; // what another script of the page draws
    if (own) return own(output);
    if (output.kind === "latex") return make("div", { class: "playground-plain" }, display(output.latex));
    return make("pre", { class: "playground-printed tex2jax_ignore" }, output.text);
  }

  // One sentence for the status line, which is read aloud.
  function summary(result) {
    const { error, outputs } = result;
    if (error?.kind === "false") return `✗ line ${error.label} is false`;
    if (error?.kind === "unproved") return `? line ${error.label} is not proved`;
    if (error) return `✗ ${error.place || "the cell"}: ${error.name}`;
    const answers = outputs.filter((output) => output.kind === "answer");
    if (answers.length) return answers.at(-1).right ? "✓ right" : "✗ not right";
    const checked = outputs.flatMap((output) => output.records ?? [])
      .filter((record) => record.status === "proved" || record.status === "exact on finite model");
    if (checked.length) return `✓ ${checked.length} line${checked.length > 1 ? "s" : ""} proved`;
    return outputs.length || result.printed ? "Done" : "Done: the last line of the code shows nothing";
  }

  // Everything that a run showed, in order.
  function drawAll(result) {
    const { printed, outputs, error } = result;
    const found = printed ? [make("pre", { class: "playground-printed tex2jax_ignore" }, printed)] : [];
    found.push(...outputs.map(draw));
    if (error) found.push(error.label ? drawLine(error) : drawError(error));
    return found;
  }

  shared.draw = { make, words, display, typeset, clear, findings, drawAll, summary };
})();
