/* A page that draws a chart of its own (membership timeline, family tree): its bars follow choice, legend and day. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const svg = document.querySelector("svg.timeline");
  if (!svg) return;
  const { relations, shown } = kg;
  const bars = [...svg.querySelectorAll("[data-edge], [data-thing]")];
  const { start, end, left, right } = svg.dataset;
  const line = svg.querySelector(".today");
  line.removeAttribute("hidden");
  const DAY = 86400000;
  const place = (day) => Math.min(1, Math.max(0, (Date.parse(day) - Date.parse(start)) / DAY / ((Date.parse(end) - Date.parse(start)) / DAY)));
  bars.forEach((bar) => {
    const pick = () => kg.choose(bar.dataset.edge === undefined ? { thing: Number(bar.dataset.thing) } : { relation: Number(bar.dataset.edge) }, { move: false });
    bar.addEventListener("click", pick);
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); }
    });
  });
  kg.repaint = () => {
    const { thing, relation, hide } = kg.state;
    bars.forEach((bar) => {
      if (bar.dataset.edge === undefined) { bar.classList.toggle("chosen", Number(bar.dataset.thing) === thing); return; }
      const edge = relations[Number(bar.dataset.edge)];
      bar.classList.toggle("chosen", thing === null ? edge.id === relation : edge.from === thing || edge.to === thing);
      bar.toggleAttribute("hidden", !shown.relations[edge.id]);
    });
    for (const standing of ["possible", "persisting"]) document.querySelector(`.tones .${standing}`)?.toggleAttribute("hidden", hide.has(`standing.${standing}`));
    for (const standing of ["possible", "persisting"]) svg.classList.toggle(`no-${standing}`, hide.has(`standing.${standing}`));
    const x = Number(left) + place(kg.state.at) * (Number(right) - Number(left));
    line.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
  };
  kg.showAll = () => {};
  kg.goTo = () => {};
})();
