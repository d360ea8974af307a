/* Labels as on a map: never smaller than one can read, never over one another; the more important first, as many as fit. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, data } = kg;
  const TRIED = 2500; // things whose name is tried in one view
  const family = getComputedStyle(document.body).fontFamily;
  kg.fontOf = (size, bold) => `${bold ? "600 " : ""}${size}px ${family}`;
  const rank = (thing) => Math.max(data.kinds.thing[thing.kind].font, thing.size >= data.hub ? data.hub : 0);
  const order = new Int32Array(things.length);
  [...things].sort((a, b) => rank(b) - rank(a) || b.relations.length - a.relations.length || a.id - b.id).forEach((thing, place) => { order[thing.id] = place; });

  /* At most three lines of about twenty letters, as the layout reckons with (boxes.py). */
  const wrap = (text) => {
    const found = [""];
    text.split(/\s+/).filter(Boolean).forEach((word) => {
      const short = word.length > 36 ? `${word.slice(0, 35)}…` : word;
      const line = found.at(-1);
      if (line && line.length + short.length + 1 > 20) found.push(short);
      else found[found.length - 1] = line ? `${line} ${short}` : short;
    });
    return found.length > 3 ? [...found.slice(0, 2), `${found[2]} …`] : found;
  };
  const lines = new Map();
  kg.labelLines = (thing) => {
    /* A translation that only explains the name, as in "ROR-IKT, inter-municipal ICT partnership", is for the panel. */
    const full = kg.nameOf(thing);
    const name = full.startsWith(thing.name) ? thing.name : full;
    if (!lines.has(name)) lines.set(name, wrap(name));
    return lines.get(name);
  };

  const measure = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const widthOf = (lines, size, bold) => {
    const key = `${size} ${bold} ${lines.join("\n")}`;
    if (!widths.has(key)) {
      measure.font = kg.fontOf(size, bold);
      widths.set(key, Math.max(...lines.map((line) => measure.measureText(line).width)));
    }
    return widths.get(key);
  };

  /* Boxes that are taken, found through a grid. */
  const grid = () => {
    const taken = new Map();
    const cells = function* ([left, top, right, bottom]) {
      for (let x = Math.floor(left / 120); x <= Math.floor(right / 120); x++)
        for (let y = Math.floor(top / 40); y <= Math.floor(bottom / 40); y++) yield x * 65536 + y;
    };
    return {
      take: (box) => { for (const cell of cells(box)) (taken.get(cell) || taken.set(cell, []).get(cell)).push(box); },
      free: (box) => {
        for (const cell of cells(box))
          for (const other of taken.get(cell) || [])
            if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
        return true;
      },
    };
  };

  /* Returns [{lines, x, y, size, bold, align, box}] in pixels of the view; `visible` is [[thing, radius]]. */
  kg.placeLabels = (camera, visible) => {
    const texts = grid(), symbols = grid();
    const at = (thing) => [(thing.x - camera.x) * camera.scale + camera.width / 2, (thing.y - camera.y) * camera.scale + camera.height / 2];
    const first = (thing) => (thing.id === kg.state.thing || thing.id === kg.pointed ? 0 : 1);
    const wanted = [...visible].sort(([a], [b]) => first(a) - first(b) || order[a.id] - order[b.id]).slice(0, TRIED);
    wanted.forEach(([thing, radius]) => {
      const [x, y] = at(thing);
      const r = radius * camera.scale * 0.75;
      symbols.take([x - r, y - r, x + r, y + r]);
    });
    const placed = [];
    wanted.forEach(([thing, radius]) => {
      const importance = rank(thing);
      const size = Math.round(Math.min(Math.max(importance * camera.scale, 9.5 + importance / 8), importance));
      const bold = importance >= 20;
      const lines = kg.labelLines(thing);
      const wide = widthOf(lines, size, bold);
      const high = lines.length * size * 1.15;
      const r = radius * camera.scale + 2;
      const [x, y] = at(thing);
      const places = [[x - wide / 2, y + r, "center"], [x + r + 1, y - high / 2, "left"], [x - wide / 2, y - r - high, "center"], [x - r - 1 - wide, y - high / 2, "right"]];
      const fits = places.map(([left, top, align]) => ({ left, top, align, box: [left - 2, top, left + wide + 2, top + high] }))
        .filter(({ box }) => box[0] >= 2 && box[1] >= 2 && box[2] <= camera.width - 2 && box[3] <= camera.height - 2 && texts.free(box));
      /* A lesser name does not cover a symbol; a greater one does if it must. */
      const best = fits.find(({ box }) => symbols.free(box)) || (importance >= 16 || first(thing) === 0 ? fits[0] : undefined);
      if (!best) return;
      texts.take(best.box);
      const edge = { center: best.left + wide / 2, left: best.left, right: best.left + wide }[best.align];
      placed.push({ lines, x: edge, y: best.top, size, bold, align: best.align, box: best.box, id: thing.id });
    });
    return placed;
  };
})();
