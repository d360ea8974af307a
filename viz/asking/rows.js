/* Rows: an answer as a table that is sorted and paged; a label leads to what the sources say of it. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const make = kg.make;
  const PAGE = 50;
  const NUMBERS = new Set(["integer", "decimal", "double", "float"].map((name) => kg.terms.XSD + name));
  const box = document.getElementById("table");
  const pages = document.getElementById("pages");
  let state = null;

  /* Columns as people read them: where there is xLabel, x is the IRI behind it. */
  const columnsOf = (names) =>
    names.filter((name) => !names.includes(`${name}Label`)).map((name) => {
      const owner = name.endsWith("Label") ? name.slice(0, -5) : null;
      return { name, base: owner ?? name, iri: owner && names.includes(owner) ? owner : null };
    });
  const isNumber = (cell) => cell?.type === "literal" && NUMBERS.has(cell.datatype);

  /* Columns of sentences are given room, by what most of their cells need. */
  const width = (lengths) => {
    const usual = lengths.sort((one, other) => one - other)[Math.floor(lengths.length * 0.8)] ?? 0;
    return usual > 70 ? "longest" : usual > 28 ? "long" : "";
  };

  const show = (said) => {
    const columns = columnsOf(said.head.vars);
    const rows = said.results.bindings;
    for (const column of columns) {
      const filled = rows.filter((row) => row[column.name]);
      column.number = filled.length > 0 && filled.every((row) => isNumber(row[column.name]));
      column.width = width(filled.map((row) => row[column.name].value.length));
    }
    state = { columns, rows, order: rows, by: null, down: false, page: 0 };
    draw();
  };

  const sort = (at) => {
    const column = state.columns[at];
    // Up, down, and back to the order of the answer itself.
    if (state.by !== at) Object.assign(state, { by: at, down: false });
    else if (!state.down) state.down = true;
    else state.by = null;
    if (state.by === null) state.order = state.rows;
    else {
      const key = (row) => row[column.name]?.value ?? row[column.iri]?.value ?? "";
      const text = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
      const compare = column.number ? (one, other) => Number(one) - Number(other) : text;
      state.order = [...state.rows].sort((one, other) => (state.down ? -1 : 1) * compare(key(one), key(other)));
    }
    state.page = 0;
    draw();
    box.querySelectorAll("thead button")[at].focus();
    const name = kg.called.column(column.base);
    kg.announce(state.by === null ? kg.say("sorted-own") : kg.say(state.down ? "sorted-down" : "sorted-up", { name }));
  };

  const head = () => {
    const line = make("tr");
    state.columns.forEach((column, at) => {
      const sorted = state.by === at ? (state.down ? "descending" : "ascending") : null;
      const cell = make("th", { scope: "col", "aria-sort": sorted, class: column.number ? "number" : null });
      const button = make("button", { type: "button", title: kg.say("sort", { name: kg.called.column(column.base) }) }, kg.called.column(column.base));
      button.append(make("span", { "aria-hidden": "true", class: "arrow" }, sorted ? (state.down ? " ↓" : " ↑") : ""));
      button.addEventListener("click", () => sort(at));
      cell.append(button);
      line.append(cell);
    });
    const part = make("thead");
    part.append(line);
    return part;
  };

  const draw = () => {
    const from = state.page * PAGE;
    const body = make("tbody");
    for (const row of state.order.slice(from, from + PAGE)) {
      const line = make("tr");
      state.columns.forEach((column) => line.append(cellOf(column, row)));
      body.append(line);
    }
    const table = make("table");
    table.append(head(), body);
    box.replaceChildren(table);
    drawPages(from);
  };

  const cellOf = (column, row) => {
    const term = row[column.name];
    const iri = column.iri ? row[column.iri] : term?.type === "uri" ? term : null;
    const cell = make("td", { class: [column.number ? "number" : column.width, column.base].filter(Boolean).join(" ") });
    const text = term?.type === "uri" ? kg.terms.shorten(term.value) : term?.value ?? (iri ? kg.terms.shorten(iri.value) : "");
    if (column.base === "standing" && kg.has(text)) cell.append(make("span", { class: `standing ${text}` }, kg.say(text)));
    else if (iri?.type === "uri") cell.append(...linked(text, iri.value, Boolean(column.iri)));
    else if (column.base === "source") cell.append(...sources(text));
    else if (term?.datatype === `${kg.terms.XSD}boolean`) cell.textContent = kg.say(text === "true" ? "yes" : "no");
    else cell.append(...whole(column.number ? grouped(text) : text));
    if (term?.["xml:lang"] && term["xml:lang"] !== "nb") cell.lang = term["xml:lang"];
    return cell;
  };
  /* Things of ours lead to what is said of them here; other addresses, if http, to where they are. */
  const linked = (text, iri, quiet) => {
    const ours = Object.values(kg.catalogue.prefixes).some((space) => iri.startsWith(space));
    const link = ours
      ? kg.link({ q: "source-of", "p.thing": kg.terms.shorten(iri) }, text, kg.say("what-of", { name: text }))
      : /^https?:\/\//.test(iri) ? make("a", { href: iri, target: "_blank", rel: "noopener noreferrer" }, text) : make("span", {}, text);
    return quiet ? [link, make("small", { class: "iri" }, kg.terms.shorten(iri))] : [link];
  };
  /* Large numbers are read by threes, and years as they are. */
  const grouped = (text) => text.replace("-", "−").replace(/^(−?)(\d{5,})/, (_, sign, digits) => sign + digits.replace(/\B(?=(?:\d{3})+$)/g, "\u202f"));
  /* Days are not broken at their hyphens. */
  const whole = (text) =>
    text.split(/(\d{4}-\d{2}-\d{2})/).map((part, at) => (at % 2 ? make("span", { class: "day" }, part) : part));
  /* Several sources of one row stand on lines of their own. */
  const sources = (text) => text.split("; ").map((one) => make("span", { class: "one-source" }, one));

  const drawPages = (from) => {
    const count = state.order.length;
    pages.hidden = count <= PAGE;
    if (pages.hidden) return;
    const turn = (key, step, able) => {
      const button = make("button", { type: "button", "aria-disabled": able ? null : "true" }, kg.say(key));
      button.addEventListener("click", () => {
        if (!able) return;
        state.page += step;
        draw();
        box.scrollTop = 0;
        kg.announce(shown());
        pages.querySelectorAll("button")[step < 0 ? 0 : 1].focus();
      });
      return button;
    };
    const shown = () => {
      const first = state.page * PAGE;
      return kg.say("shown", { first: kg.number(first + 1), last: kg.number(Math.min(first + PAGE, count)), count: kg.number(count) });
    };
    pages.replaceChildren(turn("before", -1, state.page > 0), make("span", {}, shown()), turn("after", 1, from + PAGE < count));
  };

  kg.rows = { show, redraw: () => state && draw(), clear: () => { state = null; box.replaceChildren(); pages.hidden = true; } };
})();
