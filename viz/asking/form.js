/* The form: a field for each parameter of a question, of the sort that its type asks for. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const make = kg.make;
  let fields = new Map();

  const options = (pairs, value) => {
    const select = make("select");
    for (const [code, label] of pairs) {
      const option = make("option", { value: code }, label);
      option.selected = code === value;
      select.append(option);
    }
    return select;
  };
  const simple = (element) => ({ element, input: element, get: () => element.value.trim() });

  /* The codes of a list, or of several, by label; without a default none needs be chosen. */
  const codes = (parameter, value) => {
    const given = value ?? parameter.default ?? "";
    const listed = kg.things.all(parameter.kind)
      .map((thing) => [kg.terms.shorten(thing.iri), kg.things.label(thing.iri)])
      .sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang));
    const fit = listed.find(([short, label]) =>
      [short, label, short.slice(short.indexOf(":") + 1)].includes(given) || kg.terms.iriOf(given) === kg.terms.expand(short));
    const open = parameter.default ? [] : [["", kg.say(parameter.required ? "choose" : "all")]];
    // What the list lacks stays as it was written, to be told when it is run.
    const other = given && !fit ? [[given, given]] : [];
    return simple(options([...open, ...other, ...listed], fit ? fit[0] : given));
  };
  const standings = (parameter, value) => {
    const box = make("div", { class: "checks" });
    const chosen = (value ?? parameter.default).split(/\s+/);
    for (const word of kg.catalogue.standings) {
      const label = make("label", { class: `standing ${word}` });
      const check = make("input", { type: "checkbox", value: word });
      check.checked = chosen.includes(word);
      label.append(check, make("span", {}, kg.say(word)));
      box.append(label);
    }
    const get = () => [...box.querySelectorAll("input:checked")].map((one) => one.value).join(" ") || " ";
    return { element: box, input: null, get };
  };
  const date = (parameter, value) => {
    const given = value ?? parameter.default ?? "";
    const input = make("input", { type: "date", min: "0001-01-01", max: "9999-12-31" });
    try { input.value = given && kg.binding.day(given); } catch { input.value = ""; }
    return simple(input);
  };
  const yesOrNo = (parameter, value) => {
    const said = (value ?? parameter.default ?? "").toLowerCase();
    const yes = ["yes", "true", "ja"].includes(said) ? "yes" : said ? "no" : "";
    const open = parameter.default ? [] : [["", kg.say("all")]];
    return simple(options([...open, ["yes", kg.say("yes")], ["no", kg.say("no")]], yes));
  };
  const written = (parameter, value) => {
    const digits = parameter.type === "xsd_integer" || /^\[0-9\]/.test(parameter.pattern ?? "");
    return simple(make("input", {
      type: "text", autocomplete: "off", spellcheck: "false", inputmode: digits ? "numeric" : null,
      value: value ?? parameter.default ?? "",
    }));
  };

  const field = (parameter, value, onChange) => {
    const id = `field-${parameter.name}`;
    const describedBy = `${id}-about`;
    const parts = { id, kind: parameter.kind, value, describedBy, required: parameter.required, onChange };
    if (parameter.type === "iri" && !(parameter.kind ?? "").startsWith("code:")) return kg.choose(parts);
    if (parameter.type === "iri") return codes(parameter, value);
    if (parameter.type === "xsd_date") return date(parameter, value);
    if (parameter.type === "xsd_boolean") return yesOrNo(parameter, value);
    return parameter.name === "standing" ? standings(parameter, value) : written(parameter, value);
  };
  const about = (parameter) => {
    const said = [kg.called.about(parameter)];
    if (parameter.type === "xsd_date" && parameter.default) {
      const known = ["latest", "newest"].includes(parameter.default);
      const day = kg.binding.day(parameter.default);
      if (known) said.push(kg.say(parameter.default, { day }));
    }
    const text = said.filter(Boolean).join(". ").replace(/\.\. /, ". ");
    return text.charAt(0).toUpperCase() + text.slice(1);
  };

  /* Draws the fields of a question, filled with what was given or with the defaults. */
  const draw = (question, given, onChange) => {
    fields = new Map();
    const drawn = question.parameters.map((parameter) => {
      const made = field(parameter, given[parameter.name], onChange);
      fields.set(parameter.name, made);
      const grouped = made.input === null;
      const box = make(grouped ? "fieldset" : "div", { class: "field", "data-name": parameter.name });
      const title = make(grouped ? "legend" : "label", grouped ? {} : { for: `field-${parameter.name}` }, kg.called.parameter(parameter.name));
      if (parameter.required) title.append(" ", make("em", {}, kg.say("required")));
      const said = about(parameter);
      const hint = make("p", { id: `field-${parameter.name}-about`, class: "hint" }, said);
      hint.hidden = !said;
      if (made.input) {
        made.input.id = `field-${parameter.name}`;
        made.input.setAttribute("aria-describedby", hint.id);
        if (parameter.required) made.input.setAttribute("aria-required", "true");
      } else box.setAttribute("aria-describedby", hint.id);
      box.append(title, made.element, hint);
      return box;
    });
    document.getElementById("fields").replaceChildren(...drawn);
  };
  /* What the fields hold, by name; what is empty or as it is without choosing is left out. */
  const read = (question) => {
    const given = {};
    for (const parameter of question.parameters) {
      const value = fields.get(parameter.name)?.get() ?? "";
      if (value && !isDefault(parameter, value)) given[parameter.name] = value;
    }
    return given;
  };
  const isDefault = (parameter, value) => {
    if (!parameter.default) return false;
    if (parameter.type === "xsd_date") return value === kg.binding.day(parameter.default);
    if (parameter.type === "iri") return kg.things.keyOf(kg.terms.iriOf(value) ?? value) === parameter.default;
    return value === parameter.default;
  };
  const focus = (name) => fields.get(name)?.input?.focus();

  kg.form = { draw, read, focus, put: (name, iri) => fields.get(name)?.put?.(iri) };
})();
