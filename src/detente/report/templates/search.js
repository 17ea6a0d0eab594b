"use strict";
(function () {
  // The table of this page as a file, made here: nothing is fetched.
  const button = document.getElementById("save");
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = JSON.parse(document.getElementById("table").textContent);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = "plans.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  // A link to a plan opens it.
  const open = () => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  window.addEventListener("hashchange", open);
  open();
})();
