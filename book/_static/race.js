// Draw a density with finger, mouse or keys; see its scores; race the samplers on it. The mathematics is in race-samplers.js.
(() => {
  "use strict";

  const { BUDGETS, NAMES, field, race, shareOf } = window.samplerRace ?? {};
  const MOST = 60; // blots
  const SLICE = 8; // ms of work at a time
  const CELLS = 48; // of the density's picture, on a side
  const ARROWS = 13;
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const NUMBER = (value, digits) => value.toFixed(digits).replace("-", "−");

  function start(figure) {
    const spec = JSON.parse(figure.querySelector(".dd-moving-spec").textContent);
    const f = window.printedFunctions?.[spec.name];
    const canvas = figure.querySelector("canvas");
    if (!f || !field) return;
    const pen = canvas.getContext("2d");
    const small = Object.assign(document.createElement("canvas"), { width: CELLS, height: CELLS });
    const part = (name) => figure.querySelector(`[name="${name}"]`);
    const said = figure.querySelector(".dd-said");
    const results = figure.querySelector(".dd-results");
    let blots = [];
    let cross = null;
    let found = new Map(); // "name, budget": points
    let asked = 0;
    let running = 0;

    const width = () => Number(part("width").value) / 100;
    const share = () => shareOf(Number(part("level").value) / 10);
    const toCanvas = (x, y) => [((x + spec.side) / (2 * spec.side)) * canvas.width, ((spec.side - y) / (2 * spec.side)) * canvas.height];
    const colour = (name) => getComputedStyle(figure.querySelector(".dd-piece")).getPropertyValue(name).trim() || "#777";

    function place(event) {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * 2 * spec.side - spec.side,
              spec.side - ((event.clientY - box.top) / box.height) * 2 * spec.side];
    }

    function changed() {
      running++;
      found = new Map();
      part("show").replaceChildren();
      head();
      ask();
    }

    function add(x, y) {
      const last = blots[blots.length - 1];
      if (blots.length >= MOST || (last && Math.hypot(last.x - x, last.y - y) < width())) return;
      blots.push({ x, y, width: width() });
      changed();
      said.textContent = `${blots.length} blots${blots.length === MOST ? ", and no room for more" : ""}`;
    }

    // -- the drawing

    function draw() {
      asked = 0;
      pen.clearRect(0, 0, canvas.width, canvas.height);
      if (blots.length) {
        const at = field(f, blots, share());
        cells(at);
        arrows(at);
      }
      for (const [x, y] of found.get(part("show").value) ?? []) {
        const [u, v] = toCanvas(x, y);
        pen.fillStyle = colour("--dd-ink");
        pen.fillRect(u - 1.5, v - 1.5, 3, 3);
      }
      if (cross && document.activeElement === canvas) {
        const [u, v] = toCanvas(...cross);
        pen.strokeStyle = colour("--dd-ink");
        pen.lineWidth = 2;
        pen.beginPath();
        pen.moveTo(u - 9, v);
        pen.lineTo(u + 9, v);
        pen.moveTo(u, v - 9);
        pen.lineTo(u, v + 9);
        pen.stroke();
      }
    }

    function cells(at) {
      const logs = [];
      for (let j = 0; j < CELLS; j++) {
        for (let i = 0; i < CELLS; i++) {
          const x = ((i + 0.5) / CELLS) * 2 * spec.side - spec.side;
          const y = spec.side - ((j + 0.5) / CELLS) * 2 * spec.side;
          logs.push(at.log(x, y));
        }
      }
      const top = Math.max(...logs);
      const image = new ImageData(CELLS, CELLS);
      logs.forEach((log, k) => image.data.set([63, 143, 196, 215 * Math.exp(log - top)], 4 * k));
      small.getContext("2d").putImageData(image, 0, 0);
      pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    }

    function arrows(at) {
      pen.strokeStyle = "#d55e00";
      pen.lineWidth = 1.5;
      const noise = 1 - share();
      for (let i = 0; i < ARROWS; i++) {
        for (let j = 0; j < ARROWS; j++) {
          const x = ((i + 0.5) / ARROWS) * 2 * spec.side - spec.side;
          const y = ((j + 0.5) / ARROWS) * 2 * spec.side - spec.side;
          const score = at.score(x, y);
          const size = Math.hypot(...score);
          const reach = Math.min(noise * size, 0.3) / (size || 1);
          arrow(toCanvas(x, y), toCanvas(x + reach * score[0], y + reach * score[1]));
        }
      }
    }

    function arrow([u, v], [a, b]) {
      const angle = Math.atan2(b - v, a - u);
      pen.beginPath();
      pen.moveTo(u, v);
      pen.lineTo(a, b);
      for (const turn of [2.6, -2.6]) {
        pen.moveTo(a, b);
        pen.lineTo(a + 5 * Math.cos(angle + turn), b + 5 * Math.sin(angle + turn));
      }
      pen.stroke();
    }

    const ask = () => {
      asked ||= requestAnimationFrame(draw);
    };

    // -- the race

    function head() {
      const row = document.createElement("tr");
      for (const text of ["evaluations", ...BUDGETS]) {
        row.append(Object.assign(document.createElement("th"), { scope: "col", textContent: text }));
      }
      results.querySelector("thead").replaceChildren(row);
      results.querySelector("tbody").replaceChildren(...NAMES.map((name) => {
        const line = document.createElement("tr");
        line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: name }));
        for (const budget of BUDGETS) {
          const cell = document.createElement("td");
          cell.dataset.at = `${name}, ${budget}`;
          cell.textContent = "·";
          line.append(cell);
        }
        return line;
      }));
    }

    function note({ name, budget, points, distance }) {
      if (name === "exact") {
        said.textContent = `The race is on. Two sets of the law's own points are ${NUMBER(distance, 3)} apart on average.`;
        figure.dataset.floor = distance;
      } else {
        const cell = results.querySelector(`[data-at="${name}, ${budget}"]`);
        cell.textContent = Number.isFinite(distance) ? NUMBER(distance, distance < 1 ? 3 : 1) : "∞";
        cell.style.setProperty("--near", `${Math.min(35, (35 * Number(figure.dataset.floor)) / distance)}%`);
      }
      const key = name === "exact" ? "the law itself" : `${name}, ${budget}`;
      found.set(key, points);
      part("show").append(Object.assign(document.createElement("option"), { value: key, textContent: key }));
    }

    function run() {
      if (!blots.length) {
        said.textContent = "Draw something first.";
        return;
      }
      changed();
      const own = running;
      const going = race(f, blots);
      const some = () => {
        const until = performance.now() + SLICE;
        while (performance.now() < until) {
          const { value, done } = going.next();
          if (own !== running) return;
          if (value) note(value);
          if (done) {
            said.textContent = "The race is over: distances from the law's own points, below. " +
              `Two sets of these are ${NUMBER(Number(figure.dataset.floor), 3)} apart on average; nothing is nearer but by chance.`;
            part("show").value = "DDIM, 16";
            part("level").value = part("level").min;
            part("level").dispatchEvent(new Event("input"));
            return;
          }
        }
        setTimeout(some, 0);
      };
      some();
    }

    // -- hands

    // A finger that scrolls past draws nothing: the first tap only chooses the square.
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" && document.activeElement !== canvas) return;
      canvas.setPointerCapture(event.pointerId);
      add(...place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons && canvas.hasPointerCapture(event.pointerId)) add(...place(event));
    });
    canvas.addEventListener("focus", () => {
      cross ??= [0, 0];
      ask();
    });
    canvas.addEventListener("blur", ask);
    canvas.addEventListener("keydown", (event) => {
      if (KEYS[event.key]) {
        const [dx, dy] = KEYS[event.key];
        const held = (v) => Math.max(-spec.side, Math.min(spec.side, v));
        cross = [held((cross?.[0] ?? 0) + 0.1 * dx), held((cross?.[1] ?? 0) + 0.1 * dy)];
        said.textContent = `cross at ${NUMBER(cross[0], 1)}, ${NUMBER(cross[1], 1)}`;
        ask();
      } else if (event.key === "Enter" || event.key === " ") {
        add(...(cross ?? [0, 0]));
      } else {
        return;
      }
      event.preventDefault();
    });
    for (const name of ["level", "width"]) {
      part(name).addEventListener("input", () => {
        const text = name === "level" ? NUMBER(Number(part(name).value) / 10, 1) : NUMBER(width(), 2);
        part(name).nextElementSibling.textContent = text;
        part(name).setAttribute("aria-valuetext", text);
        ask();
      });
    }
    part("show").addEventListener("change", ask);
    part("race").addEventListener("click", run);
    part("clear").addEventListener("click", () => {
      blots = [];
      changed();
      said.textContent = "Nothing is drawn.";
    });
    part("example").addEventListener("click", () => {
      blots = spec.example.map(([x, y]) => ({ x, y, width: spec.width }));
      changed();
      said.textContent = `${blots.length} blots`;
    });
    new MutationObserver(ask).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    part("example").click();
  }

  for (const figure of document.querySelectorAll(".dd-race")) start(figure);
})();
