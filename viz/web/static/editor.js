// The SPARQL editor: the vendored Yasgui, told to ask this service and nobody else.
(function () {
  "use strict";
  const place = document.getElementById("yasgui");
  const editor = window.Yasgui;
  const constructor = editor.default || editor.Yasgui || editor;
  const endpoint = new URL("/sparql", document.location).href;
  const prefixes = JSON.parse(place.dataset.prefixes);

  // Prefixes that may be written are ours, not the editor's list of the whole web.
  constructor.Yasqe.Autocompleters.prefixes.get = function () {
    return Object.keys(prefixes).map((name) => name + ": <" + prefixes[name] + ">").sort();
  };
  // Things open here, under this service's own pages.
  function pageOf(iri) {
    let best = "";
    for (const name of Object.keys(prefixes)) {
      if (iri.startsWith(prefixes[name]) && prefixes[name].length > (prefixes[best] || "").length) {
        best = name;
      }
    }
    return best ? "/thing/" + best + "/" + iri.slice(prefixes[best].length) : "";
  }

  function asked() {
    const wanted = new URLSearchParams(document.location.hash.slice(1));
    const sent = new URLSearchParams(document.location.search);
    return wanted.get("query") || sent.get("query");
  }

  const gui = new constructor(place, {
    autofocus: false,
    copyEndpointOnNewTab: true,
    populateFromUrl: false,
    persistenceId: "kommunegraf",
    endpointCatalogueOptions: { getData: () => [{ endpoint: endpoint }], keys: [] },
    requestConfig: {
      endpoint: endpoint,
      method: "POST",
      headers: {},
      acceptHeaderGraph: "text/turtle,*/*;q=0.9",
    },
    yasqe: { value: place.dataset.first, createShareableLink: null, prefixCcApi: null },
    yasr: { prefixes: prefixes },
  });

  function show(query) {
    const tab = gui.getTab() || gui.addTab(true);
    tab.setEndpoint(endpoint);
    tab.getYasqe().setValue(query);
  }

  const first = gui.getTab();
  if (first) {
    first.setEndpoint(endpoint);
  }
  if (asked()) {
    show(asked());
  } else if (first && /^\s*PREFIX rdf:[\s\S]*LIMIT 10\s*$/.test(first.getYasqe().getValue())) {
    show(place.dataset.first);
  }
  window.addEventListener("hashchange", () => asked() && show(asked()));
  place.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".yasr a.iri");
    const path = link && pageOf(link.href);
    if (path) {
      event.preventDefault();
      window.open(path, "_blank", "noopener");
    }
  });
  document.documentElement.classList.add("ready");
})();
