// The page "Check your own": an empty box, lines to start from, and a link that carries what was written.
// On the front page the same box begins with a line.
(() => {
  "use strict";

  const { page, python, drafts, Editor } = window.derivationBook;
  const { make } = window.derivationBook.draw;
  const holder = document.querySelector(".own-box");
  const LONGEST = 8000; // signs of an address that mail and chat programs let through

  // -- a text in an address: deflated, in the letters that an address may hold ---

  const letters = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const through = async (data, stream) =>
    new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer());

  async function pack(text) {
    const plain = new TextEncoder().encode(text);
    if (!window.CompressionStream) return `text=${letters(plain)}`;
    return `code=${letters(await through(plain, new CompressionStream("deflate-raw")))}`;
  }

  // null where the address carries no text; throws where what it carries cannot be read.
  async function unpack(fragment) {
    const [, name, carried] = /^#?(code|text)=([\w-]+)$/.exec(fragment) ?? [];
    if (!name) return null;
    const data = bytes(carried);
    return new TextDecoder("utf-8", { fatal: true }).decode(
      name === "text" ? data : await through(data, new DecompressionStream("deflate-raw")));
  }

  // -- the box ------------------------------------------------------------------

  const editor = new Editor({
    id: "own", source: page.start, earlier: [page.scope], quiet: true, key: drafts.key(page.name),
    restore: page.start ? "Restore the line" : "Empty the box",
    label: page.start ? "A line that you can change" : "Your derivation; the engine’s names are known in it",
    name: page.start ? "Change a line and check it" : "Write a derivation and check it",
  });
  editor.code.rows = page.start ? page.start.split("\n").length + 1 : 12;
  let before = ""; // what an example or a link took the place of

  const undo = editor.action("Undo", "undo", () => {
    put(before, "Your text of before is back");
    editor.code.focus();
  });
  const link = editor.action("Keep as a link", "link", share);
  const forget = editor.action("", "forget", forgetAll);
  editor.restoreButton.after(undo, link);
  const foot = make("p", { class: "own-drafts" }, make("span"), forget);
  editor.bar.after(foot);

  function put(text, words) {
    before = editor.code.value;
    editor.write(text);
    editor.origin.textContent = "";
    undo.hidden = before === text || !before.trim();
    editor.say(words);
  }

  async function share() {
    const fragment = await pack(editor.code.value);
    history.replaceState(null, "", `#${fragment}`);
    let words = "The address of this page holds your text now";
    try {
      await navigator.clipboard.writeText(location.href);
      words += ", and it is copied";
    } catch {
      words += "; copy it from the browser’s bar";
    }
    const long = location.href.length;
    editor.say(`${words} (${long} signs${long > LONGEST ? "; some programs cut addresses as long as that" : ""})`);
  }

  async function read() {
    try {
      const text = await unpack(location.hash);
      if (text == null || text === editor.code.value) return;
      put(text, "");
      editor.origin.textContent = " — came with the link: read it before you run it";
    } catch {
      editor.say("The text in this address is damaged: part of the link is missing");
    }
  }

  function count() {
    const many = drafts.count();
    foot.hidden = many === 0;
    foot.firstChild.textContent = "Kept in this browser, and nowhere else: ";
    forget.textContent = many === 1 ? "forget the one draft" : `forget all ${many} drafts`;
  }

  function forgetAll() {
    drafts.clear();
    count();
    editor.say("This browser keeps no draft any more");
    editor.code.focus();
  }

  window.derivationBook.own = {
    put: (text) => {
      put(`${text.trimEnd()}\n`, "The Python of your line is in the box");
      editor.code.focus();
      editor.panel.scrollIntoView({ block: "start" });
    },
  };
  undo.hidden = true;
  editor.onkept = count;
  editor.code.addEventListener("focus", () => editor.prepare(), { once: true });
  for (const button of [editor.runButton, editor.code]) python.foresee(button);
  for (const example of document.querySelectorAll(".own-example")) {
    const take = example.querySelector(".own-take");
    take.hidden = false;
    python.foresee(take);
    take.addEventListener("click", () => {
      put(`${example.querySelector("pre").textContent.trimEnd()}\n`, "The example is in the box");
      editor.code.focus();
      editor.panel.scrollIntoView({ block: "start" });
    });
  }

  holder.append(editor.panel);
  holder.hidden = false;
  const why = python.obstacle();
  if (why) editor.prepare();
  count();
  read();
  addEventListener("hashchange", read);
})();
