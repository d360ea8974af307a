/* Asking: the state of the page in its address, and the way from a press of Run to rows. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const at = (id) => document.getElementById(id);
  const EXAMPLE = `SELECT ?partnership ?label
WHERE {
  ?partnership dcterms:type organisation-type:partnership ;
    skos:prefLabel ?label .
  FILTER(LANG(?label) = "nb")
}
ORDER BY STR(?label)
`;
  let question = null;
  let given = {};
  let bound = "";
  let asking = 0;
  let fault = null;
  kg.announce = (text) => { at("said").textContent = text; };

  /* `bound` is the question's own text as it was put into the editor. */
  const isFree = () => question === null || at("editor").value !== bound;
  const questionOf = (name) => kg.catalogue.questions.find((one) => one.name === name) ?? null;

  /* The address is the state: q and p.name of a question, or sparql. */
  const apply = async () => {
    const now = kg.address.read();
    const name = now.get("q");
    const text = now.get("sparql");
    asking += 1;
    show(null);
    kg.answer.hide();
    question = name !== null && text === null ? questionOf(name) : null;
    given = Object.fromEntries([...now].filter(([key]) => key.startsWith("p.")).map(([key, value]) => [key.slice(2), value]));
    at("welcome").hidden = question !== null || text !== null;
    at("asked").hidden = !at("welcome").hidden;
    kg.list.choose(question?.name ?? (text !== null ? "" : null));
    if (name !== null && text === null && !question) show(new kg.Fault("no-such-question", { text: name }));
    if (at("asked").hidden) return;
    draw();
    at("text").open = !question;
    // Run stands after what is filled in: the fields of a question, or the text of a free query.
    if (question) at("text").before(at("actions"));
    else at("text").after(at("actions"));
    if (question) put(question.parts.map((part, place) => (place % 2 ? `?${part}` : part)).join(""));
    else at("editor").value = text || EXAMPLE;
    at("editor").rows = Math.min(22, Math.max(7, at("editor").value.split("\n").length + 1));
    changed();
    const whole = question ? !kg.binding.lacking(question, given).length : Boolean(text);
    await (whole ? run() : fill());
  };
  const draw = () => {
    at("asked-title").textContent = question ? kg.called.question(question) : kg.say("free-title");
    at("asked-about").textContent = question ? "" : kg.say("free-about");
    at("asked-about").hidden = Boolean(question);
    if (question) kg.form.draw(question, given, edited);
    else at("fields").replaceChildren();
    command();
  };
  /* The question's text in the editor, with what is given put in as far as it can be. */
  const fill = async () => {
    if (!question) return changed();
    const own = asking;
    try {
      const { text } = await kg.binding.bind(question, given);
      if (own === asking) put(text);
    } catch { /* what is wrong with the fields is told when they are run */ }
    return changed();
  };
  const put = (text) => {
    bound = text.replace(/^(?:#\+[^\n]*\n)+/, "");
    at("editor").value = bound;
  };
  const changed = () => { at("changed").hidden = question === null || !isFree(); };

  const edited = () => {
    kg.answer.stale();
    if (!question) return;
    const free = isFree();
    given = kg.form.read(question);
    command();
    if (!free && at("text").open) fill();
  };
  const command = () => {
    at("command-part").hidden = !question;
    if (!question) return;
    const quoted = (text) => (/^[\w:.@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
    const said = Object.entries(given).map(([name, value]) => ` --${name} ${quoted(value)}`).join("");
    at("command").textContent = `kommunegraf query ${question.name}${said}`;
  };

  /* Keeps the address with what is asked, without a new step back. */
  const remember = (state) => {
    const old = Object.fromEntries([...kg.address.read().keys()].filter((key) => key.startsWith("p.")).map((key) => [key, null]));
    kg.address.write({ ...old, q: null, sparql: null, ...state });
  };

  const run = async () => {
    const own = (asking += 1);
    show(null);
    busy(true);
    try {
      if (await kg.engine.clear()) kg.answer.hide();
      if (own !== asking) return;
      if (isFree()) await runFree(own);
      else await runQuestion(own);
    } catch (error) {
      if (own !== asking) return;
      kg.answer.hide();
      show(error instanceof kg.Fault ? error : new kg.Fault("engine", { text: error.message }));
    } finally {
      if (own === asking) busy(false);
    }
  };
  const runQuestion = async (own) => {
    const asked = question;
    remember({ q: asked.name, ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`p.${name}`, value])) });
    const { text, understood } = await kg.binding.bind(asked, given);
    if (own !== asking) return;
    put(text);
    changed();
    const answer = await engineRun(text, "rows");
    if (own === asking) kg.answer.show(answer, { text, name: asked.name, understood });
  };
  const runFree = async (own) => {
    const text = at("editor").value;
    if (question) {
      question = null;
      draw();
      changed();
      kg.list.choose("");
    }
    remember({ sparql: text });
    const { form, named } = kg.inspect(text);
    const before = kg.preamble(text);
    const answer = await engineRun(text, form, before);
    if (own === asking) kg.answer.show(answer, { text: before ? `${before.replaceAll("> ", ">\n")}${text}` : text, name: "kommunegraf", named });
  };
  const engineRun = async (text, form, before = "", how = { most: kg.engine.MOST, keep: true }) => {
    try {
      return await kg.engine.run(before + text, { form, ...how });
    } catch (error) {
      throw error instanceof kg.Fault ? error : kg.explain(text, error.message, before.length);
    }
  };

  const busy = (on) => {
    at("stop").hidden = !on;
    at("asked").setAttribute("aria-busy", String(on));
    if (on) at("state").textContent = kg.say(ready ? "running" : "loading");
    else at("state").textContent = "";
  };
  /* A fault stays until the next question; names that may be meant are offered. */
  const show = (next) => {
    fault = next;
    const box = at("fault");
    box.hidden = !fault;
    if (!fault) return box.replaceChildren();
    const said = kg.make("p", {}, fault.told);
    if (!fault.choices.length || !question) return box.replaceChildren(said);
    const name = Object.keys(given).find((key) => given[key].trim() === fault.slots.text);
    const list = kg.make("p", { class: "meant" });
    for (const iri of fault.choices) {
      const button = kg.make("button", { type: "button" }, `${kg.things.label(iri)} (${kg.things.keyOf(iri)})`);
      button.addEventListener("click", () => {
        kg.form.put(name, iri);
        given = { ...given, [name]: kg.terms.shorten(iri) };
        run();
      });
      list.append(button);
    }
    return box.replaceChildren(said, list);
  };

  let ready = false;
  kg.engine.onState((state, slots) => {
    ready = state === "ready";
    if (state === "failed") show(slots.fault);
    if (ready && !at("stop").hidden) at("state").textContent = kg.say("running");
  });
  at("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  at("form").addEventListener("change", edited);
  at("stop").addEventListener("click", () => {
    asking += 1;
    busy(false);
    kg.engine.stop();
    kg.answer.hide();
    show(new kg.Fault("stopped"));
    at("run").focus();
  });
  at("editor").addEventListener("input", changed);
  at("editor").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  at("back").addEventListener("click", () => {
    at("editor").value = bound;
    changed();
    at("run").focus();
  });
  at("text").addEventListener("toggle", () => at("text").open && !isFree() && fill());

  /* For tests and for the curious in the console: SPARQL results as the standard has them. */
  kg.ask = async (name, parameters = {}) => {
    await kg.known;
    const asked = questionOf(name);
    if (!asked) throw new kg.Fault("no-such-question", { text: name });
    return (await kg.engine.run((await kg.binding.bind(asked, parameters)).text, { form: "rows" })).said;
  };
  kg.sparql = async (text) => {
    await kg.known;
    const { form } = kg.inspect(text);
    const answer = await engineRun(text, form, kg.preamble(text), {});
    return answer.said ?? answer.turtle;
  };

  kg.engine.start();
  document.addEventListener("DOMContentLoaded", async () => {
    at("asking").hidden = false;
    await kg.known;
    kg.list.draw();
    kg.onLanguage(() => {
      kg.list.draw();
      kg.list.choose(question?.name ?? (at("asked").hidden ? null : ""));
      if (!at("asked").hidden) draw();
      kg.answer.redraw();
      show(fault);
    });
    globalThis.addEventListener("hashchange", () => {
      kg.readSwitches();
      const done = apply();
      // Who chose a question goes on with its first field; where the list is above, it leaves the view.
      if (!at("asked").hidden) at("asked-title").focus();
      return done;
    });
    await apply();
  });
})();
