"use strict";
(function () {
  // Nothing is ever fetched: a plot has its data with it.
  const nothing = {
    load: () => Promise.reject(new Error("nothing is loaded")),
    sanitize: () => Promise.reject(new Error("nothing is loaded")),
  };
  const narrow = matchMedia("(max-width: 36rem)").matches;
  const specs = JSON.parse(document.getElementById("plots").textContent);
  for (const place of document.querySelectorAll("[data-plot]")) {
    const spec = specs[place.dataset.plot];
    if (narrow) {
      // Names at the side may take a third of a telephone, so that marks are in sight.
      spec.config.axis.labelLimit = 110;
      // A plot without names at its side says how wide it may be.
      if (spec.width > 200) spec.width = (spec.usermeta && spec.usermeta.narrow) || 200;
    }
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
    // A mark that stands for a part of the page leads there, as links to that part do.
    view.addEventListener("click", (_, item) => {
      const to = item && item.datum && item.datum.place;
      if (typeof to === "string" && document.getElementById(to)) location.hash = to;
    });
    view.runAsync().then(() => place.setAttribute("data-drawn", ""));
  }
  function quiet() {
    const logger = { level: () => logger };
    for (const name of ["error", "warn", "info", "debug"]) logger[name] = () => logger;
    return logger;
  }
  // A number leads to its reasons: what it leads to is opened, and what that stands in.
  function show() {
    const name = decodeURIComponent(location.hash.slice(1));
    const place = name && document.getElementById(name);
    if (!place || !place.closest(".why")) return;
    const own = place.closest("details") || place.querySelector("details");
    if (own) {
      own.open = true;
      own.querySelector("summary").focus({ preventScroll: true });
    }
    place.scrollIntoView();
  }
  window.addEventListener("hashchange", show);
  show();
  // Following the same link again does not change the address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#why-']");
    if (link && link.hash === location.hash) show();
  });
  // On paper everything but reasons is open; afterwards it is as the reader left it.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open]):not(.why details)"));
    for (const part of closed) part.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });
})();
