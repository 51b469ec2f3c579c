// Python for one page, in a thread of its own. It fetches from the site alone, from pyodide/ beside this file.
import { start } from "./python-start.mjs";

const tell = (words) => postMessage({ type: "progress", words });

const started = start(new URL("pyodide/", import.meta.url), tell).then(
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
