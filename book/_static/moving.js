// Pictures that the reader moves. The axes are the still picture's own; only the lines in them are drawn anew, by
// functions that the build printed from statements of the book: window.printedFunctions, in a file of the page.
(() => {
  "use strict";

  const FAR = 1e4; // where lines that leave the picture end, in its units
  const PAUSE = 400; // ms of rest before the numbers are read out

  // -- numbers: the same lines as in vdmlib/plotting/live.py

  const valueOf = ({ low, high, log, steps }, k) =>
    log ? low * (high / low) ** (k / steps) : low + (high - low) * (k / steps);

  const evaluate = (functions, [name, places], state, over) =>
    functions[name](...places.map((k) => (k < 0 ? over : state[k])));

  function area(functions, call, state, [low, high], strips) {
    const width = (high - low) / strips;
    let sum = 0;
    for (let k = 0; k < strips; k++) sum += evaluate(functions, call, state, low + width * (k + 0.5));
    return sum * width;
  }

  function written(value, digits) {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
  }

  function run({ x: [low, high], log }, points) {
    const share = (k) => k / (points - 1);
    return Array.from({ length: points }, (_, k) =>
      log.includes("x") ? low * (high / low) ** share(k) : low + (high - low) * share(k));
  }

  // -- lines

  // From a point of the axes to one of the drawing.
  function place({ x, y, log, frame: [left, top, width, height] }) {
    const share = (v, [low, high], isLog) =>
      isLog ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    return (u, v) => [left + width * share(u, x, log.includes("x")), top + height * (1 - share(v, y, log.includes("y")))];
  }

  function path(points) {
    let text = "";
    let drawing = false;
    for (const [u, v] of points) {
      if (Number.isNaN(u) || Number.isNaN(v)) {
        drawing = false;
        continue;
      }
      const near = (w) => Math.max(-FAR, Math.min(FAR, w)).toFixed(2);
      text += `${drawing ? "L" : "M"}${near(u)} ${near(v)}`;
      drawing = true;
    }
    return text;
  }

  function arrows(panel, thing, at) {
    const [low, high] = panel.x;
    const tall = (panel.y[1] - panel.y[0]) * 0.018;
    const head = (high - low) * 0.012;
    const gap = [NaN, NaN];
    const points = [];
    for (let k = 1; k <= thing.count; k++) {
      const x = low + ((high - low) * k) / (thing.count + 1);
      const y = thing.height;
      const tip = x + thing.reach * at("y", x);
      const back = tip - Math.sign(tip - x) * Math.min(head, Math.abs(tip - x));
      points.push([x, y], [tip, y], [back, y + tall], gap, [tip, y], [back, y - tall], gap);
    }
    return points;
  }

  function linesOf(panel, thing, at, points) {
    if (thing.kind === "arrows") return arrows(panel, thing, at);
    if (thing.kind === "upright") return panel.y.map((v) => [at("x"), v]);
    const xs = run(panel, points);
    const graph = xs.map((x) => [x, at("y", x)]);
    if (thing.kind === "curve") return graph;
    const floor = Math.max(0, panel.y[0]);
    return [...graph, ...xs.reverse().map((x) => [x, thing.calls.to ? at("to", x) : floor])];
  }

  // -- one picture

  function start(figure) {
    const spec = JSON.parse(figure.querySelector(".dd-moving-spec").textContent);
    const functions = window.printedFunctions?.[spec.name];
    if (!functions) return;
    const drawings = [...figure.querySelectorAll(".dd-panels > svg")];
    const sliders = [...figure.querySelectorAll("[data-control]")];
    const readings = [...figure.querySelectorAll("[data-reading]")];
    const things = spec.panels.map((panel, p) =>
      panel.things.map((_, k) => drawings[p].querySelector(`[id$="-dd-thing-${k}"]`)));
    const said = Object.assign(document.createElement("p"), { className: "sr-only", role: "status" });
    figure.append(said);
    let asked = 0;
    let resting = 0;

    function draw() {
      asked = 0;
      const state = spec.controls.map((control, k) => valueOf(control, Number(sliders[k].value)));
      spec.panels.forEach((panel, p) => {
        const to = place(panel);
        panel.things.forEach((thing, k) => {
          const at = (name, over) =>
            name in thing.moved ? state[thing.moved[name]] : evaluate(functions, thing.calls[name], state, over);
          if (thing.kind === "point") {
            const [x, y] = to(at("x"), at("y"));
            const mark = things[p][k].querySelector("use");
            mark.setAttribute("x", x);
            mark.setAttribute("y", y);
          } else {
            const points = linesOf(panel, thing, at, spec.points).map(([u, v]) => to(u, v));
            things[p][k].querySelector("path").setAttribute("d", path(points));
          }
        });
      });
      spec.readings.forEach(({ call, x, digits }, k) => {
        const value = x ? area(functions, call, state, x, spec.strips) : evaluate(functions, call, state);
        readings[k].textContent = written(value, digits);
      });
      sliders.forEach((slider, k) => {
        const now = written(state[k], spec.controls[k].digits);
        slider.setAttribute("aria-valuetext", now);
        slider.nextElementSibling.textContent = now;
      });
      clearTimeout(resting);
      resting = setTimeout(() => {
        said.textContent = readings.map((reading) => reading.parentElement.textContent).join("; ");
      }, PAUSE);
    }

    for (const slider of sliders) {
      slider.addEventListener("input", () => {
        asked ||= requestAnimationFrame(draw);
      });
    }
    figure.dataset.moves = "yes";
  }

  for (const figure of document.querySelectorAll(".dd-moving")) start(figure);
})();
