/* The page's data: columns unpacked into things and relations. Everything in them is text or number, never markup. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const data = JSON.parse(document.getElementById("data").textContent);
  const { nodes: n, edges: e } = data;
  const full = (iri) => (iri.includes(":") ? iri : data.base + iri);
  const last = (iri) => iri.slice(iri.lastIndexOf("/") + 1);
  const filled = (pattern, start, end) => {
    if (typeof pattern !== "string") return pattern[0];
    let text = "";
    for (const letter of pattern) text += letter === "\ue000" ? start : letter === "\ue001" ? end : letter;
    return text;
  };

  /* A column of small numbers is one text, a letter each (packing.py). */
  const at = (column, id) => (typeof column === "string" ? parseInt(column[id], 36) : column[id]);
  /* An IRI that ends in its thing's name, as IRIs write names (packing.py). */
  const key = (name) => name.toLowerCase().replace(/æ/g, "ae").replace(/ø/g, "o").replace(/å/g, "a").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const named = (iri, name) => (iri.endsWith("\ue000") ? iri.slice(0, -1) + key(name) : iri);

  const things = n.name.map((name, id) => {
    const kind = n.kinds[at(n.kind, id)];
    return {
      id, name, kind, iri: named(n.iri[id], name), x: n.x[id], y: n.y[id], size: n.size.other[id] ?? n.size.usual[kind],
      home: n.homes[n.home[id]], names: n.names[id] || {}, also: n.also[id] || [],
      note: n.note[id] || "", fields: n.fields[id] || [], relations: [],
    };
  });
  /* What a thing is called in the page's language, where the graph says it. */
  kg.nameOf = (thing) => thing.names[document.documentElement.lang] || thing.name;

  class Relation {
    constructor(id, from) {
      this.id = id;
      this.from = from;
      this.to = e.to[id];
      this.kind = e.kinds[at(e.kind, id)];
      this.time = e.bounds[id];
      this.certainty = e.certainties[at(e.certainty, id)];
      this.bend = 0;
    }
    get text() { return filled(e.texts[at(e.text, this.id)], things[this.from].name, things[this.to].name); }
    get iri() { return filled(e.iris[at(e.iri, this.id)], last(things[this.from].iri), last(things[this.to].iri)); }
    get period() { return e.periods[e.period[this.id]]; }
    get sources() { return e.sourceLists[e.sources[this.id]].map(([name, place]) => e.sourceNames[name] + place); }
    get note() { return e.note[this.id] || ""; }
    get bounds() { return e.boundsTable[this.time]; }
  }
  let from = 0;
  const relations = e.to.map((_, id) => new Relation(id, (from += e.from[id])));
  relations.forEach((relation) => {
    things[relation.from].relations.push(relation);
    if (relation.to !== relation.from) things[relation.to].relations.push(relation);
  });

  /* Parallel relations are fanned out, so that each can be seen and chosen. */
  const together = new Map();
  relations.forEach((relation) => {
    const key = relation.from < relation.to ? relation.from * things.length + relation.to : relation.to * things.length + relation.from;
    if (!together.has(key)) together.set(key, []);
    together.get(key).push(relation);
  });
  together.forEach((list) => {
    list.forEach((relation, place) => {
      const bend = Math.min(0.14, 1.2 / list.length) * (place - (list.length - 1) / 2);
      relation.bend = relation.from <= relation.to ? bend : -bend;
    });
  });

  /* One event can be several relations: these are told apart by their ends. */
  const byIri = new Map(things.flatMap(({ id, iri }) => [[full(iri), id], [iri, id]]));
  const times = new Map();
  const iris = relations.map(({ iri }) => { times.set(iri, (times.get(iri) || 0) + 1); return iri; });
  const keyList = relations.map(({ id, from, to }) => (times.get(iris[id]) > 1 ? `${iris[id]}@${things[from].iri}@${things[to].iri}` : iris[id]));
  const keys = new Map(keyList.map((key, id) => [key, id]));

  Object.assign(kg, {
    data, things, relations, full,
    times: e.boundsTable,
    fieldNames: n.fieldNames,
    fieldsOf: (thing) => thing.fields.map((number) => kg.of(n.fieldNames[number])).join(", "),
    thingOf: (iri) => things[byIri.get(iri)],
    relationOf: (key) => relations[keys.get(key)],
    keyOf: (relation) => keyList[relation.id],
  });
})();
