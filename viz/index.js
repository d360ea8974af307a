/* Language and theme of the index page. */
"use strict";
(() => {
  const root = document.documentElement;
  const language = document.getElementById("language");
  language.addEventListener("click", () => {
    root.lang = root.lang === "en" ? "nb" : "en";
    language.textContent = root.lang === "en" ? "Norsk" : "English";
    language.lang = root.lang === "en" ? "nb" : "en";
  });
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.querySelector(".switches").hidden = false;
})();
