/* One way for every change: state → what is shown → picture, legend, table, panel, address, and a word of what changed. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { say, data } = kg;
  const said = document.getElementById("said");
  const panel = document.getElementById("panel");
  /* The first day that no relation here is stated for. */
  const covered = kg.relations.reduce((day, { bounds }) => (bounds.length === 5 && bounds[2] < 99991231 ? Math.max(day, bounds[2]) : day), kg.dayNumber(data.opens) + 1);
  kg.announce = (text) => { if (text) said.textContent = text; };
  const summary = () => say(data.chart ? "shows-all" : "shows", {
    now: kg.number(kg.shown.holding), things: kg.number(kg.shown.count.things), relations: kg.number(kg.shown.count.relations), day: kg.state.at });

  const show = () => {
    kg.search(kg.state.find);
    kg.computeShown();
    kg.showSearch();
    kg.showLegend();
    kg.showTable();
    kg.showPanel();
    kg.showTime?.();
    document.getElementById("asof").textContent = say("as-of", { day: kg.state.at });
    document.getElementById("summary").textContent = summary();
    const late = kg.dayNumber(kg.state.at) >= covered;
    const note = document.getElementById("note");
    note.textContent = late ? say("after-reports") : kg.state.at === data.opens ? say("opens-there") : "";
    note.classList.toggle("warning", late);
    kg.repaint();
  };
  /* Changes the state. `fit`: the picture then shows all that is left; `quiet`: nothing is said; `said`: what to say. */
  kg.change = (changes, { fit = false, quiet = false, said: words = true } = {}) => {
    Object.assign(kg.state, changes);
    if (kg.state.steps) kg.state.centre ??= kg.state.thing;
    if (kg.state.centre === null) kg.state.steps = 0;
    kg.writeState();
    show();
    if (fit) kg.showAll();
    if (!quiet) kg.announce(words === true ? summary() : words);
  };

  /* Where the focus goes back to when the panel closes: what opened it, else the picture. */
  let opener = null;
  const leavePanel = () => {
    const back = opener?.isConnected ? opener : document.getElementById("network") ?? document.querySelector(".chart");
    opener = null;
    back.focus({ preventScroll: true });
  };
  /* On a narrow screen the panel stands below the picture: what was chosen comes into sight. */
  const narrow = matchMedia("(max-width: 62rem)");
  const bringPanel = () => { if (narrow.matches) panel.scrollIntoView({ block: "nearest" }); };
  /* Chooses a thing or a relation, or nothing. `move`: the picture goes there; `focus`: the panel takes the focus. */
  kg.choose = ({ thing = null, relation = null }, { move = false, focus = false }) => {
    const inside = panel.contains(document.activeElement);
    if (focus && !inside) opener = document.activeElement;
    const ids = thing !== null ? [thing] : relation !== null ? [kg.relations[relation].from, kg.relations[relation].to] : [];
    const changes = { thing, relation, find: "" };
    if (kg.folding) {
      const homes = ids.filter((id) => !kg.hubs.includes(id) && kg.things[id].home.length === 1).map((id) => kg.things[id].home[0]);
      if (homes.length) changes.unfolded = new Set([...kg.state.unfolded, ...homes]);
    }
    kg.change(changes, { quiet: true });
    if (move && ids.length && !kg.state.steps) kg.goTo(ids);
    if (focus && ids.length) panel.focus({ preventScroll: true });
    else if (!ids.length && inside) leavePanel();
    if (ids.length) bringPanel();
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
    kg.stopPlay?.();
    kg.address.write(Object.fromEntries([...kg.address.read().keys()].filter((key) => !["lang", "theme"].includes(key)).map((key) => [key, null])));
    kg.readState();
    show();
    kg.showAll();
    kg.announce(summary());
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (kg.state.thing !== null || kg.state.relation !== null) {
      kg.choose({}, {});
      leavePanel();
    } else if (kg.state.steps) kg.change({ steps: 0, centre: null, grown: [] }, { fit: true });
  });
  /* The address may be changed by hand, by a link to this page, or by going back. */
  const read = (move) => {
    kg.stopPlay?.();
    kg.readSwitches();
    kg.readState();
    show();
    kg.showAll();
    const { thing, relation, steps } = kg.state;
    if (move && thing !== null) bringPanel();
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
