/* Time: a slider over the years with a histogram of what changed, play, and the exact day. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { say, relations, data } = kg;
  const bar = document.getElementById("time");
  const slider = document.getElementById("year");
  const exact = document.getElementById("day");
  const play = document.getElementById("play");
  const histogram = document.getElementById("histogram");

  /* Each change counts once for each relation: a known beginning or a known end, not a first sight. */
  const days = new Map();
  relations.forEach(({ bounds }) => kg.changes(bounds).forEach((day) => days.set(day, (days.get(day) || 0) + 1)));
  const changes = [...days.keys()].sort((a, b) => a - b);
  const years = new Map();
  days.forEach((count, day) => years.set(Math.floor(day / 10000), (years.get(Math.floor(day / 10000)) || 0) + count));
  const seen = relations.flatMap(({ bounds }) => bounds.length < 5 ? [] : [bounds[1], bounds[2]]).filter((day) => day > 10101 && day < 99991231).map((day) => Math.floor(day / 10000));
  const opens = Number(data.opens.slice(0, 4));
  const first = seen.reduce((least, year) => Math.min(least, year), opens);
  const last = seen.reduce((most, year) => Math.max(most, year), opens);
  if (first === last && changes.length < 2) return;

  slider.min = String(first);
  slider.max = String(last);
  bar.hidden = false;
  const SVG = "http://www.w3.org/2000/svg";
  const draw = () => {
    const most = Math.max(1, ...years.values());
    const span = last - first + 1;
    histogram.setAttribute("viewBox", `0 0 ${span * 10} 40`);
    histogram.replaceChildren(...Array.from({ length: span }, (_, i) => {
      const year = first + i;
      const count = years.get(year) || 0;
      const box = document.createElementNS(SVG, "rect");
      const high = count ? 3 + 35 * Math.sqrt(count / most) : 0;
      for (const [key, value] of Object.entries({ x: i * 10 + 1, width: 8, y: 40 - high, height: high })) box.setAttribute(key, String(value));
      box.classList.toggle("now", String(year) === kg.state.at.slice(0, 4));
      const title = document.createElementNS(SVG, "title");
      title.textContent = say("changes", { year, count: kg.number(count) });
      box.append(title);
      return box;
    }));
    histogram.setAttribute("aria-label", say("histogram"));
  };
  const go = (day) => kg.change({ at: day }, { said: true });
  slider.addEventListener("input", () => go(`${slider.value.padStart(4, "0")}-12-31`));
  exact.addEventListener("change", () => {
    /* A year that is still being typed is no year of these sources. */
    if (kg.isDay(exact.value) && exact.value >= "1800") go(exact.value);
    else exact.value = kg.state.at;
  });
  const neighbour = (forward) => {
    const now = kg.dayNumber(kg.state.at);
    return forward ? changes.find((day) => day > now) : changes.findLast((day) => day < now);
  };
  const step = { earlier: document.getElementById("earlier"), later: document.getElementById("later") };
  step.earlier.addEventListener("click", () => { const day = neighbour(false); if (day) go(kg.dayText(day)); });
  step.later.addEventListener("click", () => { const day = neighbour(true); if (day) go(kg.dayText(day)); });

  let timer = 0, played = false;
  const stop = kg.stopPlay = () => { clearInterval(timer); timer = 0; play.setAttribute("aria-pressed", "false"); };
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (!played || Number(slider.value) >= last) go(`${String(first).padStart(4, "0")}-12-31`);
    played = true;
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      const next = Number(kg.state.at.slice(0, 4)) + 1;
      if (next > last) { stop(); return; }
      go(`${String(next).padStart(4, "0")}-12-31`);
      if (next === last) stop();
    }, 900);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && timer) { stop(); event.preventDefault(); } });

  kg.showTime = () => {
    const { at } = kg.state;
    slider.value = at.slice(0, 4);
    slider.setAttribute("aria-valuetext", say("as-of", { day: at }));
    exact.value = at;
    step.earlier.disabled = !neighbour(false);
    step.later.disabled = !neighbour(true);
    document.getElementById("first-year").textContent = String(first);
    document.getElementById("last-year").textContent = String(last);
    draw();
  };
})();
