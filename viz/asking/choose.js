/* Choosing a thing: a field that takes any name and offers the things that have it. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const MOST = 12;

  const make = (tag, attributes = {}, text = null) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    if (text !== null) element.textContent = text;
    return element;
  };
  kg.make = make;

  /* What tells a thing from others of its name: its type, when it ended, else its key. */
  const hint = ({ thing, name }) => {
    const said = [];
    if (name !== thing.labels[0] && name !== kg.things.label(thing.iri)) said.push(name);
    if (thing.typeLabel) said.push(thing.typeLabel);
    if (thing.until) said.push(kg.say("until", { day: thing.until }));
    return said.join(" · ");
  };

  /* A combobox over the things of a kind. `get` gives the short IRI of what was chosen, else the
     text as it was typed, which may be any name, number or IRI. */
  kg.choose = ({ id, kind, value, describedBy, required, onChange }) => {
    const box = make("div", { class: "choose" });
    const input = make("input", {
      id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": describedBy, "aria-required": required ? "true" : null,
      placeholder: kg.say(required ? "choose" : "all"),
    });
    const list = make("ul", { id: `${id}-list`, role: "listbox", "aria-label": kg.say("catalogue"), hidden: true });
    box.append(input, list);
    let chosen = null;
    let offered = [];
    let active = -1;

    const put = (iri) => {
      chosen = iri;
      input.value = iri ? kg.things.label(iri) : "";
    };
    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const take = (at) => {
      put(offered[at].thing.iri);
      close();
      onChange();
    };
    const mark = (at) => {
      active = offered.length ? (at + offered.length) % offered.length : -1;
      [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === active)));
      if (active < 0) return;
      input.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    };
    const open = () => {
      offered = kg.things.find(chosen ? "" : input.value, kind, MOST);
      list.replaceChildren(...offered.map((one, at) => {
        const option = make("li", { id: `${id}-${at}`, role: "option", "aria-selected": "false" }, kg.things.label(one.thing.iri));
        const said = hint(one);
        if (said) option.append(" ", make("small", {}, said));
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(at));
        return option;
      }));
      list.hidden = !offered.length;
      active = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
      kg.announce(offered.length ? kg.say("choices", { count: kg.number(offered.length) }) : kg.say("no-choice"));
    };

    input.addEventListener("input", () => {
      chosen = null;
      open();
      onChange();
    });
    input.addEventListener("click", () => list.hidden && open());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        mark(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        take(active);
      }
    });

    const iri = value ? kg.terms.iriOf(value) : null;
    if (iri && kg.things.of(iri)) put(iri);
    else input.value = value ?? "";
    return { element: box, input, get: () => (chosen ? kg.terms.shorten(chosen) : input.value.trim()), put };
  };
})();
