// node pyodide_snapshot.mjs PYODIDE_FOLDER SITE_FOLDER TARGET
// Starts Pyodide under Node, imports SymPy and the engine from the zips that the site serves, and writes its memory, gzipped.
// Clock and chance stand still meanwhile: the same zips give the same bytes.
import nodeCrypto from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const still = (array) => {
  new Uint8Array(array.buffer ?? array, array.byteOffset ?? 0, array.byteLength).fill(7);
  return array;
};
nodeCrypto.randomFillSync = crypto.getRandomValues = still;
Math.random = () => 0.5;
Date.now = () => 946684800000;
performance.now = () => 0;

const [folder, site, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(resolve(folder), "pyodide.mjs")));
const { LIBRARIES, PLACE, SETTINGS, START } = await import(new URL("../book/_static/python-start.mjs", import.meta.url));
const python = await loadPyodide({ indexURL: resolve(folder), env: { ...SETTINGS, PYTHONHASHSEED: "0" }, _makeSnapshot: true });
python.FS.mkdirTree(PLACE);
for (const name of LIBRARIES) python.FS.writeFile(`${PLACE}/${name}`, await readFile(join(site, name)));
python.runPython(START);
python.runPython(await readFile(fileURLToPath(new URL("pyodide_warm.py", import.meta.url)), "utf8"));
await writeFile(target, gzipSync(python.makeMemorySnapshot(), { level: 9 }));
