/* What the reader has chosen, and its way into the address and back. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const opening = () => ({
    at: kg.data.opens, thing: null, relation: null, centre: null, steps: 0, grown: [],
    hide: new Set(kg.data.hidden), partnership: "", field: "", vendor: "",
    unfolded: new Set(), find: "", list: "relations", sort: "", rows: 50,
  });
  kg.state = opening();

  const known = new Set();
  document.querySelectorAll(".legend input").forEach((input) => known.add(`${input.dataset.group}.${input.dataset.kind}`));
  const day = /^\d{4}-\d{2}-\d{2}$/;
  const isDay = (text) => day.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
  const iris = (list) => list.map((id) => kg.things[id].iri).join(" ");
  const ids = (text) => (text || "").split(" ").map(kg.thingOf).filter(Boolean).map((thing) => thing.id);

  /* The state as the address says it; what it does not say is as the page opens. */
  kg.readState = () => {
    const said = kg.address.read();
    const state = opening();
    if (isDay(said.get("at") || "") && said.get("at") < "9999-12-31") state.at = said.get("at");
    state.thing = kg.thingOf(said.get("thing") || "")?.id ?? null;
    if (state.thing === null) state.relation = kg.relationOf(said.get("relation") || "")?.id ?? null;
    state.centre = kg.thingOf(said.get("centre") || "")?.id ?? null;
    if (["1", "2"].includes(said.get("steps")) && state.centre !== null) state.steps = Number(said.get("steps"));
    state.grown = (said.get("grown") || "").split(" ").filter(Boolean).map((entry) => {
      const [kind, ...rest] = entry.split("@");
      return [kg.thingOf(rest.join("@"))?.id, kind];
    }).filter(([id]) => id !== undefined);
    if (said.has("hide")) state.hide = new Set(said.get("hide").split(" ").filter((entry) => known.has(entry)));
    for (const facet of ["partnership", "field", "vendor"]) state[facet] = kg.facets[facet].has(said.get(facet)) ? said.get(facet) : "";
    state.unfolded = new Set(said.get("unfolded") === "all" ? kg.hubs : ids(said.get("unfolded")).filter((id) => kg.hubs.includes(id)));
    state.find = said.get("find") || "";
    state.list = said.get("list") === "things" ? "things" : "relations";
    state.sort = /^-?\d$/.test(said.get("sort") || "") ? said.get("sort") : "";
    state.rows = ["200", "all"].includes(said.get("rows")) ? said.get("rows") : 50;
    kg.state = state;
  };
  kg.writeState = () => {
    const state = kg.state;
    const asOpened = state.hide.size === kg.data.hidden.length && kg.data.hidden.every((entry) => state.hide.has(entry));
    kg.address.write({
      at: state.at === kg.data.opens ? null : state.at,
      thing: state.thing === null ? null : kg.things[state.thing].iri,
      relation: state.relation === null ? null : kg.keyOf(kg.relations[state.relation]),
      centre: state.steps ? kg.things[state.centre].iri : null,
      steps: state.steps || null,
      grown: state.grown.map(([id, kind]) => `${kind}@${kg.things[id].iri}`).join(" "),
      hide: asOpened ? null : [...state.hide].sort().join(" ") || "none",
      partnership: state.partnership, field: state.field, vendor: state.vendor,
      unfolded: kg.folding ? (state.unfolded.size === kg.hubs.length ? "all" : iris([...state.unfolded])) : null,
      find: state.find, list: state.list === "things" ? "things" : null, sort: state.sort,
      rows: state.rows === 50 ? null : state.rows,
    });
  };
  kg.isDay = isDay;
})();
