/* Language and theme: two switches that every page has, kept in the address and handed on by links. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const root = document.documentElement;
  const language = document.getElementById("language");
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  /* The address after # holds the state of a page as key=value pairs; each part knows its own. */
  kg.address = {
    read: () => new URLSearchParams((pending ?? location.hash).slice(1)),
    write: (changes) => {
      const now = kg.address.read();
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === undefined || value === "") now.delete(key);
        else now.set(key, value);
      }
      now.sort();
      pending = `#${now}`;
      if (Date.now() - written > PAUSE) put();
      else if (!waiting) waiting = setTimeout(put, PAUSE);
    },
  };
  /* Browsers refuse an address that changes too often, as under a slider: the last change is written a moment later. */
  const PAUSE = 120;
  let pending = null, written = 0, waiting = 0;
  const put = () => {
    clearTimeout(waiting);
    [waiting, written] = [0, Date.now()];
    try { history.replaceState(null, "", pending); } catch { /* some refuse it for files */ }
    pending = null;
    handOn();
  };
  /* Links to our other pages keep language and theme. */
  const handOn = () => {
    const now = kg.address.read();
    document.querySelectorAll("a[data-page]").forEach((link) => {
      const target = new URL(link.getAttribute("href"), location.href);
      const there = new URLSearchParams(target.hash.slice(1));
      for (const key of ["lang", "theme"]) {
        if (now.has(key)) there.set(key, now.get(key));
        else there.delete(key);
      }
      link.setAttribute("href", `${link.getAttribute("href").split("#")[0]}${String(there) ? `#${there}` : ""}`);
    });
  };
  kg.handOn = handOn;

  const themed = [];
  kg.onTheme = (listener) => themed.push(listener);
  const tell = () => {
    theme.setAttribute("aria-pressed", String(isDark()));
    themed.forEach((listener) => listener());
  };
  const setTheme = (name) => {
    if (name === "dark" || name === "light") root.dataset.theme = name;
    else delete root.dataset.theme;
    tell();
  };
  language.addEventListener("change", () => {
    kg.setLanguage(language.value);
    kg.address.write({ lang: language.value === "nb" ? null : language.value });
  });
  theme.addEventListener("click", () => {
    setTheme(isDark() ? "light" : "dark");
    kg.address.write({ theme: root.dataset.theme });
  });
  system.addEventListener("change", tell);

  kg.readSwitches = () => {
    const now = kg.address.read();
    setTheme(now.get("theme"));
    language.value = kg.languages.includes(now.get("lang")) ? now.get("lang") : "nb";
    if (root.lang !== language.value) kg.setLanguage(language.value);
    handOn();
  };
  /* A link within the page moves the focus; the address after # is taken by the state. */
  document.querySelectorAll(".skip").forEach((skip) => skip.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(skip.getAttribute("href").slice(1)).focus();
  }));
  document.querySelector(".switches").hidden = false;
  kg.readSwitches();
})();
