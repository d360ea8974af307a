/* The page's behaviour. Every text from the graph goes in as text (textContent, canvas), never as markup. */
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const root = document.documentElement;
  const edges = data.edges;
  const nodes = data.nodes;
  [...nodes, ...edges].forEach((one) => { if (!one.iri.includes(":")) one.iri = data.base + one.iri; });
  const rows = new Map([...document.querySelectorAll("tr[data-edge]")].map((row) => [Number(row.dataset.edge), row]));
  /* The table holds each relation's words once; the panel reads them from there. */
  edges.forEach((edge) => {
    const cells = rows.get(edge.id).cells;
    edge.text = cells[1].textContent;
    edge.period = cells[3].textContent;
    edge.sources = [...cells[5].children].map((source) => source.textContent);
  });
  const touching = nodes.map(() => []);
  edges.forEach((edge) => {
    touching[edge.from].push(edge);
    if (edge.to !== edge.from) touching[edge.to].push(edge);
  });
  const hidden = { thing: new Set(), relation: new Set(), standing: new Set() };
  const state = { node: null, edge: null, found: null };
  const words = (pair) => pair[root.lang === "en" ? 1 : 0];
  const say = (nb, en) => words([nb, en]);

  const shown = {
    node: (node) => !hidden.thing.has(node.kind),
    edge: (edge) =>
      !hidden.relation.has(edge.kind) && !hidden.standing.has(edge.standing) &&
      shown.node(nodes[edge.from]) && shown.node(nodes[edge.to]),
  };

  /* Folding as people type: case, accents and Norwegian letters do not count. */
  const fold = (text) =>
    text.toLowerCase().replace(/æ/g, "ae").replace(/[øö]/g, "o").replace(/[åä]/g, "a").replace(/aa/g, "a")
      .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  nodes.forEach((node) => { node.folded = [node.name, ...(node.also || [])].map(fold).join(" | "); });

  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const symbolOf = (group, kind) => {
    const input = document.querySelector(`input[data-group="${group}"][data-kind="${CSS.escape(kind)}"]`);
    const symbol = input && input.parentElement.querySelector("svg");
    if (!symbol) return make("span");
    const copy = symbol.cloneNode(true);
    copy.classList.add(`${group}-${kind}`);
    return copy;
  };

  /* --- the panel --- */
  const panel = $("panel");
  const choose = (node) => {
    const button = make("button", node.name);
    button.type = "button";
    button.addEventListener("click", () => select({ node: node.id }, true));
    return button;
  };
  const evidence = (edge) => {
    const box = document.createDocumentFragment();
    const when = make("p", undefined, "when");
    when.append(make("b", edge.period || say("tid ikke sagt", "time not stated")),
      ` · ${words(data.words.standing[edge.standing])}`);
    box.append(when);
    edge.sources.forEach((source) => box.append(make("p", source, "source")));
    return box;
  };
  const heading = (title, group, kind) => {
    const close = make("button", "×", "close");
    close.type = "button";
    close.setAttribute("aria-label", say("Lukk", "Close"));
    close.addEventListener("click", () => select({}, false));
    const line = make("p", undefined, "kindline");
    line.append(symbolOf(group, kind), words(data.words[group][kind]));
    panel.append(close, make("h2", title), line);
  };
  const showNode = (node) => {
    heading(node.name, "thing", node.kind);
    if (node.also) panel.append(make("p", `${say("Også kalt", "Also called")}: ${node.also.join(", ")}`, "text"));
    if (node.note) panel.append(make("p", node.note, "text"));
    const kinds = new Map();
    touching[node.id].filter(shown.edge).forEach((edge) => {
      const key = `${edge.kind} ${edge.from === node.id ? "out" : "in"}`;
      if (!kinds.has(key)) kinds.set(key, []);
      kinds.get(key).push(edge);
    });
    [...kinds.values()].forEach((list) => {
      const outward = list[0].from === node.id;
      const title = make("h3");
      title.append(symbolOf("relation", list[0].kind),
        `${outward ? "" : "← "}${words(data.words.relation[list[0].kind])} (${list.length})`);
      const rows = make("ul");
      const other = (edge) => nodes[edge.from === node.id ? edge.to : edge.from];
      list.sort((a, b) => other(a).name.localeCompare(other(b).name, "nb"));
      list.forEach((edge) => {
        const row = make("li");
        row.append(choose(other(edge)), make("p", edge.text, "text"), evidence(edge));
        rows.append(row);
      });
      panel.append(title, rows);
    });
    panel.append(make("h3", "IRI"), make("code", node.iri));
  };
  const showEdge = (edge) => {
    heading(edge.text, "relation", edge.kind);
    const ends = make("ul");
    [edge.from, edge.to].forEach((end) => {
      const row = make("li");
      row.append(symbolOf("thing", nodes[end].kind), " ", choose(nodes[end]));
      ends.append(row);
    });
    panel.append(ends, make("h3", say("Tid og kilde", "Time and source")), evidence(edge),
      make("h3", "IRI"), make("code", edge.iri));
  };
  const showPanel = () => {
    panel.replaceChildren();
    panel.hidden = state.node === null && state.edge === null;
    if (state.node !== null) showNode(nodes[state.node]);
    else if (state.edge !== null) showEdge(edges[state.edge]);
    panel.scrollTop = 0;
  };

  /* --- the picture --- */
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const stage = $("network");
  let network = null;
  let paint = () => {};
  let showAll = () => {};
  if (stage && window.vis) {
    const strength = data.strength;
    const ids = new vis.DataSet(nodes.map((n) => ({ id: n.id, x: n.x, y: n.y, shape: n.shape, size: n.size })));
    const ties = new vis.DataSet(edges.map((e) => ({
      id: e.id, from: e.from, to: e.to, arrows: e.arrows, width: e.width,
      ...(e.dashes ? { dashes: e.dashes } : {}), ...(e.smooth ? { smooth: e.smooth } : {}) })));
    network = new vis.Network(stage, { nodes: ids, edges: ties }, data.options);
    let palette = {};
    let lit = null;
    paint = () => {
      palette = { ink: colour("--ink"), paper: colour("--paper"), soft: colour("--soft"), line: colour("--line"), band: colour("--band") };
      const tone = {};
      const of = (group, kind) => (tone[group + kind] ??= colour(`--${group}-${kind}`));
      const near = new Set();
      if (state.node !== null) {
        near.add(state.node);
        touching[state.node].filter(shown.edge).forEach((e) => near.add(e.from).add(e.to));
      } else if (state.edge !== null) near.add(edges[state.edge].from).add(edges[state.edge].to);
      else if (state.found) state.found.forEach((id) => near.add(id));
      const some = near.size > 0;
      ids.update(nodes.map((n) => {
        const bright = !some || near.has(n.id);
        const fill = of("thing", n.kind);
        const chosen = n.id === state.node || (state.found !== null && state.found.has(n.id));
        return { id: n.id, hidden: !shown.node(n), opacity: bright ? 1 : 0.15, borderWidth: chosen ? 2 : 1,
          color: { background: fill, border: chosen ? palette.ink : palette.paper,
            highlight: { background: fill, border: palette.ink }, hover: { background: fill, border: palette.ink } } };
      }));
      lit = some ? near : null;
      ties.update(edges.map((e) => {
        const own = state.node !== null ? e.from === state.node || e.to === state.node : e.id === state.edge;
        const rest = strength[e.standing] * (data.faint.includes(e.kind) ? 0.28 : 0.75);
        const line = of("relation", e.kind);
        return { id: e.id, hidden: !shown.edge(e), width: own ? e.width + 1.2 : e.width,
          color: { color: line, highlight: line, hover: line, inherit: false, opacity: own ? 1 : some ? 0.05 : rest } };
      }));
    };
    network.on("beforeDrawing", (context) => {
      data.areas.forEach(([x, y, wide, high, hub]) => {
        context.beginPath();
        context.ellipse(x, y, wide, high, 0, 0, 2 * Math.PI);
        context.fillStyle = palette.band;
        context.globalAlpha = 0.75;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = hub === null ? palette.line : colour(`--thing-${nodes[hub].kind}`);
        context.lineWidth = 1;
        context.stroke();
      });
    });
    /* Labels as on a map: never smaller than one can read, never over one another; the more
       important first, as many as fit. Coming closer makes room for more. */
    const order = [...nodes].sort((a, b) => b.font.size - a.font.size || touching[b.id].length - touching[a.id].length || a.id - b.id);
    const family = getComputedStyle(document.body).fontFamily;
    const widths = new Map();
    network.on("afterDrawing", (context) => {
      const scale = network.getScale();
      const boxes = [];
      const texts = new Map();
      const symbols = new Map();
      const cells = function* (box) {
        for (let x = Math.floor(box[0] / 120); x <= Math.floor(box[2] / 120); x++)
          for (let y = Math.floor(box[1] / 40); y <= Math.floor(box[3] / 40); y++) yield x * 4096 + y;
      };
      const free = (grid, box) => {
        for (const cell of cells(box))
          for (const other of grid.get(cell) || [])
            if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
        return true;
      };
      const take = (grid, box) => {
        for (const cell of cells(box)) (grid.get(cell) || grid.set(cell, []).get(cell)).push(box);
      };
      const view = [network.DOMtoCanvas({ x: -80, y: -40 }), network.DOMtoCanvas({ x: stage.clientWidth + 80, y: stage.clientHeight + 40 })];
      const inside = (n) => n.x > view[0].x && n.x < view[1].x && n.y > view[0].y && n.y < view[1].y;
      const corners = [network.DOMtoCanvas({ x: 2, y: 2 }), network.DOMtoCanvas({ x: stage.clientWidth - 2, y: stage.clientHeight - 2 })];
      const within = (box) => box[0] >= corners[0].x * scale && box[1] >= corners[0].y * scale && box[2] <= corners[1].x * scale && box[3] <= corners[1].y * scale;
      const wanted = order.filter((n) => shown.node(n) && inside(n) && (lit === null || lit.has(n.id)));
      wanted.forEach((n) => {
        const r = n.size * scale * 0.75;
        take(symbols, [n.x * scale - r, n.y * scale - r, n.x * scale + r, n.y * scale + r]);
      });
      if (state.node !== null) wanted.sort((a, b) => (b.id === state.node) - (a.id === state.node));
      context.save();
      context.scale(1 / scale, 1 / scale);
      context.lineJoin = "round";
      context.textBaseline = "middle";
      wanted.forEach((n) => {
        const size = Math.round(Math.min(Math.max(n.font.size * scale, 9.5 + n.font.size / 8), n.font.size));
        const lines = n.label.split("\n");
        const key = `${n.id} ${size}`;
        context.font = `${n.font.size >= 20 ? "600 " : ""}${size}px ${family}`;
        if (!widths.has(key)) widths.set(key, Math.max(...lines.map((line) => context.measureText(line).width)));
        const wide = widths.get(key);
        const high = lines.length * size * 1.15;
        const r = n.size * scale + 2;
        const [x, y] = [n.x * scale, n.y * scale];
        const places = [[x - wide / 2, y + r], [x + r + 1, y - high / 2], [x - wide / 2, y - r - high], [x - r - 1 - wide, y - high / 2]];
        const fits = places.map(([left, top]) => [left, top, [left - 2, top, left + wide + 2, top + high]])
          .filter(([, , box]) => within(box) && free(texts, box));
        /* A lesser name does not cover a symbol; a greater one does if it must. */
        const best = fits.find(([, , box]) => free(symbols, box)) || (n.font.size >= 16 ? fits[0] : undefined);
        if (best) {
          const [left, top, box] = best;
          take(texts, box);
          boxes.push(box);
          context.lineWidth = 3.5;
          context.strokeStyle = palette.paper;
          context.fillStyle = palette.ink;
          const centred = left === x - wide / 2;
          context.textAlign = centred ? "center" : left > x ? "left" : "right";
          const at = centred ? x : left > x ? left : left + wide;
          lines.forEach((line, row) => {
            const down = top + (row + 0.5) * size * 1.15;
            context.strokeText(line, at, down);
            context.fillText(line, at, down);
          });
        }
      });
      context.restore();
      stage.dataset.labels = JSON.stringify(boxes.map((box) => box.map(Math.round)));
    });
    network.on("click", (event) => {
      if (event.nodes.length) select({ node: event.nodes[0] }, false);
      else if (event.edges.length) select({ edge: event.edges[0] }, false);
      else select({}, false);
    });
    network.on("hoverNode", () => { stage.style.cursor = "pointer"; });
    network.on("blurNode", () => { stage.style.cursor = ""; });
    const reach = nodes.reduce((r, n) => [Math.min(r[0], n.x - 40), Math.min(r[1], n.y - 30), Math.max(r[2], n.x + 40), Math.max(r[3], n.y + 30)], [0, 0, 0, 0]);
    data.areas.forEach(([x, y, wide, high]) => {
      reach[0] = Math.min(reach[0], x - wide);
      reach[1] = Math.min(reach[1], y - high);
      reach[2] = Math.max(reach[2], x + wide);
      reach[3] = Math.max(reach[3], y + high);
    });
    showAll = (animation) => {
      const scale = Math.min(stage.clientWidth / (reach[2] - reach[0]), stage.clientHeight / (reach[3] - reach[1]), 2.5) * 0.96;
      network.moveTo({ position: { x: (reach[0] + reach[2]) / 2, y: (reach[1] + reach[3]) / 2 }, scale, animation });
    };
    const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: { duration: 150 } });
    $("closer").addEventListener("click", () => zoom(1.35));
    $("further").addEventListener("click", () => zoom(1 / 1.35));
    $("whole").addEventListener("click", () => showAll({ duration: 200 }));
    document.querySelector(".zoom").hidden = false;
  }

  /* --- choosing, filtering, searching --- */
  const bars = [...document.querySelectorAll("svg [data-edge], svg [data-thing]")];
  const select = ({ node = null, edge = null }, move) => {
    Object.assign(state, { node, edge });
    const lit = (e) => (node !== null ? e.from === node || e.to === node : e.id === edge);
    rows.forEach((row, number) => row.classList.toggle("chosen", lit(edges[number])));
    bars.forEach((bar) => bar.classList.toggle("chosen", bar.dataset.edge !== undefined && lit(edges[Number(bar.dataset.edge)])));
    showPanel();
    paint();
    if (network) {
      network.setSelection({ nodes: node === null ? [] : [node], edges: edge === null ? [] : [edge] }, { highlightEdges: false });
      if (move && node !== null) network.focus(node, { scale: Math.max(network.getScale(), 0.8), animation: { duration: 250 } });
      if (move && edge !== null) network.fit({ nodes: [edges[edge].from, edges[edge].to], maxZoomLevel: 1, animation: { duration: 250 } });
    }
    const address = node === null ? "" : `#${encodeURIComponent(nodes[node].iri)}`;
    try { history.replaceState(null, "", address || "#"); } catch { /* some browsers refuse it for files */ }
  };
  const filter = () => {
    let count = 0;
    edges.forEach((edge) => {
      const visible = shown.edge(edge);
      count += visible ? 1 : 0;
      const row = rows.get(edge.id);
      if (row) row.hidden = !visible;
    });
    bars.forEach((bar) => {
      if (bar.dataset.edge !== undefined) bar.classList.toggle("gone", !shown.edge(edges[Number(bar.dataset.edge)]));
      bar.toggleAttribute("hidden", bar.classList.contains("gone"));
    });
    $("shown").textContent = String(count);
    if (state.node !== null) showPanel();
    paint();
  };
  document.querySelectorAll(".legend input").forEach((input) => {
    input.disabled = false;
    input.checked = true;
    input.addEventListener("change", () => {
      hidden[input.dataset.group][input.checked ? "delete" : "add"](input.dataset.kind);
      filter();
    });
  });
  rows.forEach((row, number) => row.addEventListener("click", () => {
    if (!String(getSelection())) select({ edge: number }, true);
  }));
  bars.forEach((bar) => {
    const pick = () => select(bar.dataset.edge === undefined ? { node: Number(bar.dataset.thing) } : { edge: Number(bar.dataset.edge) }, false);
    bar.addEventListener("click", pick);
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); }
    });
  });
  const box = $("search");
  const found = $("found");
  const search = () => {
    const wanted = fold(box.value).split(" ").filter(Boolean);
    const hits = wanted.length ? nodes.filter((n) => shown.node(n) && wanted.every((word) => n.folded.includes(word))) : [];
    state.found = wanted.length ? new Set(hits.map((n) => n.id)) : null;
    found.replaceChildren(...hits.slice(0, 40).map((node) => {
      const row = make("li");
      const button = make("button");
      button.type = "button";
      button.append(symbolOf("thing", node.kind), node.name);
      button.addEventListener("click", () => {
        found.hidden = true;
        box.value = "";
        state.found = null;
        select({ node: node.id }, true);
        panel.focus({ preventScroll: true });
      });
      row.append(button);
      return row;
    }));
    if (wanted.length && !hits.length) found.append(make("li", say("Ingen treff", "Nothing found"), "hint"));
    found.hidden = !wanted.length;
    if (wanted.length) Object.assign(state, { node: null, edge: null });
    paint();
  };
  box.addEventListener("input", search);
  const buttons = () => [...found.querySelectorAll("button")];
  document.querySelector(".search").addEventListener("keydown", (event) => {
    const list = buttons();
    const at = list.indexOf(document.activeElement);
    if (event.key === "ArrowDown") (list[at + 1] || list[0])?.focus();
    else if (event.key === "ArrowUp") (list[at - 1] || box).focus();
    else if (event.key === "Enter" && document.activeElement === box) list[0]?.click();
    else if (event.key === "Escape") { box.value = ""; search(); box.focus(); }
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement !== box) select({}, false);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) found.hidden = true;
  });

  /* --- language and theme --- */
  $("language").addEventListener("click", () => {
    root.lang = root.lang === "en" ? "nb" : "en";
    $("language").textContent = root.lang === "en" ? "Norsk" : "English";
    $("language").lang = root.lang === "en" ? "nb" : "en";
    rows.forEach((row, number) => { row.cells[4].textContent = words(data.words.standing[edges[number].standing]); });
    showPanel();
  });
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    paint();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint());

  document.querySelector(".switches").hidden = false;
  document.querySelector(".search").hidden = false;
  root.classList.add("ready");
  paint();
  showAll(false);
  let wanted = "";
  try { wanted = decodeURIComponent(location.hash.slice(1)); } catch { /* not an address of ours */ }
  const start = nodes.find((node) => node.iri === wanted);
  if (start) select({ node: start.id }, true);
})();
