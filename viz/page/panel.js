/* The panel: what the chosen thing or relation is, its relations by kind with time, certainty, source and place. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, relations, data, shown, say } = kg;
  const panel = document.getElementById("panel");

  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const button = (text, action, className) => {
    const element = make("button", text, className);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  };
  /* A button that is made anew on each change keeps the focus by its key. */
  const keyed = (element, key) => { element.dataset.key = key; return element; };
  /* Data is Norwegian, whatever the page's language. */
  const norwegian = (element) => { element.lang = "nb"; return element; };
  kg.make = make;
  kg.button = button;

  kg.symbolOf = (group, kind) => {
    const symbol = document.querySelector(`.legend .${group}-${CSS.escape(kind)} svg`);
    if (!symbol) return make("span");
    const copy = symbol.cloneNode(true);
    copy.classList.add(`${group}-${kind}`);
    return copy;
  };
  kg.kindName = (group, kind) => say(`${group}.${kind}`);

  /* The time and place as the graph words them, in the page's language. */
  const PARTS = new Map(
    ["H1", "H2", "Q1", "Q2", "Q3", "Q4", "winter", "spring", "summer", "autumn", "early", "mid", "late"]
      .map((part) => [kg.norwegian(`part-${part}`).replace(" {year}", ""), `part-${part}`]).concat([["ca.", "about-year"]]));
  const TOKENS = new RegExp(
    String.raw`\b(planlagt|fra|til|sett|sagt)\b|(${[...PARTS.keys()].join("|")}) (\d{4})|(\d{4})-(\d{2})(?!-?\d)|(\d{4}-\d{2}-\d{2})–(\d{4}-\d{2}-\d{2})`, "g");
  kg.periodText = (period) => (period || say("untimed")).replace(TOKENS, (whole, word, part, year, monthYear, month, start, end) => {
    if (word) return say(`time-${word}`);
    if (part) return say(PARTS.get(part), { year });
    if (month) return say("month", { year: monthYear, month: say(`month-${month}`) });
    return `${start} – ${end}`;
  });
  kg.sourceText = (source) => source.replace(/ linje (?=\d)/g, ` ${say("line")} `)
    .replaceAll("(følger av teksten)", `(${kg.kindName("certainty", "implied")})`).replaceAll("(usikkert)", `(${kg.kindName("certainty", "uncertain")})`);

  const evidence = (relation) => {
    const box = make("div", undefined, "evidence");
    const when = make("p", undefined, "when");
    const standing = shown.standing[relation.id];
    when.append(make("b", kg.periodText(relation.period)), ` · ${standing ? kg.kindName("standing", standing) : say("not-then", { day: kg.state.at })}`);
    if (relation.certainty && relation.certainty !== "stated") when.append(` · ${kg.kindName("certainty", relation.certainty)}`);
    box.append(when);
    if (relation.note) box.append(norwegian(make("p", relation.note, "text")));
    relation.sources.forEach((source) => box.append(make("p", kg.sourceText(source), "source")));
    return box;
  };
  const thingButton = (id) => {
    const row = button("", () => kg.choose({ thing: id }, { move: true, focus: true }), "thing-link");
    row.append(kg.symbolOf("thing", things[id].kind), kg.nameOf(things[id]));
    return row;
  };
  const heading = (title, group, kind) => {
    const close = keyed(button("×", () => kg.choose({}, {}), "close"), "close");
    close.setAttribute("aria-label", say("close"));
    const line = make("p", undefined, "kindline");
    line.append(kg.symbolOf(group, kind), kg.kindName(group, kind));
    const name = make("h2", title);
    if (group === "relation") norwegian(name);
    panel.append(close, name, line);
  };

  /* SPARQL that gives the same rows from the graph: the relations by name, with time and source. */
  const query = (list) => `PREFIX kg: <https://w3id.org/kommunegraf/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?relation ?text ?time ?source WHERE {
  VALUES ?relation {
${[...new Set(list.map((relation) => `    <${kg.full(relation.iri).split("#")[0]}>`))].sort().join("\n")}
  }
  OPTIONAL { ?relation rdfs:label|skos:prefLabel ?text FILTER(LANG(?text) != "en") }
  OPTIONAL { ?relation kg:timeText ?time }
  OPTIONAL { ?relation kg:sourceText ?source }
} ORDER BY STR(?relation)`;
  const expert = (iri, list) => {
    const box = make("details");
    box.append(make("summary", say("expert")), make("h3", "IRI"), make("code", iri));
    const text = query(list);
    const pre = make("pre", text);
    pre.tabIndex = 0;
    pre.setAttribute("role", "region");
    pre.setAttribute("aria-label", "SPARQL");
    box.append(make("h3", "SPARQL"), pre);
    if (data.ask) {
      const link = make("a", say("ask-this"));
      link.href = `${data.ask}#${new URLSearchParams({ sparql: text })}`;
      link.dataset.page = "";
      box.append(link);
    }
    return box;
  };

  const steps = (thing) => {
    const box = make("div", undefined, "steps");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", say("focus"));
    [0, 1, 2].forEach((count) => {
      const centre = count ? thing.id : null;
      const one = keyed(button(say(`steps-${count}`), () => kg.change({ steps: count, centre, grown: [] }, { fit: true })), `steps-${count}`);
      one.setAttribute("aria-pressed", String(kg.state.steps === count && kg.state.centre === centre));
      box.append(one);
    });
    if (kg.folding && kg.hubs.includes(thing.id))
      box.append(keyed(button(say(kg.state.unfolded.has(thing.id) ? "fold" : "unfold"), () => kg.unfold(thing.id)), "fold"));
    return box;
  };
  /* What a reader must know of another day: memberships and mergers that do not hold on this one. */
  const otherTimes = (thing) => {
    const list = thing.relations.filter(({ id, kind }) => shown.standing[id] === null && (data.kinds.relation[kind].binds || kind === "succession"));
    if (!list.length || data.chart) return;
    const rows = make("ul");
    list.sort((a, b) => a.bounds[1] - b.bounds[1]).forEach((relation) => {
      const row = make("li");
      row.append(norwegian(button(relation.text, () => kg.choose({ relation: relation.id }, { focus: true }), "relation-link")), evidence(relation));
      rows.append(row);
    });
    panel.append(make("h3", say("other-days", { day: kg.state.at })), rows);
  };
  const showThing = (thing) => {
    heading(kg.nameOf(thing), "thing", thing.kind);
    const also = [...new Set([thing.name, ...Object.values(thing.names), ...thing.also])].filter((name) => name !== kg.nameOf(thing));
    if (also.length) panel.append(make("p", say("also", { names: also.join(", ") }), "text"));
    if (thing.note) panel.append(norwegian(make("p", thing.note, "text")));
    if (thing.fields.length) panel.append(make("p", say("fields", { names: kg.fieldsOf(thing) }), "text"));
    if (shown.outside[thing.id] && !data.chart) panel.append(make("p", `○ ${say("outside")}`, "text"));
    panel.append(steps(thing));
    otherTimes(thing);
    const hidden = (group, kind) => kg.state.hide.has(`${group}.${kind}`);
    const all = thing.relations.filter(({ id, kind, certainty, from, to }) => shown.base[id] && !hidden("relation", kind) && !hidden("standing", shown.standing[id]) &&
      !hidden("certainty", certainty) && !hidden("thing", things[from === thing.id ? to : from].kind));
    const kinds = new Map();
    all.forEach((relation) => {
      const key = `${relation.kind} ${relation.from === thing.id ? "out" : "in"}${shown.standing[relation.id] === "planned" ? " planned" : ""}`;
      (kinds.get(key) || kinds.set(key, []).get(key)).push(relation);
    });
    if (!all.length) panel.append(make("p", say("nothing-then", { day: kg.state.at }), "text"));
    const other = (relation) => (relation.from === thing.id ? relation.to : relation.from);
    Object.keys(data.kinds.relation).flatMap((kind) => ["out", "in", "out planned", "in planned"].map((way) => kinds.get(`${kind} ${way}`))).filter(Boolean).forEach((list) => {
      const kind = list[0].kind;
      const title = make("h3");
      title.append(kg.symbolOf("relation", kind), `${list[0].from === thing.id ? "" : "← "}${kg.kindName("relation", kind)}${shown.standing[list[0].id] === "planned" ? ` – ${kg.kindName("standing", "planned")}` : ""} (${kg.number(list.length)})`);
      if (kg.state.steps && list.some((relation) => !shown.relations[relation.id]))
        title.append(" ", keyed(button(say("expand"), () => kg.change({ grown: [...kg.state.grown, [thing.id, kind]] }, { fit: true }), "small"), `grow-${kind}`));
      const rows = make("ul");
      list.sort((a, b) => kg.nameOf(things[other(a)]).localeCompare(kg.nameOf(things[other(b)]), "nb"));
      list.forEach((relation) => {
        const row = make("li");
        row.append(thingButton(other(relation)), norwegian(button(relation.text, () => kg.choose({ relation: relation.id }, { move: true, focus: true }), "relation-link")), evidence(relation));
        rows.append(row);
      });
      panel.append(title, rows);
    });
    panel.append(expert(kg.full(thing.iri), all));
  };
  const showRelation = (relation) => {
    heading(relation.text, "relation", relation.kind);
    const ends = make("ul");
    [relation.from, relation.to].forEach((id) => {
      const row = make("li");
      row.append(thingButton(id));
      ends.append(row);
    });
    panel.append(ends, make("h3", say("time-and-source")), evidence(relation), expert(kg.full(relation.iri), [relation]));
  };

  let before = "";
  kg.showPanel = () => {
    const { thing, relation } = kg.state;
    const what = `${thing} ${relation}`;
    const same = what === before;
    before = what;
    const held = panel.contains(document.activeElement) && document.activeElement !== panel ? document.activeElement.dataset.key ?? "" : null;
    const [scrolled, open] = [panel.scrollTop, panel.querySelector("details")?.open ?? false];
    panel.replaceChildren();
    panel.hidden = thing === null && relation === null;
    if (thing !== null) showThing(things[thing]);
    else if (relation !== null) showRelation(relations[relation]);
    if (same && panel.querySelector("details")) panel.querySelector("details").open = open;
    panel.scrollTop = same ? scrolled : 0;
    if (held !== null && !panel.hidden) (panel.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? panel).focus({ preventScroll: true });
    kg.handOn?.();
  };
})();
