/* Languages: texts of the interface by key, from the page's dictionary of [nb, nn, en]. */
"use strict";
(() => {
  const kg = (globalThis.kg ??= {});
  const LANGUAGES = ["nb", "nn", "en"];
  const root = document.documentElement;
  const dictionary = JSON.parse(document.getElementById("words").textContent);

  kg.languages = LANGUAGES;
  /* The text of [nb, nn, en] in the page's language. */
  kg.of = (texts) => texts[Math.max(0, LANGUAGES.indexOf(root.lang))];
  /* The text of a key; {name} is replaced by slots.name. Never markup: callers set textContent. */
  kg.say = (key, slots = {}) =>
    kg.of(dictionary[key]).replace(/\{(\w+)\}/g, (whole, name) => (name in slots ? String(slots[name]) : whole));
  /* The same in Norwegian bokmål, whatever the page's language: as the graph words it. */
  kg.norwegian = (key) => dictionary[key][0];
  kg.has = (key) => Object.hasOwn(dictionary, key);
  kg.number = (value) => Number(value).toLocaleString(root.lang === "en" ? "en-GB" : "nb-NO");

  const translate = (within = document) => {
    within.querySelectorAll("[data-word]").forEach((one) => { one.textContent = kg.say(one.dataset.word); });
    within.querySelectorAll("[data-word-label]").forEach((one) => one.setAttribute("aria-label", kg.say(one.dataset.wordLabel)));
    within.querySelectorAll("[data-word-hint]").forEach((one) => one.setAttribute("placeholder", kg.say(one.dataset.wordHint)));
  };
  const listeners = [];
  kg.onLanguage = (listener) => listeners.push(listener);
  kg.setLanguage = (language) => {
    root.lang = LANGUAGES.includes(language) ? language : "nb";
    translate();
    if (kg.has("title")) document.title = `${kg.say("title")} – kommunegraf`;
    listeners.forEach((listener) => listener());
  };
})();
