/* Inspecting: what a free query is by its words alone, before the engine reads it. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const UPDATES = new Set(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"]);
  const MOST = 1_000_000;
  const DEEP = 64;
  // The order matters: within strings, IRIs and comments no word is a word.
  const TOKEN = new RegExp(
    [
      /(?<blank>[ \t\r\n]+|#[^\r\n]*)/,
      /(?<string>"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?!"")(?:[^"\\\r\n]|\\.)*"|'(?!'')(?:[^'\\\r\n]|\\.)*')/,
      /(?<open>"""[\s\S]*$|'''[\s\S]*$|"[^\r\n]*|'[^\r\n]*)/,
      /(?<iri><[^\u0000-\u0020<>"{}|^`\\]*>)/,
      /(?<label>_:[\p{L}\p{N}_][\p{L}\p{N}_.-]*)/,
      /(?<name>(?:\p{L}[\p{L}\p{N}_.-]*)?:(?:(?:[\p{L}\p{N}_:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*))/,
      /(?<variable>[?$][\p{L}\p{N}_]+)/,
      /(?<language>@[A-Za-z]+(?:-{1,2}[A-Za-z0-9]+)*)/,
      /(?<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/,
      /(?<word>[\p{L}_][\p{L}\p{N}_]*)/,
      /(?<sign>\^\^|&&|\|\||!=|<=|>=|[{}()[\].;,/|^?*+!=<>-])/,
      /(?<bad>.)/,
    ].map((part) => part.source).join("|"),
    "gsu",
  );

  const tokens = (text) => {
    const found = [];
    for (const match of text.matchAll(TOKEN)) {
      const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
      if (kind !== "blank") found.push({ kind, text: match[0], key: kind === "word" ? match[0].toUpperCase() : match[0], at: match.index });
    }
    return found;
  };
  /* Line, column (both from 1) and the line's own text at a place. */
  const place = (text, at) => {
    const before = text.slice(0, at).split("\n");
    const line = text.split("\n")[before.length - 1].trim();
    return { line: before.length, column: before.at(-1).length + 1, text: line.slice(0, 120) };
  };
  const prologue = (found) => {
    let at = 0;
    while (["PREFIX", "BASE"].includes(found[at]?.key)) at += found[at].key === "PREFIX" ? 3 : 2;
    return at;
  };
  const declared = (found) => {
    const names = new Set();
    found.forEach((token, at) => {
      if (token.key === "PREFIX" && found[at + 1]?.kind === "name") names.add(found[at + 1].text.split(":")[0]);
    });
    return names;
  };

  /* What a query gives: rows (SELECT, ASK) or graph. Raises a Fault for what is not asked here. */
  kg.inspect = (text) => {
    if (!text.trim()) throw new kg.Fault("empty-query");
    if (text.length > MOST) throw new kg.Fault("long-query", { most: kg.number(MOST) });
    const found = tokens(text);
    if (!found.length) throw new kg.Fault("empty-query");
    const first = found[prologue(found)]?.key ?? "";
    if (UPDATES.has(first)) throw new kg.Fault("update", { text: first });
    const service = found.find((token) => token.kind === "word" && token.key.includes("SERVICE"));
    if (service) throw new kg.Fault("service", place(text, service.at));
    let depth = 0;
    for (const token of found) {
      if ("{([".includes(token.key)) depth += 1;
      else if ("})]".includes(token.key)) depth -= 1;
      if (depth > DEEP) throw new kg.Fault("deep-query", { most: DEEP, ...place(text, token.at) });
    }
    const named = found.some((token) => token.kind === "word" && ["GRAPH", "FROM"].includes(token.key));
    return { form: ["CONSTRUCT", "DESCRIBE"].includes(first) ? "graph" : "rows", named };
  };
  Object.assign(kg.inspect, { tokens, place, declared });
})();
