"use strict";
// Filters, keys and the countdown. The page is complete without this.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const root = document.documentElement;

  // The countdown goes on after the page was written.
  const big = document.querySelector("[data-deadline]");
  if (big) {
    const [year, month, day] = big.dataset.deadline.split("-").map(Number);
    const now = new Date();
    const left = Math.round((Date.UTC(year, month - 1, day) - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 864e5);
    if (left < Number(big.dataset.days) && left >= 0) {
      big.textContent = String(left);
      document.querySelector("[data-unit]").textContent = left === 1 ? "day" : "days";
      document.querySelector(".written").hidden = false;
    }
  }

  const theme = byId("theme");
  const themes = ["auto", "light", "dark"];
  const wear = (name) => {
    if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
    theme.textContent = "Theme: " + name;
  };
  let stored = null;
  try { stored = localStorage.getItem("v2migrate-theme"); } catch { /* a page from a file may not store */ }
  wear(themes.includes(stored) ? stored : "auto");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    wear(next);
    try { localStorage.setItem("v2migrate-theme", next); } catch { /* see above */ }
  });

  // Printing shows what is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));

  const reveal = () => {
    const target = location.hash.includes("=") ? null : byId(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.hidden = false;
      target.open = true;
      // What is not yet drawn has no true height: go there again once it is.
      target.scrollIntoView();
      requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView()));
    }
  };

  if (!form) return;
  form.hidden = false;
  byId("keys").hidden = false;
  const search = byId("q");
  const cards = [...document.querySelectorAll(".finding")];
  const groups = [...document.querySelectorAll(".group")];
  const texts = new Map();
  const text = (card) => {
    if (!texts.has(card)) texts.set(card, [card.textContent, ...Object.values(card.dataset)].join("\n").toLowerCase());
    return texts.get(card);
  };
  const wanted = { status: new Set(), class: new Set(), rule: new Set(), folder: new Set(), owner: new Set(), repository: new Set() };
  const buttons = [...document.querySelectorAll("button[data-filter]")];
  const selects = [...document.querySelectorAll("select[data-select]")];

  const fits = (card, words) =>
    Object.entries(wanted).every(([kind, values]) => !values.size || card.dataset[kind].split("\n").some((v) => values.has(v))) &&
    words.every((word) => text(card).includes(word));

  const apply = (remember = true) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card, words);
      shown += !card.hidden;
    }
    for (const group of groups) {
      const own = group.querySelectorAll(".finding:not([hidden])").length;
      group.hidden = !own;
      group.querySelector(".count").textContent = String(own);
    }
    byId("none").hidden = shown > 0;
    byId("shown").textContent = `${shown} of ${cards.length}`;
    for (const b of buttons) b.setAttribute("aria-pressed", String(wanted[b.dataset.filter].has(b.dataset.value)));
    for (const s of selects) {
      const [first, ...more] = wanted[s.dataset.select];
      s.value = first !== undefined && !more.length ? first : "";
    }
    if (!remember) return;
    const state = new URLSearchParams();
    if (search.value) state.set("q", search.value);
    for (const [kind, values] of Object.entries(wanted)) for (const value of values) state.append(kind, value);
    const hash = state.toString();
    try { history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search); } catch { /* some viewers forbid it */ }
  };

  // A view can be passed on: its filters stand behind the `#`.
  const restore = () => {
    if (!location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    search.value = state.get("q") || "";
    for (const [kind, values] of Object.entries(wanted)) {
      values.clear();
      state.getAll(kind).forEach((v) => values.add(v));
    }
  };

  search.addEventListener("input", () => apply());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    Object.values(wanted).forEach((values) => values.clear());
    setTimeout(apply);
  });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const values = wanted[button.dataset.filter];
      const had = values.has(button.dataset.value);
      if (button.classList.contains("pick")) values.clear();
      if (had) values.delete(button.dataset.value); else values.add(button.dataset.value);
      apply();
    });
  }
  for (const select of selects) {
    select.addEventListener("change", () => {
      const values = wanted[select.dataset.select];
      values.clear();
      if (select.value) values.add(select.value);
      apply();
    });
  }

  const all = byId("all");
  const toggle = () => {
    const open = all.textContent === "Open all";
    cards.forEach((card) => { if (!card.hidden || !open) card.open = open; });
    all.textContent = open ? "Close all" : "Open all";
  };
  all.addEventListener("click", toggle);

  const step = (by) => {
    const seen = cards.filter((card) => !card.hidden);
    const at = seen.findIndex((card) => card.contains(document.activeElement));
    const next = seen[at < 0 ? (by > 0 ? 0 : seen.length - 1) : Math.min(Math.max(at + by, 0), seen.length - 1)];
    if (next) next.querySelector("summary").focus();
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { search.value = ""; form.reset(); search.blur(); return; }
    if (event.target instanceof Element && event.target.matches("input, select, textarea")) return;
    const action = { "/": () => { search.focus(); search.select(); }, j: () => step(1), k: () => step(-1), x: toggle }[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  addEventListener("hashchange", () => { restore(); apply(false); reveal(); });
  restore();
  apply(false);
  reveal();
})();
