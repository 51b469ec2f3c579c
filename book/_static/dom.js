// Makes an element, for the other scripts of a page: `derivationBook.make("p", {class: "note"}, "text")`.
(() => {
  "use strict";

  // Text goes in as text, never as HTML; an attribute that is true stands alone, one that is false or missing is left out.
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const shared = (window.derivationBook ??= {});
  shared.make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  shared.makeDrawn = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
})();
