"use strict";
// Filters, searches and sorts what is in the page already; without it nothing is missing.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector("form");
  const inventory = document.getElementById("inventory");
  const texts = new Map();

  // The text of a row, in which words are searched.
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const filter = () => {
    const words = form.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { state, domain, kind } = Object.fromEntries(new FormData(form));
    const isOn = Boolean(words.length || state || domain || kind);
    let count = 0;
    for (const suite of all(".suite", inventory)) {
      let inSuite = 0;
      for (const body of suite.querySelectorAll("tbody")) {
        let inGroup = 0;
        for (const row of body.rows) {
          if (row.className === "g") continue;
          const isIn = (!domain || suite.id === `suite-${domain}`)
            && (!state || (row.dataset.s || "passed") === state)
            && (!kind || row.cells[3].textContent.split(", ").includes(kind))
            && words.every((word) => textOf(row).includes(word));
          if (row.hidden === isIn) row.hidden = !isIn;
          inGroup += isIn;
        }
        body.hidden = !inGroup;
        inSuite += inGroup;
      }
      suite.hidden = !inSuite;
      if (isOn && inSuite && (count < 500)) suite.open = true;
      count += inSuite;
    }
    form.querySelector("output").textContent = isOn
      ? `${count.toLocaleString("en")} of ${texts.total} tests are shown.` : "";
  };

  // What a cell is sorted by: its number, if it is one.
  const keyOf = (cell) => {
    const text = cell ? cell.textContent.trim() : "";
    const number = /^\$?([\d,]+(?:\.\d+)?)( m?s)?$/.exec(text);
    if (!number) return text;
    return Number(number[1].replaceAll(",", "")) * (number[2] === " ms" ? 0.001 : 1);
  };
  const order = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? -1 : 1;
  };
  const sort = (head) => {
    const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    const at = head.cellIndex;
    for (const body of head.closest("table").tBodies) {
      const rows = [...body.rows].filter((row) => row.className !== "g");
      const keys = new Map(rows.map((row) => [row, keyOf(row.cells[at])]));
      rows.sort((a, b) => direction * order(keys.get(a), keys.get(b)));
      body.append(...rows);
    }
  };
  const prepare = (table) => {
    if (table.dataset.sorts) return;
    table.dataset.sorts = "yes";
    for (const head of all("thead th", table)) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
    }
  };
  document.addEventListener("click", (event) => {
    const head = event.target.closest("thead th");
    if (head && event.target.closest("button")) sort(head);
  });

  // Tables get their buttons when they are first seen.
  const seen = (root) => all("table", root).forEach(prepare);
  document.addEventListener("toggle", (event) => {
    if (event.target.open) seen(event.target);
  }, true);
  for (const table of all("table")) if (!table.closest("details:not([open])")) prepare(table);

  // A link such as #SU-001 opens what holds the row, and goes there.
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); filter(); }
    for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    target.tabIndex = -1;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);

  if (form) {
    texts.total = form.dataset.total;
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 120);
    });
    form.addEventListener("reset", () => setTimeout(filter, 0));
    form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
    for (const button of all("[data-open]", form)) {
      button.addEventListener("click", () => {
        for (const suite of all(".suite", inventory)) suite.open = button.dataset.open === "yes";
      });
    }
    form.hidden = false;
  }
  follow();
})();
