// A statement's label alone is a permalink: page.html#elbo.exact.4 finds its line.
(() => {
  "use strict";

  const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-+$/, "");

  function goToLabel() {
    const label = decodeURIComponent(location.hash.slice(1));
    if (!label || document.getElementById(label)) return;
    for (const prefix of ["equation-", "statement-"]) {
      const id = slug(prefix + label);
      if (document.getElementById(id)) {
        location.replace("#" + id);
        return;
      }
    }
  }

  window.addEventListener("hashchange", goToLabel);
  document.addEventListener("DOMContentLoaded", goToLabel);

  // On paper every verdict is open.
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.verdict")) details.open = true;
  });
})();
