/* Terms: names as they are compared, IRIs long and short, and RDF terms as SPARQL writes them. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const LETTERS = { æ: "ae", Æ: "ae", ø: "o", Ø: "o", ð: "d", þ: "th", ß: "ss", đ: "d", ŋ: "ng" };
  const XSD = "http://www.w3.org/2001/XMLSchema#";

  /* What is wrong with what a person asked, in words of the dictionary. */
  kg.Fault = class extends Error {
    constructor(key, slots = {}, choices = []) {
      super(key);
      Object.assign(this, { key, slots, choices });
    }
    get told() { return kg.say(this.key, this.slots); }
  };

  /* Lower case with æ, ø, å and accents in plain letters, as graph/iris.py folds names. */
  const fold = (text) =>
    text.replace(/[æÆøØðþßđŋ]/g, (sign) => LETTERS[sign]).normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();

  /* The IRI that a text is, whole or with a prefix of the project, or null. */
  const iriOf = (text) => {
    const plain = text.replace(/^<|>$/g, "");
    if (/^https?:\/\/\S+$/.test(plain)) return plain;
    const [, prefix, local] = /^([\w-]+):([\w.%-]+)$/.exec(plain) ?? [];
    return prefix && Object.hasOwn(kg.catalogue.prefixes, prefix) ? kg.catalogue.prefixes[prefix] + local : null;
  };
  const expand = (short) => {
    const at = short.indexOf(":");
    const space = kg.catalogue.prefixes[short.slice(0, at)];
    return space === undefined ? short : space + short.slice(at + 1);
  };
  let spaces = null;
  const shorten = (iri) => {
    spaces ??= Object.entries(kg.catalogue.prefixes).sort((one, other) => other[1].length - one[1].length);
    const fit = spaces.find(([, space]) => iri.startsWith(space));
    return fit ? `${fit[0]}:${iri.slice(fit[1].length)}` : iri;
  };

  const ESCAPES = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const literal = (text, type) => {
    const quoted = `"${text.replace(/[\\"\n\r\t]/g, (sign) => ESCAPES[sign])}"`;
    return type ? `${quoted}^^<${XSD}${type}>` : quoted;
  };
  /* Raises when the text cannot stand between angle brackets. */
  const named = (iri) => {
    if (/[\u0000- <>"{}|^`\\]/.test(iri)) throw new kg.Fault("unknown-iri", { text: iri });
    return `<${iri}>`;
  };

  kg.terms = { fold, iriOf, expand, shorten, literal, named, XSD };
})();
