/* The answer: how many rows, in what time, what was understood, and the ways to take it along. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const make = kg.make;
  const at = (id) => document.getElementById(id);
  const READABLE = 200_000;
  let last = null;

  const time = (ms) =>
    ms < 1000 ? kg.say("time", { time: kg.number(Math.max(1, Math.round(ms))) }) : kg.say("seconds", { time: kg.number((ms / 1000).toFixed(1)) });
  const counted = ({ form, said, total }) => {
    if (form === "boolean") return kg.say(said.boolean ? "yes" : "no");
    if (form === "graph") return kg.say("answer-triples", { count: kg.number(total) });
    return total === 0 ? kg.say("answer-none") : total === 1 ? kg.say("answer-row") : kg.say("answer-rows", { count: kg.number(total) });
  };
  const told = () => kg.say("answered", { answer: counted(last.answer), time: time(last.answer.time) });

  const draw = () => {
    const { answer, understood, named } = last;
    const title = at("answer-title");
    title.replaceChildren(counted(answer), " ", make("small", {}, time(answer.time)));
    const said = [...(understood ?? [])].map(([name, { shown, byDefault }]) =>
      `${kg.called.parameter(name)}: ${shown}${byDefault ? ` (${kg.say("default")})` : ""}`);
    at("understood").textContent = said.join(" · ");
    at("understood").hidden = !said.length;
    const graph = answer.form === "graph";
    const empty = answer.total === 0;
    at("table").hidden = answer.form !== "rows" || empty;
    at("triples").hidden = !graph || empty;
    at("triples").textContent = graph ? answer.turtle.slice(0, READABLE) : "";
    const note = empty && named ? "merged" : empty && understood ? "nothing"
      : answer.form === "rows" && answer.total > kg.engine.MOST ? "cut" : graph && answer.turtle.length > READABLE ? "cut-text" : null;
    at("answer-note").hidden = !note;
    if (note) at("answer-note").textContent = kg.say(note, { most: kg.number(kg.engine.MOST) });
    saves(graph, answer.form === "rows" && !empty);
  };

  const saves = (graph, table) => {
    const ways = graph ? ["ttl", "rq"] : ["csv", "json", "rq"];
    const buttons = ways.map((format) => {
      const button = make("button", { type: "button", "aria-label": kg.say("save-as", { format: kg.say(`save-${format}`) }) }, kg.say(`save-${format}`));
      button.addEventListener("click", () => save(format));
      return button;
    });
    const made = [make("span", { class: "hint" }, kg.say("save")), ...buttons];
    const columns = last.answer.said?.head?.vars ?? [];
    if (table && columns.some((name) => columns.includes(`${name}Label`))) {
      const label = make("label", { class: "irishow" });
      const check = make("input", { type: "checkbox", id: "iris" });
      check.checked = at("table").classList.contains("with-iris");
      check.addEventListener("change", () => at("table").classList.toggle("with-iris", check.checked));
      label.append(check, make("span", {}, kg.say("iris")));
      made.unshift(label);
    }
    at("saves").replaceChildren(...made);
  };
  const save = async (format) => {
    const text = format === "rq" ? last.text : await kg.engine.save(format);
    kg.saveText(text, last.name, format);
  };

  kg.answer = {
    /* text: the query as it was run; name: of the file; named: whether it names graphs. */
    show: (answer, { text, name, understood = null, named = false }) => {
      last = { answer, text, name, understood, named };
      at("answer").hidden = false;
      at("answer").classList.remove("stale");
      kg.rows.clear();
      if (answer.form === "rows") kg.rows.show(answer.said);
      draw();
      kg.announce(told());
    },
    hide: () => {
      last = null;
      at("answer").hidden = true;
      kg.rows.clear();
    },
    redraw: () => {
      if (!last) return;
      draw();
      if (last.answer.form === "rows") kg.rows.redraw();
    },
    stale: () => at("answer").classList.add("stale"),
  };
})();
