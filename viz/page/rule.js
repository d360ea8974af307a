/* The rule on time (queries/shared/standing.rq), for bounds [possibleFrom, statedFrom, statedUntil, possibleUntil, plan].
   Days are numbers as 20191231; both "until" are the first day no longer. A test holds it to the SPARQL. */
"use strict";
(() => {
  const kg = globalThis.kg;
  kg.STANDINGS = ["stated", "persisting", "possible", "planned", "untimed"];
  kg.dayNumber = (day) => Number(day.replaceAll("-", ""));
  kg.dayText = (day) => `${String(day).padStart(8, "0").slice(0, 4)}-${String(day).padStart(8, "0").slice(4, 6)}-${String(day).padStart(8, "0").slice(6)}`;
  /* How a relation stands on a day, or null when it does not hold then. Without bounds the source gives no time. */
  kg.standing = (bounds, day) => {
    if (bounds.length < 5) return bounds[0] ? "planned" : "untimed";
    const [possibleFrom, statedFrom, statedUntil, possibleUntil, plan] = bounds;
    if (day < possibleFrom || day >= possibleUntil) return null;
    if (plan) return "planned";
    return day < statedFrom ? "possible" : day < statedUntil ? "stated" : "persisting";
  };
  /* The days on which the sources say that something began or ended: a first sight is no beginning, a plan is neither. */
  kg.changes = (bounds) => {
    if (bounds.length < 5 || bounds[4]) return [];
    const [possibleFrom, statedFrom, statedUntil, possibleUntil] = bounds;
    const days = [];
    if (possibleFrom === statedFrom && statedFrom > 10101) days.push(statedFrom);
    if (possibleUntil === statedUntil && statedUntil < 99991231) days.push(statedUntil);
    return days;
  };
})();
