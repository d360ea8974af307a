/* The picture: vis-network's canvas and camera, our drawing on it, mouse, touch and keyboard.
   vis-network is given no nodes, only what pyvis set as options: it would draw each on its own, thousands too slowly. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const stage = document.getElementById("network");
  if (!stage || !globalThis.vis) return;
  const { things, relations, data, shown } = kg;
  const HEAVY = 1200; // relations from which a picture that moves is drawn as one bitmap
  const MARGIN = 0.25; // of the view, on each side, in that bitmap

  const network = new vis.Network(stage, { nodes: new vis.DataSet([]), edges: new vis.DataSet([]) }, data.options);
  const surface = stage.querySelector("canvas");
  surface.setAttribute("aria-hidden", "true");
  stage.querySelector(".vis-network").tabIndex = -1; // the stage itself takes the focus
  const camera = () => {
    const { x, y } = network.getViewPosition();
    return { x, y, scale: network.getScale(), width: stage.clientWidth, height: stage.clientHeight };
  };
  kg.camera = camera;
  const ratio = () => surface.width / Math.max(1, stage.clientWidth);

  /* --- drawing: crisp when still, the cached bitmap while it moves --- */
  let cache = null, moving = false, settle = 0, first = null;
  const snapshot = () => {
    const now = camera();
    const wide = { ...now, width: now.width * (1 + 2 * MARGIN), height: now.height * (1 + 2 * MARGIN) };
    const bitmap = document.createElement("canvas");
    bitmap.width = Math.round(wide.width * ratio());
    bitmap.height = Math.round(wide.height * ratio());
    const context = bitmap.getContext("2d");
    kg.drawScene(context, kg.scene(wide, { labels: false }), ratio());
    cache = { bitmap, camera: wide };
  };
  network.on("beforeDrawing", (context) => {
    if (moving && cache) {
      const now = camera(), then = cache.camera;
      const grown = now.scale / then.scale;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      const left = (now.width / 2 + (then.x - now.x) * now.scale - (then.width / 2) * grown) * ratio();
      const top = (now.height / 2 + (then.y - now.y) * now.scale - (then.height / 2) * grown) * ratio();
      context.drawImage(cache.bitmap, left, top, cache.bitmap.width * grown, cache.bitmap.height * grown);
      context.restore();
      return;
    }
    const scene = kg.scene(camera());
    kg.drawScene(context, scene, ratio());
    kg.lastScene = scene;
    if (first === null) first = performance.now();
    stage.dataset.drawn = String(Math.round(first));
  });
  const heavy = () => shown.count.relations + shown.count.things > HEAVY;
  const startMoving = () => {
    if (!heavy()) return;
    if (!moving) { if (!cache) snapshot(); moving = true; }
    clearTimeout(settle);
    settle = setTimeout(() => { moving = false; cache = null; network.redraw(); }, 180);
  };
  ["dragStart", "dragging", "dragEnd", "zoom"].forEach((event) => network.on(event, startMoving));
  kg.repaint = () => { cache = null; moving = false; network.redraw(); };

  /* --- the whole of what is shown --- */
  const reach = () => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const grow = (x, y, wide, high) => {
      box[0] = Math.min(box[0], x - wide); box[1] = Math.min(box[1], y - high);
      box[2] = Math.max(box[2], x + wide); box[3] = Math.max(box[3], y + high);
    };
    things.forEach(({ id, x, y }) => { if (shown.things[id]) { const at = things[shown.drawn[id]]; grow(at === things[id] ? x : at.x, at === things[id] ? y : at.y, 50, 45); } });
    const { steps, partnership, field, vendor } = kg.state;
    if (!steps && !kg.folding && !partnership && !field && !vendor) data.areas.forEach(([x, y, wide, high, hub]) => { if (hub === null || shown.things[hub]) grow(x, y, wide, high); });
    return box[0] < box[2] ? box : [-200, -150, 200, 150];
  };
  /* How much of the picture the panel covers, on its right side. */
  const panel = document.getElementById("panel");
  const covered = () => (panel.hidden || getComputedStyle(panel).position !== "absolute" ? 0 : panel.offsetWidth + 16);
  kg.showAll = (animation = false) => {
    const [left, top, right, bottom] = reach();
    const wide = stage.clientWidth - covered();
    const scale = Math.min(wide / (right - left), stage.clientHeight / (bottom - top), 1.4) * 0.97;
    startMoving();
    network.moveTo({ position: { x: (left + right) / 2 + covered() / 2 / scale, y: (top + bottom) / 2 }, scale, animation });
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const glide = (duration) => (still.matches || heavy() ? false : { duration });
  const LEAST = 0.005, MOST = 8;
  const zoom = (factor) => { startMoving(); network.moveTo({ scale: Math.min(MOST, Math.max(LEAST, network.getScale() * factor)), animation: glide(150) }); };
  network.on("zoom", ({ scale }) => { if (scale < LEAST || scale > MOST) network.moveTo({ scale: Math.min(MOST, Math.max(LEAST, scale)) }); });
  document.getElementById("closer").addEventListener("click", () => zoom(1.35));
  document.getElementById("further").addEventListener("click", () => zoom(1 / 1.35));
  document.getElementById("whole").addEventListener("click", () => kg.showAll(glide(200)));
  document.querySelector(".zoom").hidden = false;
  kg.goTo = (ids) => {
    const at = ids.map((id) => things[shown.drawn[id]]);
    const xs = at.map(({ x }) => x), ys = at.map(({ y }) => y);
    const [wide, high] = [Math.max(...xs) - Math.min(...xs) + 160, Math.max(...ys) - Math.min(...ys) + 120];
    const fit = Math.min((stage.clientWidth - covered()) / wide, stage.clientHeight / high);
    const scale = at.length > 1 ? Math.min(fit, 1.2) : Math.min(Math.max(network.getScale(), 0.8), fit);
    startMoving();
    network.moveTo({ position: { x: (Math.max(...xs) + Math.min(...xs)) / 2 + covered() / 2 / scale, y: (Math.max(...ys) + Math.min(...ys)) / 2 }, scale, animation: glide(250) });
  };

  /* --- what lies under a point of the view --- */
  const toLayout = (left, top) => {
    const { x, y, scale, width, height } = camera();
    return [(left - width / 2) / scale + x, (top - height / 2) / scale + y, scale];
  };
  const isDrawn = (id) => shown.drawn[id] === id && (shown.things[id] === 1 || (shown.bundles.length > 0 && kg.hubs.includes(id)));
  const thingAt = (left, top) => {
    const label = kg.lastScene?.labels.find(({ box }) => left >= box[0] && left <= box[2] && top >= box[1] && top <= box[3]);
    const [x, y, scale] = toLayout(left, top);
    let best = null, least = Infinity;
    for (const thing of things) {
      if (!isDrawn(thing.id)) continue;
      const far = Math.hypot(thing.x - x, thing.y - y) - Math.max(kg.sizeOf(thing), 6 / scale);
      if (far < Math.min(least, 3 / scale)) { best = thing.id; least = far; }
    }
    return best ?? (label && !moving ? label.id : null);
  };
  const relationAt = (left, top) => {
    const [x, y, scale] = toLayout(left, top);
    let best = null, least = 6 / scale;
    for (const relation of relations) {
      const { id, from, to, bend } = relation;
      if (!shown.relations[id] || shown.drawn[from] !== from || shown.drawn[to] !== to || from === to) continue;
      const [a, b] = [things[from], things[to]];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      /* The point of the curve at t lies beside the chord by its bend. */
      const side = 4 * t * (1 - t) * bend;
      const far = Math.hypot(a.x + t * dx - side * dy - x, a.y + t * dy + side * dx - y);
      if (far < least) { best = id; least = far; }
    }
    return best;
  };
  network.on("click", ({ pointer }) => {
    const thing = thingAt(pointer.DOM.x, pointer.DOM.y);
    const relation = thing === null ? relationAt(pointer.DOM.x, pointer.DOM.y) : null;
    kg.choose({ thing, relation }, { move: false });
  });
  network.on("doubleClick", ({ pointer }) => {
    const thing = thingAt(pointer.DOM.x, pointer.DOM.y);
    if (thing !== null && kg.folding && kg.hubs.includes(thing)) kg.unfold(thing);
  });
  stage.addEventListener("mousemove", (event) => {
    if (moving || event.buttons) return;
    const box = stage.getBoundingClientRect();
    const id = thingAt(event.clientX - box.left, event.clientY - box.top);
    stage.style.cursor = id === null ? "" : "pointer";
    if (id === (kg.pointed ?? null)) return;
    kg.pointed = id;
    if (!heavy()) network.redraw();
  });

  /* Paper is drawn on anew: a canvas would be stretched. */
  let printed = null, theme;
  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    kg.forgetColours();
    printed = document.importNode(new DOMParser().parseFromString(kg.svg(), "image/svg+xml").documentElement, true);
    printed.classList.add("printed");
    stage.after(printed);
  });
  addEventListener("afterprint", () => {
    printed?.remove();
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    kg.forgetColours();
    kg.repaint();
  });

  /* --- keyboard: arrows go from thing to thing, Enter opens what is said of it --- */
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const beside = ([right, down]) => {
    const at = kg.state.thing === null ? null : things[shown.drawn[kg.state.thing]];
    const start = at || { x: camera().x, y: camera().y, id: -1 };
    let best = null, least = Infinity;
    for (const thing of things) {
      if (!isDrawn(thing.id) || thing.id === start.id) continue;
      const [dx, dy] = [thing.x - start.x, thing.y - start.y];
      const along = dx * right + dy * down, across = Math.abs(dx * down) + Math.abs(dy * right);
      if (at && along <= 0) continue;
      const cost = at ? along + 2.5 * across : Math.hypot(dx, dy);
      if (cost < least) { best = thing.id; least = cost; }
    }
    return best;
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) {
      const next = beside(ARROWS[event.key]);
      if (next !== null) kg.choose({ thing: next }, { move: true });
    } else if (event.key === "+") zoom(1.35);
    else if (event.key === "-") zoom(1 / 1.35);
    else if (event.key === "0" || event.key === "Home") kg.showAll(glide(200));
    else if (event.key === "Enter") document.getElementById("panel").focus();
    else return;
    event.preventDefault();
  });
})();
