/* Writing what a worker gives away: triples as Turtle, rows as CSV that spreadsheets run nothing of. */
"use strict";
(() => {
  const kg = (globalThis.kg ??= {});
  const TRIPLE = /^(<[^>]*>|_:\S+) (<[^>]*>) (.*) \.$/;
  const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
  const TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
  const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

  /* Lines of N-Triples as Turtle with the prefixes that are used, in one order whatever theirs is. */
  kg.turtle = (text, prefixes) => {
    const spaces = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
    const used = new Set();
    const short = (iri) => {
      for (const [prefix, space] of spaces) {
        if (iri.startsWith(space, 1) && LOCAL.test(iri.slice(1 + space.length, -1))) {
          used.add(prefix);
          return `${prefix}:${iri.slice(1 + space.length, -1)}`;
        }
      }
      return iri;
    };
    const value = (term) => {
      if (term.startsWith("<") && !term.startsWith("<<")) return short(term);
      const typed = /^("(?:[^"\\]|\\.)*"\^\^)(<[^>]*>)$/.exec(term);
      return typed ? typed[1] + short(typed[2]) : term;
    };
    const lines = [];
    let subject = "";
    let predicate = "";
    for (const line of [...new Set(text.split("\n"))].sort()) {
      const found = TRIPLE.exec(line);
      if (!found) continue;
      const verb = found[2] === TYPE ? "a" : short(found[2]);
      if (found[1] !== subject) lines.push(`${subject ? " .\n\n" : ""}${value(found[1])} ${verb} ${value(found[3])}`);
      else if (found[2] !== predicate) lines.push(` ;\n  ${verb} ${value(found[3])}`);
      else lines.push(`, ${value(found[3])}`);
      [, subject, predicate] = found;
    }
    const heads = Object.keys(prefixes).filter((prefix) => used.has(prefix));
    const head = heads.map((prefix) => `@prefix ${prefix}: <${prefixes[prefix]}> .\n`).join("");
    return `${head}${head ? "\n" : ""}${lines.join("")}${lines.length ? " .\n" : ""}`;
  };

  /* A cell of CSV; a spreadsheet that opens it takes no text for a formula. */
  const cell = (text) => {
    const safe = /^[\s\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  kg.csv = (columns, rows) => {
    const line = (cells) => `${cells.map(cell).join(",")}\r\n`;
    return line(columns) + rows.map((row) => line(columns.map((name) => row[name]?.value ?? ""))).join("");
  };
})();
