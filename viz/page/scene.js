/* The scene: what is drawn for a camera, as plain lists that the canvas and the SVG writer share.
   A camera is { x, y, scale, width, height }: the point of the picture in its middle, pixels for one unit, size in pixels. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, data, shown } = kg;
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  /* Symbols on a circle of radius 1, as corners; the dot has none. */
  const corners = (count, turn) => Array.from({ length: count }, (_, i) => [Math.cos(turn + (2 * Math.PI * i) / count), Math.sin(turn + (2 * Math.PI * i) / count)]);
  const star = Array.from({ length: 10 }, (_, i) => {
    const [far, angle] = [i % 2 ? 0.5 : 1.25, -Math.PI / 2 + (Math.PI * i) / 5];
    return [far * Math.cos(angle), far * Math.sin(angle)];
  });
  kg.SHAPES = {
    dot: null, star, hexagon: corners(6, 0), square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]], triangle: corners(3, -Math.PI / 2).map(([x, y]) => [x * 1.2, y * 1.2]),
    triangleDown: corners(3, Math.PI / 2).map(([x, y]) => [x * 1.2, y * 1.2]),
  };

  kg.DOUBT = [7, 3, 1.5, 3]; // the dashes of what a source says uncertainly
  let palette = null;
  kg.forgetColours = () => { palette = null; };
  kg.palette = () => {
    if (palette) return palette;
    palette = { thing: {}, relation: {} };
    for (const name of ["ink", "paper", "soft", "line", "band", "accent"]) palette[name] = colour(`--${name}`);
    for (const group of ["thing", "relation"])
      data.legend[group].forEach((kind) => { palette[group][kind] = colour(`--${group}-${kind}`); });
    return palette;
  };

  /* What stands out: the chosen thing with its neighbours, the chosen relation's ends, or what the search found. */
  const lit = () => {
    const { thing, relation, steps } = kg.state;
    if (steps) return null;
    const set = new Set();
    if (thing !== null) {
      set.add(thing);
      things[thing].relations.forEach(({ id, from, to }) => { if (shown.relations[id]) set.add(from).add(to); });
    } else if (relation !== null) set.add(kg.relations[relation].from).add(kg.relations[relation].to);
    else kg.found?.forEach((id) => set.add(id));
    /* What is not in the picture dims nothing. */
    if (![...set].some((id) => shown.things[id]) || (thing !== null && set.size === 1)) return null;
    return set.size ? new Set([...set].map((id) => shown.drawn[id])) : null;
  };

  const collector = () => {
    const groups = new Map();
    return {
      add: (look, item) => {
        const key = JSON.stringify(look);
        (groups.get(key) || groups.set(key, { ...look, items: [] }).get(key)).items.push(item);
      },
      list: () => [...groups.values()],
    };
  };

  const lines = (camera, near, view, colours) => {
    const strokes = collector(), arrows = collector();
    const crowd = Math.min(1, Math.max(0.3, 1500 / Math.max(1, shown.count.relations)));
    const tips = shown.count.relations <= 3000;
    const looks = new Map();
    const lookOf = (relation, standing, own) => {
      const doubt = relation.certainty === "uncertain" && !data.dashes[standing].length;
      const key = `${relation.kind} ${standing} ${own} ${doubt}`;
      if (!looks.has(key)) {
        const kind = data.kinds.relation[relation.kind];
        const rest = Math.max(data.strength[standing] * (kind.faint && shown.count.relations > 250 ? 0.3 : 0.8) * crowd, shown.count.relations < 1000 ? 0.25 : 0);
        looks.set(key, {
          stroke: colours.relation[relation.kind], dash: doubt ? kg.DOUBT : data.dashes[standing],
          width: Math.max(own ? kind.width + 1.2 : kind.width, 0.6 / camera.scale),
          alpha: own ? 1 : near ? 0.05 : rest,
        });
      }
      return looks.get(key);
    };
    const { thing, relation: chosen } = kg.state;
    kg.relations.forEach((relation) => {
      const { id, from, to } = relation;
      if (!shown.relations[id] || shown.drawn[from] !== from || shown.drawn[to] !== to || from === to) return;
      const [a, b] = [things[from], things[to]];
      if ((a.x < view[0] && b.x < view[0]) || (a.x > view[2] && b.x > view[2]) || (a.y < view[1] && b.y < view[1]) || (a.y > view[3] && b.y > view[3])) return;
      const own = thing !== null ? from === thing || to === thing : id === chosen;
      const look = lookOf(relation, shown.standing[id], own);
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const far = Math.hypot(dx, dy) || 1;
      const middle = relation.bend ? [(a.x + b.x) / 2 - dy * relation.bend * 2, (a.y + b.y) / 2 + dx * relation.bend * 2] : null;
      strokes.add(look, [a.x, a.y, b.x, b.y, middle]);
      if ((tips || own) && !(near && !own)) {
        const angle = middle ? Math.atan2(b.y - middle[1], b.x - middle[0]) : Math.atan2(dy, dx);
        const back = Math.min(b.size + 1, far / 2);
        arrows.add({ fill: look.stroke, alpha: look.alpha }, [b.x - Math.cos(angle) * back, b.y - Math.sin(angle) * back, angle, 5 + look.width]);
      }
    });
    shown.bundles.forEach(([one, other, count]) => {
      const own = thing === one || thing === other;
      strokes.add({ stroke: own ? colours.accent : colours.soft, dash: [], width: Math.max((1 + Math.log2(count)) * 1.5, 0.6 / camera.scale), alpha: own ? 0.9 : near ? 0.08 : Math.min(0.6, 0.12 + count / 60) },
        [things[one].x, things[one].y, things[other].x, things[other].y, null]);
    });
    const rank = (group) => group.alpha;
    return [strokes.list().sort((a, b) => rank(a) - rank(b)), arrows.list()];
  };

  /* A symbol that others are folded into grows with them. */
  let folded = new Map();
  kg.sizeOf = (thing) => (folded.has(thing.id) ? thing.size + Math.sqrt(folded.get(thing.id)) * 3 : thing.size);
  const symbols = (camera, near, view, colours) => {
    const groups = collector();
    folded = new Map();
    if (shown.bundles.length) shown.drawn.forEach((hub, id) => { if (hub !== id && shown.things[id]) folded.set(hub, (folded.get(hub) || 0) + 1); });
    const visible = [];
    things.forEach((thing) => {
      const { id, kind, x, y } = thing;
      if (shown.drawn[id] !== id || (!shown.things[id] && !folded.has(id))) return;
      if (x < view[0] || x > view[2] || y < view[1] || y > view[3]) return;
      const bright = !near || near.has(id);
      const chosen = id === kg.state.thing || id === kg.pointed || (kg.state.thing === null && kg.found?.has(id));
      const size = Math.max(kg.sizeOf(thing), 1.4 / camera.scale);
      const outside = shown.outside[id] === 1;
      groups.add({
        fill: outside ? colours.paper : colours.thing[kind], stroke: chosen ? colours.ink : outside ? colours.thing[kind] : colours.paper,
        line: Math.max(chosen ? 3 : outside ? 2 : 1, chosen ? 2 / camera.scale : 0), alpha: bright ? 1 : 0.15, shape: data.kinds.thing[kind].shape,
      }, [x, y, size]);
      if (bright) visible.push([thing, size]);
    });
    return [groups.list().sort((a, b) => a.alpha - b.alpha), visible];
  };

  /* Everything to draw for a camera; `labels` false leaves the names out. Coordinates are those of the layout; label places are pixels. */
  kg.scene = (camera, { labels = true } = {}) => {
    const colours = kg.palette();
    const near = lit();
    const [half, high] = [camera.width / 2 / camera.scale, camera.height / 2 / camera.scale];
    const view = [camera.x - half - 40, camera.y - high - 40, camera.x + half + 40, camera.y + high + 40];
    const [strokes, arrows] = lines(camera, near, view, colours);
    const [nodes, visible] = symbols(camera, near, view, colours);
    const areas = data.areas
      .filter(([, , , , hub]) => hub === null || shown.things[hub] || shown.bundles.length)
      .filter(([, , , , hub]) => !(kg.folding && hub !== null && !kg.state.unfolded.has(hub) && !kg.state.steps))
      .map(([x, y, width, height, hub]) => ({ x, y, width, height, fill: colours.band, stroke: hub === null ? colours.line : colours.thing[things[hub].kind] }));
    return { camera, areas: kg.state.steps ? [] : areas, strokes, arrows, nodes, labels: labels ? kg.placeLabels(camera, visible) : [] };
  };
})();
