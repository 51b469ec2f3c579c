// Reads a formula a line, {"tex", "display"} as JSON, and answers with a line, {"html"} or {"error"}.
//     node formulas_convert.cjs node_modules/temml/dist/temml.cjs
"use strict";

const temml = require(require("node:path").resolve(process.argv[2]));
const { createInterface } = require("node:readline");

createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    const html = temml.renderToString(tex, { displayMode: display, annotate: true, throwOnError: true, wrap: "none" });
    answer = { html: html.replace(' style="display:block math;"', "") }; // the style sheet says how it is placed
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
