/* The tables: the same content as the picture, sorted by any column, in pages. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, relations, shown, make, say, data } = kg;
  const box = document.getElementById("rows");
  const more = document.getElementById("pages");
  const rowsChoice = document.getElementById("page-size");
  let page = 0;

  const norwegian = new Intl.Collator("nb", { numeric: true });
  const rankOf = new Map(Object.keys(data.kinds.relation).map((kind, place) => [kind, place]));
  /* A column: its key in the words, its text, what it is sorted by if not the text. */
  const COLUMNS = {
    relations: [
      { key: "col-from", text: (r) => kg.nameOf(things[r.from]) },
      { key: "col-relation", text: (r) => r.text },
      { key: "col-to", text: (r) => kg.nameOf(things[r.to]) },
      { key: "col-period", text: (r) => kg.periodText(r.period), by: (r) => String(r.bounds[1] ?? 0).padStart(8, "0") },
      { key: "col-standing", text: (r) => standingText(r), apart: (r) => [standingOf(r), certaintyOf(r)] },
      { key: "col-source", text: (r) => r.sources.map(kg.sourceText).join("; ") },
    ],
    things: [
      { key: "col-name", text: (t) => kg.nameOf(t) },
      { key: "col-kind", text: (t) => kg.kindName("thing", t.kind) },
      { key: "col-also", text: (t) => t.also.join(", ") },
      { key: "col-fields", text: (t) => kg.fieldsOf(t) },
      { key: "col-relations", text: (t) => String(countOf(t)), by: (t) => String(countOf(t)).padStart(6, "0") },
    ],
  };
  const standingOf = (r) => (shown.standing[r.id] ? kg.kindName("standing", shown.standing[r.id]) : say("not-then", { day: kg.state.at }));
  const certaintyOf = (r) => (r.certainty ? kg.kindName("certainty", r.certainty) : "");
  const standingText = (r) => (r.certainty && r.certainty !== "stated" ? `${standingOf(r)}; ${certaintyOf(r)}` : standingOf(r));
  const countOf = (t) => t.relations.reduce((sum, { id }) => sum + shown.relations[id], 0);
  kg.columns = () => COLUMNS[kg.state.list];

  /* All rows in the order of a column, or by kind and ends; sorted once, because a step in time only leaves some out. */
  const orders = new Map();
  const forget = () => orders.clear();
  kg.onLanguage(forget);
  const usual = { relations: (r) => [String(rankOf.get(r.kind)).padStart(3, "0"), things[r.to].name, things[r.from].name], things: (t) => [kg.nameOf(t)] };
  const ordered = (list, sort) => {
    const column = sort ? COLUMNS[list][Math.abs(Number(sort)) - 1] : null;
    const changing = column && ["col-standing", "col-relations"].includes(column.key);
    const name = `${list} ${sort}`;
    if (!changing && orders.has(name)) return orders.get(name);
    const rows = [...(list === "things" ? things : relations)];
    const keyOf = column ? (row) => [(column.by || column.text)(row)] : usual[list];
    const keys = new Map(rows.map((row) => [row, keyOf(row)]));
    const down = sort.startsWith("-") ? -1 : 1;
    rows.sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      for (let i = 0; i < one.length; i++) {
        const order = one[i] === other[i] ? 0 : norwegian.compare(one[i], other[i]);
        if (order) return down * order;
      }
      return a.id - b.id;
    });
    if (!changing) orders.set(name, rows);
    return rows;
  };
  /* The rows that are shown, in the order that the reader chose. */
  kg.shownRows = () => {
    const { list } = kg.state;
    const sort = Math.abs(Number(kg.state.sort)) <= COLUMNS[list].length ? kg.state.sort : "";
    return ordered(list, sort).filter(({ id }) => shown[list][id]);
  };

  const head = () => {
    const row = make("tr");
    kg.columns().forEach(({ key }, i) => {
      const cell = make("th");
      cell.scope = "col";
      const now = kg.state.sort === String(i + 1) ? "ascending" : kg.state.sort === `-${i + 1}` ? "descending" : null;
      if (now) cell.setAttribute("aria-sort", now);
      const one = kg.button(say(key), () => {
        page = 0;
        const sort = now === "ascending" ? `-${i + 1}` : now === "descending" ? "" : String(i + 1);
        kg.change({ sort }, { said: sort ? say(sort.startsWith("-") ? "sorted-down" : "sorted-up", { column: say(key) }) : say("unsorted") });
        box.querySelectorAll("th button")[i]?.focus();
      });
      one.append(make("span", now === "ascending" ? " ▲" : now === "descending" ? " ▼" : " ↕", "sort"));
      one.lastChild.setAttribute("aria-hidden", "true");
      cell.append(one);
      row.append(cell);
    });
    const group = make("thead");
    group.append(row);
    return group;
  };
  const link = (id) => kg.button(kg.nameOf(things[id]), () => kg.choose({ thing: id }, { move: true, focus: true }), "cell");
  const line = (row) => {
    const tr = make("tr");
    const cell = (child, className) => { const td = make("td", undefined, className); td.append(child); tr.append(td); return td; };
    if (kg.state.list === "things") {
      cell(link(row.id), `thing-${row.kind}`).prepend(kg.symbolOf("thing", row.kind));
      COLUMNS.things.slice(1).forEach((column) => cell(column.text(row)));
    } else {
      cell(link(row.from));
      const relation = cell(kg.button(row.text, () => kg.choose({ relation: row.id }, { move: true, focus: true }), "cell"), `relation-${row.kind}`);
      relation.lang = "nb";
      relation.prepend(make("i", undefined, "mark"));
      cell(link(row.to));
      COLUMNS.relations.slice(3, 5).forEach((column) => cell(column.text(row)));
      const sources = cell("");
      row.sources.forEach((source) => sources.append(make("p", kg.sourceText(source))));
    }
    const { thing, relation } = kg.state;
    const chosen = kg.state.list === "things" ? row.id === thing : row.id === relation || row.from === thing || row.to === thing;
    tr.classList.toggle("chosen", chosen);
    if (chosen) tr.setAttribute("aria-current", "true");
    return tr;
  };

  const fill = (all) => {
    const rows = kg.shownRows();
    const size = all || kg.state.rows === "all" ? Math.max(1, rows.length) : Number(kg.state.rows);
    const last = Math.max(0, Math.ceil(rows.length / size) - 1);
    page = Math.min(page, last);
    const body = make("tbody");
    rows.slice(page * size, (page + 1) * size).forEach((row) => body.append(line(row)));
    if (!rows.length) {
      const cell = make("td", say("no-rows"));
      cell.colSpan = kg.columns().length;
      const row = make("tr");
      row.append(cell);
      body.append(row);
    }
    const table = make("table");
    table.append(make("caption", say(`caption-${kg.state.list}`, { day: kg.state.at }), "quiet"), head(), body);
    box.replaceChildren(table);
    const from = rows.length ? page * size + 1 : 0;
    document.getElementById("range").textContent = say("range", { from: kg.number(from), to: kg.number(Math.min(rows.length, (page + 1) * size)), count: kg.number(rows.length) });
    /* Not disabled: a button that is would lose the focus under the reader's finger. */
    more.querySelector("[data-go='-1']").setAttribute("aria-disabled", String(page === 0));
    more.querySelector("[data-go='1']").setAttribute("aria-disabled", String(page === last));
  };
  more.querySelectorAll("[data-go]").forEach((one) => one.addEventListener("click", () => {
    if (one.getAttribute("aria-disabled") === "true") return;
    page += Number(one.dataset.go);
    fill();
    box.scrollTop = 0;
    kg.announce(document.getElementById("range").textContent);
  }));
  rowsChoice.addEventListener("change", () => { page = 0; kg.change({ rows: rowsChoice.value === "50" ? 50 : rowsChoice.value }, {}); });
  const tabs = [...document.querySelectorAll("[data-list]")];
  tabs.forEach((tab) => tab.addEventListener("click", () => { page = 0; kg.change({ list: tab.dataset.list, sort: "" }, {}); }));
  document.getElementById("table").hidden = false;

  kg.showTable = () => {
    tabs.forEach((tab) => {
      tab.setAttribute("aria-pressed", String(tab.dataset.list === kg.state.list));
      tab.querySelector("b").textContent = kg.number(shown.count[tab.dataset.list]);
    });
    rowsChoice.value = String(kg.state.rows);
    fill();
  };
  /* Paper has no pages to turn: all rows are printed. */
  addEventListener("beforeprint", () => fill(true));
  addEventListener("afterprint", () => fill());
})();
