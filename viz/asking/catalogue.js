/* The catalogue: all questions by theme, found by their words, and the way to each by a link. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const make = kg.make;
  const at = (id) => document.getElementById(id);
  const STARTERS = ["members", "board", "shared-systems", "cost-shares", "inherited", "unknown"];
  // What people come for first; themes that are not named here follow.
  const THEMES = ["membership", "people", "bodies", "systems", "vendors", "contracts", "money", "costs", "succession", "projects", "welfare-technology"];
  const LAST = ["registers", "provenance", "quality"];
  const place = (one) => {
    const [tag] = one.tags;
    return THEMES.includes(tag) ? THEMES.indexOf(tag) : THEMES.length + 1 + LAST.indexOf(tag);
  };
  let chosen = null;

  /* A link to a state of this page; language and theme come along. */
  const address = (state) => {
    const now = kg.address.read();
    const next = new URLSearchParams(state);
    for (const key of ["lang", "theme"]) if (now.has(key)) next.set(key, now.get(key));
    return `#${next}`;
  };
  kg.link = (state, text, title = null) => {
    const link = make("a", { href: address(state), title }, text);
    link.addEventListener("click", () => { link.href = address(state); });
    return link;
  };

  const textOf = (one) => kg.terms.fold([one.name, one.summary, ...Object.values(one.question), ...one.tags.map(kg.called.theme)].join(" "));
  const draw = () => {
    const words = kg.terms.fold(at("seek").value).split(/\s+/).filter(Boolean);
    const fit = kg.catalogue.questions.filter((one) => words.every((word) => textOf(one).includes(word)))
      .sort((one, other) => place(one) - place(other));
    const themes = new Map();
    for (const one of fit) {
      const theme = kg.called.theme(one.tags[0]);
      themes.set(theme, [...(themes.get(theme) ?? []), one]);
    }
    const parts = [...themes].flatMap(([theme, questions]) => {
      const list = make("ul");
      for (const one of questions) {
        const link = kg.link({ q: one.name }, kg.called.question(one), one.name);
        if (one.name === chosen) link.setAttribute("aria-current", "true");
        const item = make("li");
        item.append(link);
        list.append(item);
      }
      return [make("h3", {}, theme), list];
    });
    at("questions").replaceChildren(...parts);
    at("none").hidden = fit.length > 0;
    return fit.length;
  };
  const welcome = () => {
    at("holds").textContent = kg.say("holds", { triples: kg.number(kg.catalogue.triples), questions: kg.number(kg.catalogue.questions.length) });
    const known = STARTERS.map((name) => kg.catalogue.questions.find((one) => one.name === name)).filter(Boolean);
    at("starters").replaceChildren(...known.map((one) => {
      const item = make("li");
      item.append(kg.link({ q: one.name }, kg.called.question(one)));
      return item;
    }));
  };

  at("free").addEventListener("click", () => { at("free").href = address({ sparql: "" }); });
  at("seek").addEventListener("input", () => kg.announce(kg.say("found-questions", { count: kg.number(draw()) })));
  kg.list = {
    draw: () => {
      at("free").href = address({ sparql: "" });
      draw();
      welcome();
    },
    choose: (name) => {
      chosen = name;
      at("free").toggleAttribute("aria-current", name === "");
      if (name === "") at("free").setAttribute("aria-current", "true");
      draw();
      const current = at("questions").querySelector("[aria-current]");
      const box = at("questions");
      if (current && (current.offsetTop < box.scrollTop || current.offsetTop > box.scrollTop + box.clientHeight - 40)) {
        box.scrollTop = current.offsetTop - box.clientHeight / 3;
      }
    },
  };
})();
