/* Things: what a name means, or which ones are like it. The rules are those of queries/names.py. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const { fold, iriOf, shorten, expand } = kg.terms;
  const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2];
  const CANDIDATES = 4;
  const byIri = new Map();
  const byKey = new Map();
  let all = [];

  const load = (rows) => {
    all = rows.map(([short, labels, type, until, typeLabel, others]) => {
      const names = [...labels, ...others].map((name) => ({ name, key: fold(name) }));
      return { iri: expand(short), labels, type, until, typeLabel, names };
    });
    for (const thing of all) {
      byIri.set(thing.iri, thing);
      for (const key of new Set(thing.names.map((one) => one.key))) {
        if (!byKey.has(key)) byKey.set(key, []);
        byKey.get(key).push(thing);
      }
    }
  };
  /* The label of a thing in the page's language, or its short IRI. */
  const label = (iri, language = document.documentElement.lang) => {
    const thing = byIri.get(iri);
    if (!thing) return shorten(iri);
    return language === "en" ? thing.labels[1] ?? thing.labels[0] : thing.labels[0];
  };
  const keyOf = (iri) => iri.slice(iri.lastIndexOf("/") + 1);

  const spacesOf = (kind) => kg.catalogue.spaces[kind ?? ""];
  const ofKind = (kind) => {
    const spaces = spacesOf(kind);
    const types = kg.catalogue.types[kind];
    return (thing) => spaces.some((space) => thing.iri.startsWith(space)) && (!types || types.includes(thing.type));
  };

  /* An organisation number written in any way as nine digits, or null. */
  const number = (text) => {
    const digits = text.trim()
      .replace(/^(?:org(?:\.|anisasjons)?\s?(?:nr|nummer)\b[.:]*\s*)?(?:NO(?=[\s.\-\d]))?/i, "")
      .replace(/MVA$/i, "").replace(/[\s.\-\u00ad\u2010-\u2015\u200b\u2060\ufeff]/g, "");
    if (!/^\d{9}$/.test(digits)) return null;
    const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
    return (11 - (sum % 11)) % 11 === Number(digits[8]) ? digits : null;
  };

  const rows = async (text) => (await kg.engine.run(text, { form: "rows" })).said.results.bindings;

  /* The one IRI that a text names among things of a kind; raises a Fault with candidates otherwise. */
  const resolve = async (given, kind, at) => {
    const text = given.trim();
    const whole = iriOf(text);
    if (whole !== null) {
      if (byIri.has(whole) || (await rows(`SELECT ?p WHERE { ${kg.terms.named(whole)} ?p ?o } LIMIT 1`)).length) return whole;
      throw new kg.Fault("unknown-iri", { text });
    }
    const found = await meant(text, kind, at);
    if (found.length === 1) return found[0];
    if (found.length) throw new kg.Fault("several", { text }, found.slice(0, 10));
    const near = find(text, kind, CANDIDATES).map((one) => one.thing.iri);
    throw new kg.Fault(near.length ? "unknown-near" : "unknown-name", { text }, near);
  };

  const meant = async (text, kind, at) => {
    const fits = ofKind(kind);
    const iris = new Set(await keyed(text, spacesOf(kind)));
    for (const key of new Set([fold(text), number(text) ?? fold(text)])) {
      for (const thing of byKey.get(key) ?? []) iris.add(thing.iri);
    }
    let found = [...iris].filter((iri) => !byIri.has(iri) || fits(byIri.get(iri))).sort();
    if (kg.catalogue.types[kind]) found = found.filter((iri) => byIri.has(iri));
    if (found.length > 1 && at) {
      found = await narrowed(found, (iri) => existed(iri, at));
      found = await narrowed(found, (iri) => called(iri, text, at));
    }
    // Namesakes that readers no longer mean are labelled with their years.
    const bare = fold(text).replace(/ kommune$/, "");
    return found.length > 1 ? narrowed(found, (iri) => fold(label(iri, "nb")) === bare) : found;
  };
  const narrowed = async (iris, test) => {
    const kept = [];
    for (const iri of iris) if (await test(iri)) kept.push(iri);
    return kept.length ? kept : iris;
  };
  /* Nodes whose key, the end of the IRI, is the text. */
  const keyed = async (text, spaces) => {
    if (!/^[A-Za-z0-9._-]+$/.test(text)) return [];
    const iris = spaces.map((space) => space + text);
    if (iris.length < 9 && iris.some((iri) => byIri.has(iri))) return iris.filter((iri) => byIri.has(iri));
    const asked = `SELECT DISTINCT ?thing WHERE { VALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} } ?thing a ?class }`;
    return (await rows(asked)).map((row) => row.thing.value);
  };
  /* False when a change event shows that the organisation was not there on that day. */
  const existed = async (iri, at) => {
    const events = await rows(`PREFIX org: <http://www.w3.org/ns/org#> PREFIX kg: <https://w3id.org/kommunegraf/ns#>
      SELECT ?day ?before WHERE {
        { ?event org:originalOrganization <${iri}> BIND(true AS ?before)
          FILTER NOT EXISTS { ?event org:resultingOrganization <${iri}> } }
        UNION { ?event org:resultingOrganization <${iri}> BIND(false AS ?before)
          FILTER NOT EXISTS { ?event org:originalOrganization <${iri}> } }
        ?event kg:periodFrom ?day . }`);
    return events.every((row) => (row.before.value === "true") !== (at >= row.day.value));
  };
  /* Whether a dated name or number of the thing is this one on that day. */
  const called = async (iri, text, at) => {
    const names = await rows(`PREFIX kg: <https://w3id.org/kommunegraf/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT ?value WHERE { ?dated kg:about <${iri}> ; skos:notation|rdfs:label ?value ;
        kg:possibleFrom ?from ; kg:possibleUntil ?until .
        FILTER(?from <= ${kg.terms.literal(at, "date")} && ${kg.terms.literal(at, "date")} < ?until) }`);
    const wanted = [fold(text), number(text)];
    return names.some((row) => wanted.includes(fold(row.value.value)));
  };

  /* Things of a kind whose names hold a text, the likeliest first, with the name that fits. */
  const find = (text, kind, most = 12) => {
    const fits = ofKind(kind);
    const key = fold(text.trim());
    const found = [];
    all.forEach((thing, rank) => {
      if (!fits(thing)) return;
      let best = null;
      thing.names.forEach((one, at) => {
        const place = key ? likeness(one.key, key) : 0;
        if (place !== null && (best === null || place + at / 100 < best.place)) best = { place: place + at / 100, name: one.name };
      });
      if (best) found.push({ thing, name: best.name, rank: best.place * 1e5 + rank });
    });
    return found.sort((one, other) => one.rank - other.rank).slice(0, most);
  };
  const likeness = (key, sought) => {
    if (key === sought) return 0;
    if (key.startsWith(sought)) return 1;
    if (key.includes(` ${sought}`) || key.includes(`-${sought}`)) return 2;
    return key.includes(sought) ? 3 : null;
  };

  kg.things = { load, label, resolve, find, keyOf, of: (iri) => byIri.get(iri), all: (kind) => all.filter(ofKind(kind)) };
})();
