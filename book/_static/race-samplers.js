// The race without its drawing: the score of many blots, five samplers, and how far their points are from the law's own.
// `f` are the functions that the build printed from statements; what stands here adds up blots and repeats steps.
(() => {
  "use strict";

  const POINTS = 500;
  const DIRECTIONS = 32;
  const PAIRS = 10; // of exact sets, whose mean distance is what cannot be beaten
  const FIRST = 7; // noise levels: ω from 7, nearly all noise, to −6, nearly none
  const LAST = -6;
  const BUDGETS = [2, 4, 8, 16, 32, 64]; // evaluations of the score

  const shareOf = (omega) => 1 / (1 + Math.exp(omega));

  // Numbers between 0 and 1 that a seed determines (mulberry32), and normal ones (Box and Muller).
  function random(seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return { uniform, normal };
  }

  // The log-density and the score of the noisy blots: a mean of the blots' scores, by how probable each is at this place.
  function field(f, blots, share) {
    const logs = (x, y) => blots.map((b) => f.log(x, y, b.x, b.y, b.width ** 2, share));
    const log = (x, y) => {
      const each = logs(x, y);
      const top = Math.max(...each);
      return top + Math.log(each.reduce((sum, one) => sum + Math.exp(one - top), 0) / blots.length);
    };
    const score = (x, y) => {
      const each = logs(x, y);
      const top = Math.max(...each);
      let total = 0;
      let right = 0;
      let up = 0;
      blots.forEach((b, k) => {
        const weight = Math.exp(each[k] - top);
        total += weight;
        right += weight * f.pull(x, b.x, b.width ** 2, share);
        up += weight * f.pull(y, b.y, b.width ** 2, share);
      });
      return [right / total, up / total];
    };
    return { log, score };
  }

  function draw(blots, { uniform, normal }, count = POINTS) {
    return Array.from({ length: count }, () => {
      const b = blots[Math.floor(uniform() * blots.length)];
      return [b.x + b.width * normal(), b.y + b.width * normal()];
    });
  }

  // -- samplers: each is given an evaluator of guesses, so many evaluations, and moves one point

  function guesses(f, fields, shares, point, k) {
    const noise = fields[k].score(...point).map((s) => -Math.sqrt(1 - shares[k]) * s);
    return { noise, clean: point.map((x, j) => f.image(x, noise[j], shares[k])) };
  }

  const steps = {
    ancestral: (f, fields, shares, point, k, { normal }) => {
      const { noise } = guesses(f, fields, shares, point, k);
      return point.map((x, j) => f.ancestral(x, noise[j], normal(), shares[k], shares[k + 1]));
    },
    DDIM: (f, fields, shares, point, k) => {
      const { noise, clean } = guesses(f, fields, shares, point, k);
      return point.map((_, j) => f.mix(clean[j], noise[j], shares[k + 1]));
    },
    Euler: (f, fields, shares, point, k) => {
      const { noise, clean } = guesses(f, fields, shares, point, k);
      const time = Math.log(shares[k] / shares[k + 1]);
      return point.map((x, j) => x + time * f.drift(clean[j], noise[j], shares[k]));
    },
    Heun: (f, fields, shares, point, k) => {
      const here = guesses(f, fields, shares, point, k);
      const time = Math.log(shares[k] / shares[k + 1]);
      const rate = point.map((_, j) => f.drift(here.clean[j], here.noise[j], shares[k]));
      const there = guesses(f, fields, shares, point.map((x, j) => x + time * rate[j]), k + 1);
      return point.map((x, j) => x + (time / 2) * (rate[j] + f.drift(there.clean[j], there.noise[j], shares[k + 1])));
    },
  };
  const NAMES = [...Object.keys(steps), "Langevin"];

  // One point from noise to the law, with so many evaluations of the score.
  function carry(f, blots, name, budget) {
    if (name === "Langevin") {
      const at = field(f, blots, shareOf(LAST));
      const h = Math.min(2 / budget, 0.5 * Math.min(...blots.map((b) => b.width ** 2)));
      return (point, { normal }) => {
        for (let k = 0; k < budget; k++) {
          const score = at.score(...point);
          point = point.map((x, j) => f.langevin(x, score[j], h, normal()));
        }
        return point;
      };
    }
    // the last evaluation is the guess of the clean point
    const count = name === "Heun" ? Math.floor((budget - 1) / 2) : budget - 1;
    const shares = Array.from({ length: count + 1 }, (_, k) => shareOf(FIRST + ((LAST - FIRST) * k) / Math.max(count, 1)));
    const fields = shares.map((share) => field(f, blots, share));
    return (point, chance) => {
      for (let k = 0; k < count; k++) point = steps[name](f, fields, shares, point, k, chance);
      return guesses(f, fields, shares, point, count).clean;
    };
  }

  // How far two sets of equally many points are apart: the mean over directions of the distance of their sorted shadows.
  function distance(one, other) {
    let sum = 0;
    for (let k = 0; k < DIRECTIONS; k++) {
      const angle = (Math.PI * (k + 0.5)) / DIRECTIONS;
      const shadow = (points) => Float64Array.from(points, ([x, y]) => x * Math.cos(angle) + y * Math.sin(angle)).sort();
      const a = shadow(one);
      const b = shadow(other);
      for (let j = 0; j < a.length; j++) sum += Math.abs(a[j] - b[j]);
    }
    return sum / DIRECTIONS / one.length;
  }

  // The race, a little at a time: it yields after every few points, and each result when it is there.
  function* race(f, blots, seed = 1) {
    const exact = draw(blots, random(seed));
    let floor = 0;
    for (let k = 0; k < PAIRS; k++) {
      floor += distance(draw(blots, random(seed + 100 + k)), exact) / PAIRS;
      yield null;
    }
    yield { name: "exact", budget: 0, distance: floor, points: exact };
    for (const name of NAMES) {
      for (const budget of BUDGETS) {
        const chance = random(seed + 2);
        const points = [];
        const move = carry(f, blots, name, budget);
        while (points.length < POINTS) {
          points.push(move([chance.normal(), chance.normal()], chance));
          if (points.length % 10 === 0) yield null;
        }
        yield { name, budget, points, distance: distance(points, exact) };
      }
    }
  }

  globalThis.samplerRace = { BUDGETS, NAMES, carry, distance, draw, field, race, random, shareOf };
})();
