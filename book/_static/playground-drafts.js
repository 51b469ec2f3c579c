// What a reader wrote, kept in the browser until it is thrown away: `derivationBook.drafts`. A draft's key ends in a hash of
// the text that it departs from, so that a draft of what the book no longer has comes back nowhere.
(() => {
  "use strict";

  const shared = (window.derivationBook ??= {});
  const PREFIX = "derivation-draft:";

  // A browser may refuse to keep anything: then there are no drafts, and nothing breaks.
  function kept(act, otherwise = null) {
    try {
      return act(localStorage);
    } catch {
      return otherwise;
    }
  }

  function hash(text) {
    let found = 5381;
    for (const sign of text) found = ((found * 33) ^ sign.codePointAt(0)) >>> 0;
    return found.toString(36);
  }

  const names = () => kept((store) => Object.keys(store).filter((name) => name.startsWith(PREFIX)), []);

  shared.drafts = {
    key: (page, original = "") => `${PREFIX}${page}:${hash(original)}`,
    get: (key) => kept((store) => store.getItem(key)),
    put: (key, text) => kept((store) => (store.setItem(key, text), true), false),
    drop: (key) => kept((store) => store.removeItem(key)),
    count: () => names().length,
    clear: () => names().forEach((name) => kept((store) => store.removeItem(name))),
  };
})();
