/* Downloads of what is shown: PNG, SVG, CSV, Turtle. Made here; nothing is sent anywhere. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, shown, say, data } = kg;
  const stem = () => `${data.file}-${kg.state.at}`;
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const text = (content, type) => new Blob([content], { type: `${type};charset=utf-8` });

  /* --- CSV: a spreadsheet takes a cell that begins so for a formula; an apostrophe keeps it text --- */
  const cell = (value) => {
    const safe = /^[\s\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) && !/^-?\d+([.,]\d+)?$/.test(value) ? `'${value}` : value;
    return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  kg.csv = () => {
    const columns = kg.columns();
    const iri = (row) => kg.full(row.iri);
    const rows = kg.shownRows().map((row) => [...columns.flatMap((column) => (column.apart ? column.apart(row) : [column.text(row)])), iri(row)]);
    return `\ufeff${[[...columns.flatMap(({ key, apart }) => (apart ? [say(key), say("legend-certainty")] : [say(key)])), "IRI"], ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  };

  /* --- Turtle: the view's words for what is shown, as its CONSTRUCT gives them --- */
  const quoted = (value) => `"${value.replace(/[\\"\n\r\t]/g, (one) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[one])}"`;
  const node = (iri) => `<${kg.full(iri).replace(/[\u0000-\u0020<>"{}|^`\\]/g, (one) => `\\u${one.codePointAt(0).toString(16).padStart(4, "0").toUpperCase()}`)}>`;
  kg.turtle = () => {
    const lines = ["@prefix dcterms: <http://purl.org/dc/terms/> .", "@prefix kg: <https://w3id.org/kommunegraf/ns#> .",
      "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
      "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .", ""];
    const say = (subject, pairs) => lines.push(`${subject} ${pairs.join(" ;\n    ")} .`);
    things.forEach((thing) => {
      if (!shown.things[thing.id]) return;
      say(node(thing.iri), [`rdfs:label ${quoted(thing.name)}@nb`, `kg:drawnAs ${quoted(thing.kind)}`,
        ...Object.entries(thing.names).filter(([language]) => language !== "nb").map(([language, name]) => `rdfs:label ${quoted(name)}@${language}`),
        ...thing.also.map((name) => `skos:altLabel ${quoted(name)}`), ...thing.fields.map((number) => `kg:field ${quoted(kg.fieldNames[number][0])}@nb`), ...(thing.note ? [`rdfs:comment ${quoted(thing.note)}`] : [])]);
    });
    const NAMES = ["possibleFrom", "statedFrom", "statedUntil", "possibleUntil"];
    kg.relations.forEach((relation) => {
      if (!shown.relations[relation.id]) return;
      const { bounds } = relation;
      say(node(relation.iri), [`rdf:subject ${node(things[relation.from].iri)}`, `rdf:object ${node(things[relation.to].iri)}`,
        `rdfs:label ${quoted(relation.text)}@nb`, `kg:drawnAs ${quoted(relation.kind)}`,
        ...(bounds.length === 5 ? NAMES.map((name, i) => `kg:${name} "${kg.dayText(bounds[i])}"^^xsd:date`) : []),
        `kg:isPlan ${Boolean(bounds.at(-1))}`,
        ...(relation.period ? [`kg:period ${quoted(relation.period)}`] : []),
        ...(relation.certainty ? [`kg:certainty <https://w3id.org/kommunegraf/code/certainty/${relation.certainty}>`] : []),
        ...(relation.note ? [`rdfs:comment ${quoted(relation.note)}`] : []),
        ...relation.sources.map((source) => `dcterms:source ${quoted(source)}`)]);
    });
    return `${lines.join("\n")}\n`;
  };

  /* --- pictures: the scene with title, legend and source line --- */
  /* The legend of a saved picture: kinds, how lines stand, hollow symbols. */
  const standings = () => [...document.querySelectorAll(".legend input[data-group=standing]:checked")]
    .filter((input) => !input.closest("label").classList.contains("none"))
    .map((input) => ({ group: "standing", kind: input.dataset.kind, text: kg.kindName("standing", input.dataset.kind) }));
  const hollow = () => (document.getElementById("outside").hidden ? [] : [{ group: "outside", kind: "", text: say("outside") }]);
  const entries = () => [...document.querySelectorAll(".legend input:checked")]
    .filter((input) => !input.closest("label").classList.contains("none") && ["thing", "relation"].includes(input.dataset.group))
    .map((input) => ({ group: input.dataset.group, kind: input.dataset.kind, text: kg.kindName(input.dataset.group, input.dataset.kind) }))
    .concat(standings(), hollow());
  const about = () => ({
    title: `${say("title")} – ${say("as-of", { day: kg.state.at })}`,
    source: `${say("source-line")} ${data.cited.join(" · ")} · kommunegraf, CC BY 4.0`,
  });
  const HEAD = 46, ROW = 20, COLUMN = 210;
  const frame = (camera) => {
    const list = entries();
    const columns = Math.max(1, Math.floor(camera.width / COLUMN));
    const rows = Math.ceil(list.length / columns);
    return { list, columns, top: HEAD, foot: rows * ROW + 44, width: camera.width, height: HEAD + camera.height + rows * ROW + 44 };
  };
  const wrapped = (content, most) => {
    const found = [""];
    content.split(" ").forEach((word) => { if (found.at(-1).length + word.length > most) found.push(word); else found[found.length - 1] += `${found.at(-1) ? " " : ""}${word}`; });
    return found;
  };

  const x = (value) => String(value).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
  const n = (value) => Number(value.toFixed(1));
  const symbolPath = (shape, [cx, cy, size]) => {
    const corners = kg.SHAPES[shape];
    if (!corners) return `M${n(cx - size)} ${n(cy)}a${n(size)} ${n(size)} 0 1 0 ${n(2 * size)} 0a${n(size)} ${n(size)} 0 1 0 ${n(-2 * size)} 0z`;
    return `M${corners.map(([dx, dy]) => `${n(cx + dx * size)} ${n(cy + dy * size)}`).join("L")}z`;
  };
  const sample = (group, kind, left, top, colours) => {
    if (group === "thing") return `<path fill="${x(colours.thing[kind])}" d="${symbolPath(data.kinds.thing[kind].shape, [left + 6, top - 4, 6])}"/>`;
    if (group === "outside") return `<circle cx="${left + 6}" cy="${top - 4}" r="5" fill="none" stroke="${x(colours.ink)}" stroke-width="1.5"/>`;
    const [stroke, alpha, dash] = group === "relation" ? [colours.relation[kind], 1, []] : [colours.ink, data.strength[kind], data.dashes[kind]];
    return `<path stroke="${x(stroke)}" stroke-opacity="${alpha}" stroke-width="2.5"${dash.length ? ` stroke-dasharray="${dash.map((one) => one / 2).join(" ")}"` : ""} d="M${left - 2} ${top - 4}h18"/>`;
  };
  kg.svg = () => {
    if (document.querySelector("svg.timeline")) return chartSvg();
    const camera = kg.camera();
    const scene = kg.scene(camera);
    const box = frame(camera);
    const colours = kg.palette();
    const { title, source } = about();
    const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box.width} ${box.height}" width="${box.width}" height="${box.height}" font-family="system-ui,sans-serif">`,
      `<title>${x(title)}</title><desc>${x(source)}</desc>`, `<rect width="100%" height="100%" fill="${x(colours.paper)}"/>`,
      `<text x="16" y="30" font-size="19" font-weight="600" fill="${x(colours.ink)}">${x(title)}</text>`,
      `<svg y="${box.top}" width="${camera.width}" height="${camera.height}" overflow="hidden">`,
      `<g transform="translate(${n(camera.width / 2 - camera.x * camera.scale)} ${n(camera.height / 2 - camera.y * camera.scale)}) scale(${camera.scale.toFixed(5)})">`];
    scene.areas.forEach((a) => out.push(`<ellipse cx="${a.x}" cy="${a.y}" rx="${a.width}" ry="${a.height}" fill="${x(a.fill)}" fill-opacity=".75" stroke="${x(a.stroke)}"/>`));
    scene.strokes.forEach((s) => out.push(`<path fill="none" stroke="${x(s.stroke)}" stroke-width="${n(s.width)}" stroke-opacity="${s.alpha.toFixed(2)}"${s.dash.length ? ` stroke-dasharray="${s.dash.join(" ")}"` : ""} d="${s.items.map(([x1, y1, x2, y2, m]) => `M${n(x1)} ${n(y1)}${m ? `Q${n(m[0])} ${n(m[1])} ` : "L"}${n(x2)} ${n(y2)}`).join("")}"/>`));
    scene.arrows.forEach((g) => out.push(`<path fill="${x(g.fill)}" fill-opacity="${g.alpha.toFixed(2)}" d="${g.items.map(([ax, ay, angle, size]) => `M${n(ax)} ${n(ay)}L${n(ax - Math.cos(angle - 0.4) * size)} ${n(ay - Math.sin(angle - 0.4) * size)}L${n(ax - Math.cos(angle + 0.4) * size)} ${n(ay - Math.sin(angle + 0.4) * size)}z`).join("")}"/>`));
    scene.nodes.forEach((g) => out.push(`<path fill="${x(g.fill)}" stroke="${x(g.stroke)}" stroke-width="${n(g.line)}" opacity="${g.alpha}" d="${g.items.map((item) => symbolPath(g.shape, item)).join("")}"/>`));
    out.push("</g>");
    const anchor = { center: "middle", left: "start", right: "end" };
    scene.labels.forEach((l) => l.lines.forEach((line, row) => out.push(`<text x="${n(l.x)}" y="${n(l.y + (row + 0.82) * l.size * 1.15)}" font-size="${l.size}"${l.bold ? ' font-weight="600"' : ""} text-anchor="${anchor[l.align]}" fill="${x(colours.ink)}" stroke="${x(colours.paper)}" stroke-width="3" paint-order="stroke">${x(line)}</text>`)));
    out.push("</svg>");
    box.list.forEach(({ group, kind, text: name }, i) => {
      const [left, top] = [16 + (i % box.columns) * COLUMN, box.top + camera.height + 18 + Math.floor(i / box.columns) * ROW];
      out.push(sample(group, kind, left, top, colours));
      out.push(`<text x="${left + 20}" y="${top}" font-size="13" fill="${x(colours.ink)}">${x(name)}</text>`);
    });
    wrapped(source, Math.floor(box.width / 6.2)).slice(0, 2).forEach((line, i) => out.push(`<text x="16" y="${box.height - 22 + i * 14}" font-size="11" fill="${x(colours.soft)}">${x(line)}</text>`));
    out.push("</svg>");
    return out.join("\n");
  };
  /* The chart is SVG already: its computed looks are written into a copy. */
  const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family", "font-weight", "display"];
  const chartSvg = () => {
    const source = document.querySelector("svg.timeline");
    const copy = source.cloneNode(true);
    const all = [source, ...source.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((one, i) => {
      const computed = getComputedStyle(all[i]);
      LOOKS.forEach((look) => one.setAttribute(look, computed.getPropertyValue(look)));
      ["class", "tabindex", "role", "data-edge", "data-thing", "aria-label"].forEach((name) => one.removeAttribute(name));
    });
    const [, , wide, high] = source.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("viewBox", `0 -40 ${wide} ${high + 90}`);
    copy.setAttribute("width", String(wide));
    copy.setAttribute("height", String(high + 90));
    const put = (y, size, content, colour, left = 8) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "text");
      for (const [key, value] of Object.entries({ x: left, y, "font-size": size, fill: colour, "font-family": "system-ui,sans-serif" })) line.setAttribute(key, String(value));
      line.textContent = content;
      copy.append(line);
    };
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of Object.entries({ y: -40, width: wide, height: high + 90, fill: kg.palette().paper })) ground.setAttribute(key, String(value));
    copy.prepend(ground);
    put(-14, 18, about().title, kg.palette().ink);
    let left = 8;
    document.querySelectorAll(".tones li:not([hidden])").forEach((tone) => {
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const computed = getComputedStyle(tone.querySelector("i"));
      for (const [key, value] of Object.entries({ x: left, y: high + 8, width: 22, height: 11, rx: 2, fill: computed.backgroundColor, opacity: computed.opacity })) mark.setAttribute(key, String(value));
      copy.append(mark);
      put(high + 18, 12, tone.textContent, kg.palette().ink, left + 28);
      left += 44 + tone.textContent.length * 6.6;
    });
    put(high + 38, 11, about().source, kg.palette().soft);
    return new XMLSerializer().serializeToString(copy);
  };

  const png = () => new Promise((done, failed) => {
    const picture = new Image();
    const address = URL.createObjectURL(text(kg.svg(), "image/svg+xml"));
    picture.addEventListener("error", () => failed(new Error("the picture cannot be drawn")));
    picture.addEventListener("load", () => {
      URL.revokeObjectURL(address);
      const canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth * 2;
      canvas.height = picture.naturalHeight * 2;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, "image/png");
    });
    picture.src = address;
  });
  kg.png = png;

  const actions = {
    png: async () => save(await png(), `${stem()}.png`),
    svg: () => save(text(kg.svg(), "image/svg+xml"), `${stem()}.svg`),
    csv: () => save(text(kg.csv(), "text/csv"), `${stem()}-${kg.state.list}.csv`),
    turtle: () => save(text(kg.turtle(), "text/turtle"), `${stem()}.ttl`),
  };
  document.querySelectorAll("[data-download]").forEach((one) => one.addEventListener("click", async () => {
    await actions[one.dataset.download]();
    kg.announce(say("saved"));
  }));
})();
