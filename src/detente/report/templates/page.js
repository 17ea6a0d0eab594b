"use strict";
(function () {
  // Nothing is ever fetched: a plot has its data with it.
  const nothing = {
    load: () => Promise.reject(new Error("nothing is loaded")),
    sanitize: () => Promise.reject(new Error("nothing is loaded")),
  };
  const specs = JSON.parse(document.getElementById("plots").textContent);
  for (const place of document.querySelectorAll("[data-plot]")) {
    const spec = specs[place.dataset.plot];
    const compiled = vegaLite.compile(spec, { logger: quiet() }).spec;
    // As a tree that is interpreted: no text becomes code.
    const runtime = vega.parse(compiled, null, { ast: true });
    const view = new vega.View(runtime, {
      expr: vega.expressionInterpreter,
      loader: nothing,
      renderer: "svg",
      container: place,
      hover: false,
      logLevel: vega.Error,
    });
    view.runAsync().then(() => place.setAttribute("data-drawn", ""));
  }
  function quiet() {
    const logger = { level: () => logger };
    for (const name of ["error", "warn", "info", "debug"]) logger[name] = () => logger;
    return logger;
  }
  // On paper everything is open; afterwards it is as the reader left it.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const part of closed) part.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });
})();
