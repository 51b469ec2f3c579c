// Python for one page, in a thread of its own. It fetches from the site alone:
// Pyodide, SymPy and the engine lie in pyodide/ beside this file.
const folder = new URL("pyodide/", import.meta.url);
const site = "/lib/page";

const tell = (words) => postMessage({ type: "progress", words });

async function bytes(name) {
  const url = new URL(name, folder);
  // Ask the server whether a kept copy still holds: the engine must be that of the page.
  const answer = await fetch(url, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${url.pathname} could not be fetched (${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function start() {
  tell("Fetching and starting Python: about 20 MB, once");
  const fetched = Promise.all(["sympy.zip", "engine.zip"].map(async (name) => [name, await bytes(name)]));
  fetched.catch(() => {}); // told below, when it is waited for
  const { loadPyodide } = await import(new URL("pyodide.mjs", folder));
  const python = await loadPyodide({
    indexURL: folder.href,
    env: { DIFFUSION_DERIVED_BOOK: "1", PYTHONINSPECT: "" },
  });
  python.FS.mkdirTree(site);
  const paths = [];
  for (const [name, content] of await fetched) {
    python.FS.writeFile(`${site}/${name}`, content);
    paths.push(`${site}/${name}`);
  }
  tell("Loading SymPy");
  python.globals.set("page_paths", python.toPy(paths));
  return python.runPython(`
import sys
sys.path[:0] = page_paths
import vdmlib.derive
from page_runner import Page
Page()`);
}

const started = start().then(
  (page) => {
    postMessage({ type: "ready" });
    return page;
  },
  (error) => {
    postMessage({ type: "broken", words: String(error.message ?? error) });
    return null;
  },
);

addEventListener("message", async ({ data }) => {
  const page = await started;
  if (!page) return;
  try {
    if (data.type === "prepare") {
      page.prepare_json(JSON.stringify(data.cell), tell);
      postMessage({ type: "prepared", id: data.id });
    } else {
      const result = JSON.parse(page.run_json(JSON.stringify(data.cell), tell));
      postMessage({ type: "result", id: data.id, result });
    }
  } catch (error) {
    // Python itself broke off, for want of memory or of stack: nothing more runs in this thread.
    postMessage({ type: "broken", words: String(error.message ?? error) });
  }
});
