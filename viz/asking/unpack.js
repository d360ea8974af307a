/* Unpacking: the page's large parts are compressed and written as base64. Also in the worker. */
"use strict";
(() => {
  const kg = (globalThis.kg ??= {});

  /* The bytes that a text of base64 stands for, uncompressed. */
  kg.unpack = async (text) => {
    const signs = atob(text);
    const packed = new Uint8Array(signs.length);
    for (let at = 0; at < signs.length; at += 1) packed[at] = signs.charCodeAt(at);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
})();
