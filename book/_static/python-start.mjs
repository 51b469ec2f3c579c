// Starts Python: from a picture of its memory with SymPy and the engine imported, which the build takes; where there is none,
// or a browser cannot use it, from the beginning. Runs in a reader's worker, and under Node when the picture is taken.

export const SETTINGS = { DIFFUSION_DERIVED_BOOK: "1", PYTHONINSPECT: "" };
export const PLACE = "/lib/page";
export const LIBRARIES = ["sympy.zip", "engine.zip"];
const STANDARD = "python_stdlib.zip";
const PICTURE = "snapshot.bin";
// What a zip without files consists of.
const EMPTY = "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

export const START = `
import sys
sys.path[:0] = [${LIBRARIES.map((name) => `"${PLACE}/${name}"`)}]
import vdmlib.derive
from page_runner import Page
page = Page()
`;

// Ask the server whether a kept copy still holds: the engine must be that of the page.
async function ask(url) {
  const answer = await fetch(url, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${url.pathname} could not be fetched (${answer.status})`);
  return answer;
}

const bytes = async (answer) => new Uint8Array(await answer.arrayBuffer());

async function picture(folder) {
  const answer = await ask(new URL(PICTURE, folder));
  return bytes(new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))));
}

async function fromPicture(folder) {
  const asked = picture(folder);
  asked.catch(() => {}); // told below, when it is waited for
  const { loadPyodide } = await import(new URL("pyodide.mjs", folder));
  const { default: instantiate } = await import(new URL("pyodide.asm.mjs", folder));
  const python = await loadPyodide({
    indexURL: folder.href,
    env: SETTINGS,
    stdLibURL: EMPTY,
    // Only says that there will be a picture: WebAssembly is compiled while that is still on its way.
    _loadSnapshot: new Uint8Array(48),
    createPyodideModule: async (settings) => {
      const [module, memory] = await Promise.all([instantiate(settings), asked]);
      const restore = module.API.restoreSnapshot;
      module.API.restoreSnapshot = () => {
        // Pyodide 314 copies a picture into memory without making room for it.
        if (memory.length > module.HEAP8.length) module.growMemory(memory.length);
        return restore(memory);
      };
      return module;
    },
  });
  // The files that the picture was taken from are fetched if a part is asked for that was not loaded then.
  const lazily = (place, name, file) => {
    if (python.FS.analyzePath(`${place}/${name}`).exists) python.FS.unlink(`${place}/${name}`);
    python.FS.createLazyFile(place, name, new URL(file, folder).href, true, false);
  };
  python.FS.mkdirTree(PLACE);
  for (const name of LIBRARIES) lazily(PLACE, name, name);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(python.runPython("import sys, random; random.seed(); sys.version"));
  lazily("/lib", `python${major}${minor}.zip`, STANDARD);
  return python;
}

async function fromTheBeginning(folder, tell) {
  tell("Fetching and starting Python: about 20 MB, once");
  const fetched = Promise.all(LIBRARIES.map(async (name) => [name, await bytes(await ask(new URL(name, folder)))]));
  fetched.catch(() => {});
  const { loadPyodide } = await import(new URL("pyodide.mjs", folder));
  const python = await loadPyodide({ indexURL: folder.href, env: SETTINGS });
  python.FS.mkdirTree(PLACE);
  for (const [name, content] of await fetched) python.FS.writeFile(`${PLACE}/${name}`, content);
  tell("Loading SymPy");
  python.runPython(START);
  return python;
}

// The Page of page_runner.py, which runs cells. folder: the URL of Pyodide's files; tell: is given words on what goes on.
export async function start(folder, tell) {
  let python = null;
  if (globalThis.DecompressionStream) {
    tell("Fetching and starting Python: about 24 MB, once");
    python = await fromPicture(folder).catch((why) => {
      console.info(`Python starts from the beginning: ${why.message}`);
      return null;
    });
  }
  python ??= await fromTheBeginning(folder, tell);
  return python.globals.get("page");
}
