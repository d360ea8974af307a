/* The legend, which is the filter; the filters by partnership, field and vendor; the search. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { things, make, say } = kg;
  const inputs = [...document.querySelectorAll(".legend input")];
  inputs.forEach((input) => {
    input.disabled = false;
    input.addEventListener("change", () => {
      const hide = new Set(kg.state.hide);
      hide[input.checked ? "delete" : "add"](`${input.dataset.group}.${input.dataset.kind}`);
      kg.change({ hide }, {});
    });
  });
  /* One of a kind alone, or all again: a second press on the group's name. */
  document.querySelectorAll(".legend button[data-all]").forEach((all) => {
    all.hidden = false;
    all.addEventListener("click", () => {
      const mine = inputs.filter((input) => input.dataset.group === all.dataset.all);
      const hide = new Set(kg.state.hide);
      const none = mine.every((input) => !input.checked);
      mine.forEach((input) => hide[none ? "delete" : "add"](`${input.dataset.group}.${input.dataset.kind}`));
      kg.change({ hide }, {});
    });
  });
  const fieldOf = new Map(kg.fieldNames.map((texts) => [texts[0], texts]));
  const facets = [...document.querySelectorAll("select[data-facet]")];
  facets.forEach((select) => {
    const values = kg.facets[select.dataset.facet];
    select.closest(".facet").hidden = values.size < 2;
    values.forEach((_, name) => {
      const option = make("option", name);
      option.value = name;
      select.append(option);
    });
    select.addEventListener("change", () => kg.change({ [select.dataset.facet]: select.value }, { fit: true }));
  });
  document.querySelector(".facets").hidden = !facets.some((select) => !select.closest(".facet").hidden);

  kg.showLegend = () => {
    const counts = kg.countKinds();
    inputs.forEach((input) => {
      const { group, kind } = input.dataset;
      const count = counts[group].get(kind) || 0;
      input.checked = !kg.state.hide.has(`${group}.${kind}`);
      const entry = input.closest("label");
      entry.querySelector("b").textContent = kg.number(count);
      entry.classList.toggle("none", count === 0);
    });
    document.getElementById("outside").hidden = kg.data.chart || !kg.shown.outside.some((one, id) => one && kg.shown.things[id]);
    facets.forEach((select) => {
      select.value = kg.state[select.dataset.facet];
      if (select.dataset.facet === "field") [...select.options].forEach((option) => { option.textContent = option.value ? kg.of(fieldOf.get(option.value)) : say("everything"); });
    });
  };

  /* --- the search: case, accents and Norwegian letters do not count; old names do --- */
  kg.fold = (text) =>
    text.toLowerCase().replace(/æ/g, "ae").replace(/[øö]/g, "o").replace(/[åä]/g, "a").replace(/aa/g, "a")
      .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  const folded = things.map((thing) => [...new Set([thing.name, ...Object.values(thing.names), ...thing.also])].map(kg.fold));
  const box = document.getElementById("search");
  const list = document.getElementById("found");
  const SHOWN = 40;
  const hits = (text) => {
    const words = kg.fold(text).split(" ").filter(Boolean);
    if (!words.length) return null;
    const fit = (name) => words.every((word) => name.includes(word));
    const rank = (names) => (names.some((name) => name === words.join(" ")) ? 0 : names.some((name) => name.startsWith(words[0])) ? 1 : 2);
    return things.filter((thing) => folded[thing.id].some(fit))
      .sort((a, b) => rank(folded[a.id]) - rank(folded[b.id]) || kg.shown.things[b.id] - kg.shown.things[a.id] || b.relations.length - a.relations.length || a.id - b.id);
  };
  /* When nothing fits: names with one or two letters wrong in a word. */
  const near = (text) => {
    const words = kg.fold(text).split(" ").filter((word) => word.length > 3).slice(0, 3);
    const fits = (word, name) => name.split(" ").some((part) => kg.distance(word, part.slice(0, word.length + 1), word.length > 6 ? 2 : 1) !== null);
    return words.length ? things.filter((thing) => folded[thing.id].some((name) => words.every((word) => fits(word, name)))).sort((a, b) => b.relations.length - a.relations.length) : [];
  };
  /* How many letters differ between two words, at most `most`; null when more. A letter too many at the end is none. */
  kg.distance = (word, other, most) => {
    if (Math.abs(word.length - other.length) > most) return null;
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= word.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (word[i - 1] === other[j - 1] ? 0 : 1));
      row = next;
    }
    const found = Math.min(row[other.length], row[other.length - 1] ?? Infinity);
    return found <= most ? found : null;
  };
  kg.search = (text) => {
    const exact = hits(text);
    const found = exact && !exact.length ? near(text) : exact;
    kg.found = found && new Set(found.map((thing) => thing.id));
    return found;
  };
  const pick = (thing) => {
    list.hidden = true;
    box.value = "";
    kg.choose({ thing: thing.id }, { move: true, focus: true });
  };
  const offer = () => {
    const found = kg.search(box.value);
    list.replaceChildren(...(found || []).slice(0, SHOWN).map((thing) => {
      const row = make("li");
      const one = kg.button("", () => pick(thing));
      one.append(kg.symbolOf("thing", thing.kind), kg.nameOf(thing));
      const wanted = kg.fold(box.value).split(" ")[0];
      const by = thing.also.find((name) => kg.fold(name).includes(wanted));
      if (by && !kg.fold(kg.nameOf(thing)).includes(wanted)) one.append(make("small", by));
      if (!kg.shown.things[thing.id]) one.append(make("small", say("not-shown")));
      row.append(one);
      return row;
    }));
    if (found && !found.length) list.append(make("li", say("no-hits"), "hint"));
    list.hidden = !found;
    kg.change({ find: box.value.trim(), ...(found ? { thing: null, relation: null, steps: 0, centre: null } : {}) }, { said: found ? say("hits", { count: kg.number(found.length) }) : "" });
  };
  box.addEventListener("input", offer);
  document.querySelector(".search").addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") (buttons[at + 1] || buttons[0])?.focus();
    else if (event.key === "ArrowUp") (buttons[at - 1] || box).focus();
    else if (event.key === "Enter" && document.activeElement === box) buttons[0]?.click();
    else if (event.key === "Escape") { box.value = ""; offer(); box.focus(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) list.hidden = true;
  });
  document.querySelector(".search").addEventListener("focusout", (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) list.hidden = true;
  });
  document.querySelector(".search").hidden = false;
  kg.showSearch = () => { if (document.activeElement !== box) box.value = kg.state.find; };
})();
