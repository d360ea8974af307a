/* The engine: a worker that holds the graph, started with the page; stopping a query ends it. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const MOST = 10_000;
  const PATIENCE = 400;
  const textOf = (id) => document.getElementById(id).textContent.trim();
  const address = URL.createObjectURL(new Blob([JSON.parse(textOf("worker"))], { type: "text/javascript" }));
  const listeners = [];
  let worker = null;
  let waiting = new Map();
  let number = 0;
  let ready = null;

  const tell = (state, slots = {}) => listeners.forEach((listener) => listener(state, slots));

  const send = (message) =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { deed: message.deed, resolve, reject });
      worker.postMessage({ ...message, id: number });
    });

  const end = (fault) => {
    worker?.terminate();
    worker = null;
    const left = waiting;
    waiting = new Map();
    left.forEach(({ reject }) => reject(fault));
  };

  const start = () => {
    worker = new Worker(address);
    const own = worker;
    worker.onmessage = ({ data }) => {
      const asked = waiting.get(data.id);
      if (own !== worker || !asked) return;
      waiting.delete(data.id);
      if (!("fault" in data)) asked.resolve(data.given);
      else if (data.broken) fail(data.fault, asked);
      else asked.reject(new Error(data.fault));
    };
    worker.onerror = (event) => { if (own === worker) fail(event.message ?? "", null); };
    ready = kg.known.then(() =>
      send({ deed: "start", engine: textOf("engine-data"), graph: textOf("graph-data"), known: kg.catalogue.prefixes }));
    ready.then(() => tell("ready"), () => {});
    tell("loading");
  };
  /* An engine that ran out of memory is of no more use: another takes its place. */
  const fail = (text, asked) => {
    const starting = !asked || asked.deed === "start";
    const fault = new kg.Fault(starting ? "no-engine" : "broken", { text });
    end(fault);
    asked?.reject(fault);
    if (starting) tell("failed", { fault });
    else start();
  };

  kg.engine = {
    onState: (listener) => listeners.push(listener),
    /* Runs a query as it stands; `most` rows come to the page, all are kept to be saved if `keep`.
       Raises what the engine says. */
    run: async (text, { form = "rows", most = Infinity, keep = false } = {}) => {
      await ready;
      return send({ deed: "query", text, form, most, keep });
    },
    /* The answer that was kept last whole, as json, csv or ttl. */
    save: (format) => send({ deed: "save", format }),
    /* Makes way for another query: waits a moment for the one that runs, then ends it, and with it
       what was kept. Returns whether it had to. */
    clear: async () => {
      const busy = () => [...waiting.values()].some(({ deed }) => deed === "query");
      for (let waited = 0; busy() && waited < PATIENCE; waited += 50) await new Promise((done) => setTimeout(done, 50));
      const ended = busy();
      if (ended) kg.engine.stop();
      return ended;
    },
    stop: () => {
      end(new kg.Fault("stopped"));
      start();
    },
    start,
    MOST,
  };
})();
