// node pyodide_compile.mjs PYODIDE_FOLDER SOURCES.zip TARGET.zip
// Starts Pyodide under Node and lets its Python compile the sources.
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder, sources, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(resolve(folder), "pyodide.mjs")));
const python = await loadPyodide({
  indexURL: resolve(folder),
  env: { PYTHONHASHSEED: "0", PYTHONINSPECT: "" },
});
const program = fileURLToPath(new URL("pyodide_compile.py", import.meta.url));
python.runPython(await readFile(program, "utf8"));
const translate = python.globals.get("translate");
const data = python.toPy(new Uint8Array(await readFile(sources)));
const result = translate(data.tobytes());
await writeFile(target, result.toJs());
