// Links the lines of the forms, and moves and searches by keyboard. Rows have in data-p the places that they come from:
// that of the function first, then those of what was inlined there.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const main = byId("panes"), status = byId("status"), query = byId("query"), hitCount = byId("hits");
  const panes = [...main.children], buttons = [...byId("tabs").children];
  const narrow = matchMedia("(max-width: 720px)");
  document.documentElement.classList.add("script");

  const codeOf = (pane) => pane.querySelector(".code");
  const paneOf = (row) => panes.indexOf(row.closest(".pane"));
  const placesOf = (row) => (row.dataset.p ? row.dataset.p.split(" ") : []);

  // The rows of each place: by the first, and, in Rust, by the only one that a row has.
  const byFirst = new Map(), bySource = new Map();
  const put = (map, key, row) => (map.has(key) ? map.get(key).push(row) : map.set(key, [row]));
  const inner = new Map();
  for (const row of main.querySelectorAll(".r[data-p]")) {
    const places = placesOf(row);
    put(byFirst, places[0], row);
    if (paneOf(row) === 0) put(bySource, places[0], row);
    places.slice(1).forEach((place) => put(inner, place, row));
  }

  // What belongs to a row: what comes from the same line of the function, and the Rust that was inlined there. To a line
  // of Rust belongs all that comes from it, inlined or not.
  function linked(row) {
    const places = placesOf(row);
    if (!places.length) return [];
    const found = new Set(byFirst.get(places[0]) || []);
    if (paneOf(row) === 0) (inner.get(places[0]) || []).forEach((other) => found.add(other));
    else places.forEach((place) => (bySource.get(place) || []).forEach((other) => found.add(other)));
    found.delete(row);
    return [...found];
  }

  let active = 0, selected = null, marked = [], hovered = [], timer = 0;

  const isShown = (pane) => getComputedStyle(pane).display !== "none";

  // Scrolls within the pane only: the page stays where it is.
  function reveal(row, always) {
    const code = row.closest(".code");
    for (let details = row.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
    for (let pass = 0; pass < 2; pass++) {
      const box = code.getBoundingClientRect(), at = row.getBoundingClientRect();
      if (!always && at.top >= box.top && at.bottom <= box.bottom) return;
      code.scrollTop += at.top - box.top - (box.height - at.height) / 2;
    }
  }

  function revealFirst(rows, except) {
    const done = new Set([except]);
    for (const row of rows) {
      const pane = paneOf(row);
      if (done.has(pane) || !isShown(panes[pane]) || row.closest("details:not([open])")) continue;
      done.add(pane);
      reveal(row);
    }
  }

  function count(rows) {
    const counts = panes.map(() => 0);
    rows.forEach((row) => counts[paneOf(row)]++);
    buttons.forEach((button, pane) => {
      button.querySelector(".count").textContent = counts[pane] || "";
    });
    return counts;
  }

  function clear() {
    marked.forEach((row) => row.classList.remove("linked"));
    if (selected) selected.classList.remove("selected");
    panes.forEach((pane) => codeOf(pane).removeAttribute("aria-activedescendant"));
    selected = null;
    marked = [];
    count([]);
    status.textContent = "Select a line to see what belongs to it.";
  }

  function select(row, options = {}) {
    clear();
    unhover();
    selected = row;
    row.classList.add("selected");
    setActive(paneOf(row));
    codeOf(panes[active]).setAttribute("aria-activedescendant", row.id);
    marked = linked(row);
    marked.forEach((other) => other.classList.add("linked"));
    const counts = count(marked);
    reveal(row, options.centre);
    revealFirst(marked, active);
    describe(row, counts);
  }

  function describe(row, counts) {
    const places = placesOf(row).map((place) => (bySource.get(place) || [])[0]).filter(Boolean);
    status.textContent = "";
    const add = (text, strong) => {
      const part = document.createElement(strong ? "strong" : "span");
      part.textContent = text;
      status.append(part);
    };
    if (!places.length) return add(placesOf(row).length ? "It comes from a line that is not shown." : "It comes from no line of Rust.");
    places.forEach((source, at) => {
      if (at) add(" › ");
      add(`${source.querySelector(".n").textContent}: ${source.querySelector(".x").textContent.trim()}`, !at);
    });
    const links = buttons.map((button, pane) => (counts[pane] ? `${button.firstChild.textContent} ${counts[pane]}` : "")).filter(Boolean);
    add(links.length ? `  ·  ${links.join(", ")}` : "  ·  nothing else comes from it");
  }

  function unhover() {
    hovered.forEach((row) => row.classList.remove("hover"));
    hovered = [];
    clearTimeout(timer);
  }

  function setActive(pane) {
    active = pane;
    panes.forEach((other, at) => other.classList.toggle("active", at === pane));
    if (narrow.matches) buttons.forEach((button, at) => button.setAttribute("aria-pressed", at === pane));
  }

  function refresh() {
    const shown = panes.filter((pane) => !pane.classList.contains("off")).length;
    main.classList.toggle("few", shown <= Math.max(1, Math.floor(innerWidth / 400)));
    buttons.forEach((button, at) => {
      button.setAttribute("aria-pressed", narrow.matches ? at === active : !panes[at].classList.contains("off"));
    });
  }

  function toggle(pane) {
    if (!panes[pane]) return;
    if (narrow.matches) {
      setActive(pane);
      const own = marked.find((row) => paneOf(row) === pane);
      if (own && (!selected || paneOf(selected) !== pane)) reveal(own);
    } else {
      panes[pane].classList.toggle("off");
      if (!panes.some(isShown)) panes[pane].classList.remove("off");
    }
    refresh();
  }

  function rowsOf(pane) {
    return [...panes[pane].querySelectorAll(".r")].filter((row) => !row.closest("details:not([open])"));
  }

  function move(step) {
    const rows = rowsOf(active);
    if (!rows.length) return;
    const at = selected && paneOf(selected) === active ? rows.indexOf(selected) : -1;
    const next = step === Infinity ? rows.length - 1 : step === -Infinity ? 0 : at < 0 ? 0 : at + step;
    select(rows[Math.max(0, Math.min(rows.length - 1, next))]);
  }

  function movePane(step) {
    let pane = active;
    for (let left = panes.length; left > 0; left--) {
      pane = (pane + step + panes.length) % panes.length;
      if (narrow.matches || isShown(panes[pane])) break;
    }
    const own = marked.find((row) => paneOf(row) === pane && !row.closest("details:not([open])"));
    setActive(pane);
    refresh();
    codeOf(panes[pane]).focus({ preventScroll: true });
    if (own) select(own);
  }

  // Search: rows that hold the text, in the order of the forms.
  let hits = [], hit = -1;
  function search() {
    hits.forEach((row) => row.classList.remove("hit"));
    const text = query.value.trim().toLowerCase();
    hits = text ? [...main.querySelectorAll(".r")].filter((row) => row.querySelector(".x").textContent.toLowerCase().includes(text)) : [];
    hits.forEach((row) => row.classList.add("hit"));
    hit = -1;
    hitCount.textContent = text ? (hits.length ? `${hits.length}` : "none") : "";
    if (hits.length) nextHit(1);
    else if (text) clear();
  }
  function nextHit(step) {
    if (!hits.length) return;
    hit = (hit + step + hits.length) % hits.length;
    hitCount.textContent = `${hit + 1} of ${hits.length}`;
    const pane = paneOf(hits[hit]);
    if (!narrow.matches) panes[pane].classList.remove("off");
    setActive(pane);
    refresh();
    select(hits[hit], { centre: true });
    if (!narrow.matches) panes[pane].scrollIntoView({ block: "nearest" });
  }

  main.addEventListener("click", (event) => {
    const edge = event.target.closest("a.e");
    if (edge) {
      event.preventDefault();
      const target = edge.hash && byId(edge.hash.slice(1));
      if (target) select(target, { centre: true });
      return;
    }
    // Text that is being marked is not a line that is meant.
    if (!String(getSelection())) {
      const row = event.target.closest(".r");
      if (row) row === selected ? clear() : select(row);
    }
  });
  main.addEventListener("mouseover", (event) => {
    const row = event.target.closest(".r");
    unhover();
    if (!row) return;
    hovered = linked(row).concat(row);
    hovered.forEach((other) => other.classList.add("hover"));
    // Where nothing is selected, the other forms follow the pointer once it rests.
    if (!selected) timer = setTimeout(() => revealFirst(hovered, paneOf(row)), 250);
  });
  main.addEventListener("mouseleave", unhover);
  main.addEventListener("focusin", (event) => {
    const pane = event.target.closest(".pane");
    if (pane && !narrow.matches) setActive(panes.indexOf(pane));
  });
  buttons.forEach((button, pane) => button.addEventListener("click", () => toggle(pane)));
  let typing = 0;
  query.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(search, 120);
  });
  byId("keys").addEventListener("click", () => byId("help").showModal());
  addEventListener("resize", refresh);
  narrow.addEventListener("change", refresh);

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || byId("help").open) return;
    if (event.target === query) {
      if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(typing);
        hit < 0 ? search() : nextHit(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        query.value = "";
        search();
        clear();
        codeOf(panes[active]).focus({ preventScroll: true });
      }
      return;
    }
    const inControl = event.target.closest("button, summary, input");
    const keys = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      g: () => move(-Infinity), G: () => move(Infinity),
      h: () => movePane(-1), l: () => movePane(1),
      n: () => nextHit(1), N: () => nextHit(-1),
      "/": () => { query.focus(); query.select(); },
      "?": () => byId("help").showModal(),
      Escape: clear,
      Enter: () => {
        const edge = selected && selected.querySelector("a.e[href]");
        if (edge) edge.click();
      },
    };
    let action = keys[event.key];
    if (/^[1-9]$/.test(event.key)) action = () => toggle(Number(event.key) - 1);
    if (!action || (inControl && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key))) return;
    event.preventDefault();
    action();
  });

  setActive(0);
  refresh();
})();
