/* The worker: holds the graph and answers one query at a time. Runs after the engine's own script,
   whose `initialise` and `Store` it uses; being ended by the page is how a query is stopped. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const PIECE = 65536;
  let store = null;
  let prefixes = {};
  let last = null;

  const start = async ({ engine, graph, known }) => {
    prefixes = known;
    await initialise({ module_or_path: await kg.unpack(engine) });
    const bytes = await kg.unpack(graph);
    store = new Store();
    // In pieces: the engine's code is made faster between them.
    const pieces = function* () {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    };
    store.load(pieces(), { format: "text/turtle" });
    return { triples: store.size };
  };

  /* form: rows or graph. most: how many rows go to the page. keep: whether all stay here to be saved. */
  const query = ({ text, form, most, keep }) => {
    const began = performance.now();
    const answer = store.query(text, { results_format: form === "graph" ? "application/n-triples" : "json" });
    const time = performance.now() - began;
    if (form === "graph") {
      const turtle = kg.turtle(answer, prefixes);
      if (keep) last = { turtle };
      return { form, turtle, total: new Set(answer.split("\n").filter(Boolean)).size, time };
    }
    const said = JSON.parse(answer);
    if (keep) last = { said };
    if ("boolean" in said) return { form: "boolean", said, total: 1, time };
    const rows = said.results.bindings;
    const shown = rows.length > most ? { ...said, results: { bindings: rows.slice(0, most) } } : said;
    return { form, said: shown, total: rows.length, time };
  };

  const save = ({ format }) => {
    if (format === "ttl") return last.turtle;
    if (format === "json") return `${JSON.stringify(last.said)}\n`;
    return "boolean" in last.said
      ? kg.csv(["answer"], [{ answer: { value: String(last.said.boolean) } }])
      : kg.csv(last.said.head.vars, last.said.results.bindings);
  };

  const deeds = { start, query, save };
  let before = Promise.resolve();
  globalThis.onmessage = ({ data }) => {
    before = before.then(async () => {
      try {
        globalThis.postMessage({ id: data.id, given: await deeds[data.deed](data) });
      } catch (error) {
        // What is no error of the engine's own (its memory or stack ran out) leaves it unfit for use.
        const broken = data.deed === "start" || error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
        globalThis.postMessage({ id: data.id, fault: String(error?.message ?? error), broken });
      }
    });
  };
})();
