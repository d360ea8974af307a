/* Which things and relations the page shows: by day, legend, filters, focus and folding. One pass, no drawing. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, relations, data } = kg;
  kg.hubs = data.areas.map((area) => area[4]).filter((hub) => hub !== null);
  const isHub = new Set(kg.hubs);
  kg.folding = data.folded && kg.hubs.length > 1;

  /* Each filter's values, with the things at its core: shown is what touches them. */
  const partnership = new Map(), field = new Map(), vendor = new Map();
  const owner = new Map(); // the thing that a filter's value names
  const put = (map, key, id) => (map.get(key) || map.set(key, new Set()).get(key)).add(id);
  if (kg.hubs.length > 1) {
    things.forEach((thing) => {
      if (isHub.has(thing.id)) owner.set(`partnership ${thing.name}`, thing.id);
      if (isHub.has(thing.id)) put(partnership, thing.name, thing.id);
      else if (thing.home.length === 1) put(partnership, things[thing.home[0]].name, thing.id);
    });
  }
  things.forEach((thing) => thing.fields.forEach((number) => put(field, kg.fieldNames[number][0], thing.id)));
  relations.forEach((relation) => {
    if (relation.kind !== "offering") return;
    owner.set(`vendor ${things[relation.from].name}`, relation.from);
    put(vendor, things[relation.from].name, relation.from);
    put(vendor, things[relation.from].name, relation.to);
  });
  const sorted = (map) => new Map([...map].sort(([a], [b]) => a.localeCompare(b, "nb")));
  kg.facets = { partnership: sorted(partnership), field: sorted(field), vendor: sorted(vendor) };

  const shown = {
    standing: new Array(relations.length).fill(null), // how each relation stands on the day; null when it does not hold
    base: new Uint8Array(relations.length), //           holds on the day and passes the filters
    relations: new Uint8Array(relations.length), //      … and the legend and the focus
    things: new Uint8Array(things.length),
    outside: new Uint8Array(things.length), //           stands by its partnership, but does not belong to it on the day
    drawn: new Int32Array(things.length), //             the hub that a thing is folded into, else itself
    bundles: [], //                                      ties of folded things: [one, other, how many]
    count: { things: 0, relations: 0 },
  };
  kg.shown = shown;

  const reached = (state, passes) => {
    const set = new Set([state.centre]);
    let edge = [state.centre];
    for (let step = 0; step < state.steps; step++) {
      const next = [];
      for (const id of edge)
        for (const relation of things[id].relations) {
          if (!passes(relation)) continue;
          const other = relation.from === id ? relation.to : relation.from;
          if (!set.has(other)) { set.add(other); next.push(other); }
        }
      edge = next;
    }
    for (const [id, kind] of state.grown)
      if (set.has(id))
        for (const relation of things[id].relations)
          if (relation.kind === kind && passes(relation)) set.add(relation.from).add(relation.to);
    return set;
  };

  /* Places are those of all times; on a day, who is no member or body then must not look like one. */
  const binds = (relation) => data.kinds.relation[relation.kind].binds;
  const bound = things.map((thing) => thing.relations.filter((relation) => relation.from === thing.id && binds(relation)).map(({ id }) => id));
  const became = things.map((thing) => thing.relations.filter((relation) => relation.kind === "succession" && relation.from === thing.id).map(({ id }) => id));
  const holds = new Set(["stated", "persisting"]);
  const isHolding = (id) => holds.has(shown.standing[id]);
  const isOutside = ({ id, kind }) =>
    became[id].some(isHolding) || ((bound[id].length || data.inner.includes(kind)) && !bound[id].some(isHolding) && id !== data.focus);

  const fold = (state) => {
    shown.bundles = [];
    const folds = kg.folding && state.steps === 0;
    things.forEach(({ id, home }) => {
      shown.drawn[id] = folds && home.length === 1 && !isHub.has(id) && !state.unfolded.has(home[0]) ? home[0] : id;
    });
    if (!folds) return;
    const bundles = new Map();
    relations.forEach(({ id, from, to }) => {
      const [a, b] = [shown.drawn[from], shown.drawn[to]];
      if (!shown.relations[id] || a === b || (a === from && b === to)) return;
      const key = Math.min(a, b) * things.length + Math.max(a, b);
      bundles.set(key, (bundles.get(key) || 0) + 1);
    });
    bundles.forEach((count, key) => shown.bundles.push([Math.floor(key / things.length), key % things.length, count]));
  };

  /* With several filters, also what ties the shown to the filters themselves: a vendor to its system, a partnership to its member. */
  const addContext = (state) => {
    const owners = new Set([owner.get(`partnership ${state.partnership}`), owner.get(`vendor ${state.vendor}`)]);
    const near = new Set();
    relations.forEach(({ id, from, to }) => { if (shown.base[id]) near.add(from).add(to); });
    relations.forEach(({ id, from, to }) => {
      if (shown.standing[id] !== null && ((owners.has(from) && near.has(to)) || (owners.has(to) && near.has(from)))) shown.base[id] = 1;
    });
  };

  /* A page about one thing shows what hangs on it that day, step by step: no system that it does not use then. */
  const keepTied = () => {
    const tied = new Set([data.focus]);
    for (const id of tied)
      for (const relation of things[id].relations)
        if (shown.relations[relation.id]) tied.add(relation.from).add(relation.to);
    relations.forEach(({ id, from }) => { if (!tied.has(from)) shown.relations[id] = 0; });
  };

  kg.computeShown = () => {
    const state = kg.state;
    const day = kg.dayNumber(state.at);
    const at = kg.times.map((bounds) => kg.standing(bounds, day));
    const cores = Object.entries(kg.facets).filter(([name]) => state[name]).map(([name, map]) => map.get(state[name]));
    const off = (group, kind) => state.hide.has(`${group}.${kind}`);
    const hiddenThing = new Set(data.legend.thing.filter((kind) => off("thing", kind)));
    const hiddenRelation = new Set(data.legend.relation.filter((kind) => off("relation", kind)));
    const hiddenStanding = new Set(kg.STANDINGS.filter((kind) => off("standing", kind)));
    const hiddenCertainty = new Set(data.legend.certainty.filter((kind) => off("certainty", kind)));
    relations.forEach(({ id, time, from, to }) => {
      shown.standing[id] = at[time];
      const holds = at[time] !== null || data.chart;
      shown.base[id] = holds && cores.every((core) => core.has(from) || core.has(to)) ? 1 : 0;
    });
    if (cores.length > 1) addContext(state);
    relations.forEach((relation) => {
      const { id, kind, certainty, from, to } = relation;
      /* A chart shows all times; of how things stand it can only leave out plans as wholes. */
      const stands = data.chart ? (relation.bounds.at(-1) ? "planned" : null) : shown.standing[id];
      shown.relations[id] = shown.base[id] && !hiddenRelation.has(kind) && !hiddenStanding.has(stands) && !hiddenCertainty.has(certainty) &&
        !hiddenThing.has(things[from].kind) && !hiddenThing.has(things[to].kind) ? 1 : 0;
    });
    if (state.steps) {
      const set = reached(state, (relation) => shown.relations[relation.id] === 1);
      relations.forEach(({ id, from, to }) => { if (!set.has(from) || !set.has(to)) shown.relations[id] = 0; });
    }
    if (data.focus !== null && !data.chart && !cores.length && !state.steps) keepTied();
    shown.things.fill(0);
    let count = 0;
    relations.forEach(({ id, from, to }) => {
      if (!shown.relations[id]) return;
      count += 1;
      shown.things[from] = shown.things[to] = 1;
    });
    /* What is chosen is always there, whatever the day and the legend leave out. */
    const tie = state.relation === null ? null : relations[state.relation];
    const chosen = new Set(tie ? [tie.from, tie.to] : [state.thing]);
    things.forEach(({ id, kind, relations: all }) => {
      if (hiddenThing.has(kind) && !chosen.has(id)) return;
      if ((!all.length && !state.steps && !cores.length) || id === data.focus || chosen.has(id)) shown.things[id] = 1;
    });
    things.forEach((thing) => { shown.outside[thing.id] = isOutside(thing) ? 1 : 0; });
    fold(state);
    shown.holding = relations.reduce((sum, { id }) => sum + (shown.relations[id] && shown.standing[id] ? 1 : 0), 0);
    shown.count = { things: shown.things.reduce((sum, one) => sum + one, 0), relations: count };
    return shown;
  };

  /* How many of each kind the legend counts: on the day, within the filters, and with what the rest of the legend hides left out. */
  kg.countKinds = () => {
    const counts = { thing: new Map(), relation: new Map(), standing: new Map(), certainty: new Map() };
    const add = (group, kind) => counts[group].set(kind, (counts[group].get(kind) || 0) + 1);
    const on = (group, kind) => !kg.state.hide.has(`${group}.${kind}`);
    const seen = new Uint8Array(things.length);
    relations.forEach(({ id, kind, certainty, from, to }) => {
      if (!shown.base[id]) return;
      const standing = shown.standing[id];
      const passes = {
        relation: on("relation", kind), certainty: on("certainty", certainty), standing: data.chart || on("standing", standing),
        thing: on("thing", things[from].kind) && on("thing", things[to].kind),
      };
      const others = (group) => Object.entries(passes).every(([name, pass]) => name === group || pass);
      if (others("relation")) add("relation", kind);
      if (standing && others("standing")) add("standing", standing);
      if (others("certainty")) add("certainty", certainty);
      if (others("thing")) seen[from] = seen[to] = 1;
    });
    things.forEach(({ id, kind, relations: all }) => { if (seen[id] || !all.length) add("thing", kind); });
    return counts;
  };
})();
