/* Binding: puts what a person chose into a question's text, by the rules of queries/asking.py. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const YES = ["true", "yes", "ja"];
  const NO = ["false", "no", "nei"];

  /* The day that a text is; raises when it is none. */
  const day = (text) => {
    if (text === "latest" || text === "newest") return kg.catalogue[text];
    const parsed = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
    if (!parsed || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(text)) throw new kg.Fault("no-day", { text });
    return text;
  };
  const fits = (parameter, text) => {
    if (parameter.pattern && !new RegExp(`^(?:${parameter.pattern})$`, "u").test(text)) {
      throw new kg.Fault("no-match", { name: kg.called.parameter(parameter.name), text, about: kg.called.about(parameter) });
    }
  };

  const term = async (parameter, text, at) => {
    switch (parameter.type) {
      case "iri": {
        const iri = await kg.things.resolve(text, parameter.kind, at);
        return { written: kg.terms.named(iri), shown: kg.things.label(iri), iri };
      }
      case "xsd_date": return { written: kg.terms.literal(day(text), "date"), shown: day(text) };
      case "xsd_integer":
        fits(parameter, text);
        if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new kg.Fault("no-number", { text });
        return { written: kg.terms.literal(String(BigInt(text.trim().replace(/^\+/, ""))), "integer"), shown: text.trim() };
      case "xsd_boolean": {
        const said = text.toLowerCase();
        if (![...YES, ...NO].includes(said)) throw new kg.Fault("no-yes", { text });
        const yes = YES.includes(said);
        return { written: kg.terms.literal(String(yes), "boolean"), shown: kg.say(yes ? "yes" : "no") };
      }
      default:
        fits(parameter, text);
        if (parameter.name === "standing") checkStanding(text);
        return { written: kg.terms.literal(text), shown: parameter.name === "standing" ? kg.called.standings(text) : text };
    }
  };
  const checkStanding = (text) => {
    const words = text.split(/\s+/).filter(Boolean);
    const strange = words.find((word) => !kg.catalogue.standings.includes(word));
    if (strange || !words.length) throw new kg.Fault("no-standing", { text: strange ?? "" });
  };
  const checkOrder = (understood) => {
    for (const [first, last] of [["from", "at"], ["at", "to"]]) {
      const [one, other] = [understood.get(first), understood.get(last)];
      if (one && other && other.shown < one.shown) {
        throw new kg.Fault("no-order", { first: kg.called.parameter(first), last: kg.called.parameter(last), one: one.shown, other: other.shown });
      }
    }
  };

  /* The value of a parameter: what was given, else its default; null when there is neither. */
  const valueOf = (parameter, given) => given[parameter.name] ?? (parameter.default || null);
  const lacking = (question, given) =>
    question.parameters.filter((one) => one.required && !(given[one.name] ?? one.default));

  /* A question's text with everything given put in; raises a Fault for what does not fit. */
  const bind = async (question, given) => {
    const strange = Object.keys(given).find((name) => !question.parameters.some((one) => one.name === name));
    if (strange) throw new kg.Fault("no-parameter", { text: strange });
    const [first] = lacking(question, given);
    if (first) throw new kg.Fault("lacking", { name: kg.called.parameter(first.name) });
    const at = question.parameters.find((one) => one.name === "at");
    const when = at ? day(given.at ?? at.default ?? "latest") : null;
    const understood = new Map();
    const written = {};
    for (const parameter of question.parameters) {
      const value = valueOf(parameter, given);
      if (value === null) continue;
      const found = await term(parameter, value, when);
      written[parameter.variable] = found.written;
      understood.set(parameter.name, { ...found, byDefault: !(parameter.name in given) });
    }
    checkOrder(understood);
    // Texts and variables by turns: what is not given stays a variable and fits anything.
    const text = question.parts.map((part, at) => (at % 2 ? written[part] ?? `?${part}` : part)).join("");
    return { text, understood };
  };

  kg.binding = { bind, lacking, day, valueOf };
})();
