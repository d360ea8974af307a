/* Saving: a text as a file, made in the page and handed to the browser. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const KINDS = {
    csv: "text/csv;charset=utf-8", json: "application/sparql-results+json",
    rq: "application/sparql-query", ttl: "text/turtle",
  };

  /* `\ufeff` before CSV makes spreadsheets read æ, ø and å. */
  kg.saveText = (text, name, format) => {
    const whole = new Blob([format === "csv" ? `\ufeff${text}` : text], { type: KINDS[format] });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(whole);
    link.download = `${name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
})();
