/* What questions, fields, columns and themes are called in the page's language. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const language = () => document.documentElement.lang;
  const plain = (name) => name.replaceAll("-", " ").replace(/(?<=[a-z])[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`);
  /* The Norwegian of a table of names, or null in English and for what it lacks. */
  const norwegian = (table, name) => {
    const said = Object.hasOwn(kg.catalogue.names[table], name) ? kg.catalogue.names[table][name] : null;
    return language() === "en" || !said ? null : said[language() === "nn" ? 1 : 0];
  };
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /* The catalogue is read once, before anything is asked. */
  kg.known = kg.unpack(document.getElementById("catalogue-data").textContent.trim()).then((bytes) => {
    kg.catalogue = JSON.parse(new TextDecoder().decode(bytes));
    kg.things.load(kg.catalogue.things);
  });

  kg.called = {
    parameter: (name) => norwegian("parameters", name) ?? capital(plain(name)),
    column: (name) => norwegian("columns", name) ?? plain(name),
    /* What is said of a parameter besides that it may be left open; with its language. */
    about: (parameter) => {
      const english = (parameter.about ?? "").replace(/[;,] (?:all|both|everything|unknown ones)\b.*$/, "");
      // What only says the name once more is left out.
      if (parameter.name === "standing" || english === `the ${plain(parameter.name)}`) return "";
      return norwegian("abouts", english) ?? (language() === "en" ? english : "");
    },
    theme: (tag) => (kg.has(`theme-${tag}`) ? kg.say(`theme-${tag}`) : plain(tag)),
    question: (one) => (language() === "en" ? one.question.en : one.question.nb) ?? one.summary,
    standings: (text) => text.split(/\s+/).filter(Boolean).map((word) => (kg.has(word) ? kg.say(word) : word)).join(", "),
  };
})();
