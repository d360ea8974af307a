/* Faults: what the engine says of a query that it refuses, as one sentence with its place. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const OPENING = { "}": "{", ")": "(", "]": "[" };

  /* The project's prefixes that a query does not declare itself, on one line before it. */
  kg.preamble = (text) => {
    const own = kg.inspect.declared(kg.inspect.tokens(text));
    return Object.entries(kg.catalogue.prefixes)
      .filter(([name]) => !own.has(name)).map(([name, space]) => `PREFIX ${name}: <${space}> `).join("");
  };

  /* Returns a Fault for an engine's message; `shift` is the length of what stood before line 1. */
  kg.explain = (text, message, shift = 0) => {
    const found = /^error at (\d+):(\d+): expected (?:one of )?(.*)$/s.exec(message);
    if (!found) return new kg.Fault("engine", { text: message });
    const tokens = kg.inspect.tokens(text);
    const at = (token) => kg.inspect.place(text, token.at);
    const bad = tokens.find((token) => token.kind === "bad" || token.kind === "open");
    if (bad) return new kg.Fault("bad-sign", { sign: bad.text, ...at(bad) });
    const stranger = undeclared(tokens);
    if (stranger) return new kg.Fault("no-prefix", { prefix: `${stranger.text.split(":")[0]}:`, ...at(stranger) });
    const strange = tokens.find((token) => token.kind === "word" && !kg.catalogue.keywords.includes(token.key));
    if (strange) return new kg.Fault("no-word", { word: strange.text, ...at(strange) });
    const twice = tokens.find((token, place) => token.key === "=" && tokens[place + 1]?.key === "=");
    if (twice) return new kg.Fault("equals-twice", at(twice));
    const open = unclosed(tokens);
    if (open) return new kg.Fault(open.closes ? "closes-nothing" : "not-closed", { sign: open.text, ...at(open) });
    const lines = text.split("\n");
    const line = Math.min(Number(found[1]), lines.length);
    const column = Math.max(1, Number(found[2]) - (Number(found[1]) === 1 ? shift : 0));
    const slots = { line, column, text: lines[line - 1].trim().slice(0, 120) };
    if (found[3].includes("unbound")) return new kg.Fault("not-grouped", slots);
    if (found[3].includes("overrides")) return new kg.Fault("twice-named", slots);
    if (found[3].length < 60) return new kg.Fault("expected", { ...slots, wanted: found[3].replace(", [_]", "") });
    return new kg.Fault("misread", slots);
  };

  const undeclared = (tokens) => {
    const known = new Set([...kg.inspect.declared(tokens), ...Object.keys(kg.catalogue.prefixes)]);
    return tokens.find((token, at) => token.kind === "name" && tokens[at - 1]?.key !== "PREFIX" && !known.has(token.text.split(":")[0]));
  };
  const unclosed = (tokens) => {
    const opened = [];
    for (const token of tokens) {
      if ("{([".includes(token.key)) opened.push(token);
      else if (token.key in OPENING) {
        if (opened.at(-1)?.key !== OPENING[token.key]) return { ...token, closes: true };
        opened.pop();
      }
    }
    return opened.at(-1) ?? null;
  };
})();
