/* One way for every change: state → what is shown → picture, legend, table, panel, address, and a word of what changed. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { say, data } = kg;
  const said = document.getElementById("said");
  kg.announce = (text) => { if (text) said.textContent = text; };
  const summary = () => say(data.chart ? "shows-all" : "shows", { now: kg.number(kg.shown.holding), things: kg.number(kg.shown.count.things), relations: kg.number(kg.shown.count.relations), day: kg.state.at });

  const show = () => {
    kg.computeShown();
    kg.showLegend();
    kg.showTable();
    kg.showPanel();
    kg.showTime?.();
    document.getElementById("asof").textContent = say("as-of", { day: kg.state.at });
    document.getElementById("summary").textContent = summary();
    document.getElementById("reset").disabled = ![...kg.address.read().keys()].some((key) => !["lang", "theme"].includes(key));
    kg.repaint();
  };
  /* Changes the state. `fit`: the picture then shows all that is left; `quiet`: nothing is said; `said`: what to say. */
  kg.change = (changes, { fit = false, quiet = false, said: words = true } = {}) => {
    Object.assign(kg.state, changes);
    kg.writeState();
    show();
    if (fit) kg.showAll();
    if (!quiet) kg.announce(words === true ? summary() : words);
  };
  /* Chooses a thing or a relation, or nothing. `move`: the picture goes there; `focus`: the panel takes the focus. */
  kg.choose = ({ thing = null, relation = null }, { move = false, focus = false }) => {
    const changes = { thing, relation, grown: [], ...(thing === null ? { steps: 0 } : {}) };
    kg.found = null;
    if (thing !== null && kg.folding) {
      const [hub, ...others] = kg.things[thing].home;
      if (hub !== undefined && !others.length) changes.unfolded = new Set([...kg.state.unfolded, hub]);
    }
    kg.change({ ...changes, find: "" }, { quiet: true, fit: Boolean(kg.state.steps) });
    const ids = thing !== null ? [thing] : relation !== null ? [kg.relations[relation].from, kg.relations[relation].to] : [];
    if (move && ids.length && !kg.state.steps) kg.goTo(ids);
    if (focus && ids.length) document.getElementById("panel").focus({ preventScroll: true });
    const name = thing !== null ? kg.nameOf(kg.things[thing]) : relation !== null ? kg.relations[relation].text : "";
    kg.announce(name ? say("chosen", { name, count: kg.number(thing !== null ? kg.things[thing].relations.filter(({ id }) => kg.shown.relations[id]).length : 1) }) : summary());
  };
  kg.unfold = (hub) => {
    const unfolded = new Set(kg.state.unfolded);
    unfolded[unfolded.has(hub) ? "delete" : "add"](hub);
    kg.change({ unfolded }, {});
  };
  const all = document.getElementById("unfold-all");
  all.hidden = !kg.folding;
  all.addEventListener("click", () => kg.change({ unfolded: new Set(kg.state.unfolded.size === kg.hubs.length ? [] : kg.hubs) }, {}));

  document.getElementById("reset").addEventListener("click", () => {
    kg.address.write(Object.fromEntries([...kg.address.read().keys()].filter((key) => !["lang", "theme"].includes(key)).map((key) => [key, null])));
    kg.readState();
    show();
    kg.showAll();
    kg.announce(summary());
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (kg.state.steps) kg.change({ steps: 0, grown: [] }, { fit: true });
    else if (kg.state.thing !== null || kg.state.relation !== null) {
      kg.choose({}, {});
      document.getElementById("network")?.focus({ preventScroll: true });
    }
  });
  /* The address may be changed by hand, or by a link to this page. */
  const read = (move) => {
    kg.readSwitches();
    kg.readState();
    if (kg.state.find) kg.search(kg.state.find);
    kg.showSearch();
    show();
    kg.showAll();
    const { thing, relation, steps } = kg.state;
    if (move && !steps && thing !== null) kg.goTo([thing]);
    else if (move && relation !== null) kg.goTo([kg.relations[relation].from, kg.relations[relation].to]);
  };
  addEventListener("hashchange", () => read(true));
  kg.onLanguage(() => { kg.forgetColours(); show(); });
  kg.onTheme(() => { kg.forgetColours(); kg.repaint(); });
  document.querySelectorAll(".tools,.downloads,#summary").forEach((one) => { one.hidden = false; });
  read(true);
  document.documentElement.classList.add("ready");
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
