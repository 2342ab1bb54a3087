"use strict";
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  const say = (words) => { find("spoken").textContent = words; };

  // --- Theme: automatic, dark, light ---------------------------------------------------------
  const themes = ["automatic", "dark", "light"];
  const themeButton = find("theme");
  const showTheme = () => { themeButton.textContent = `Theme: ${root.dataset.theme || "automatic"}`; };
  themeButton.addEventListener("click", () => {
    const now = themes.indexOf(root.dataset.theme || "automatic");
    const next = themes[(now + 1) % themes.length];
    if (next === "automatic") delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem("factcheck-theme", next); } catch { /* not kept then */ }
    showTheme();
  });
  showTheme();

  // --- Filters: one pass over what was read once ---------------------------------------------
  const split = (list) => new Set(list ? list.split(" ") : []);
  const rows = new Map();
  for (const row of document.querySelectorAll(".matrix tbody tr")) {
    rows.set(row.querySelector("a").getAttribute("href"), row);
  }
  const claims = Array.from(document.querySelectorAll("article.claim"), (el) => ({
    el,
    row: rows.get(`#${el.id}`),
    verdict: el.dataset.v,
    sources: split(el.dataset.s),
    topics: split(el.dataset.t),
    rules: split(el.dataset.r),
    text: null,
    shown: true,
  }));
  const parts = Array.from(document.querySelectorAll(".part"), (el) => ({
    el, rows: Array.from(el.querySelectorAll("tbody tr")),
  }));
  const byElement = new Map(claims.map((claim) => [claim.el, claim]));
  const groups = Array.from(document.querySelectorAll("section.group"), (el) => ({
    head: el.querySelector("h3"), claims: Array.from(el.querySelectorAll("article.claim"), (each) => byElement.get(each)),
  }));
  const fold = (text) => {
    const low = text.toLowerCase();
    return /^[\x00-\x7f]*$/.test(low) ? low : low.normalize("NFKD").replace(/[\u0300-\u036f]+/g, "");
  };
  const textOf = (claim) => {
    if (claim.text === null) claim.text = fold(claim.el.textContent);
    return claim.text;
  };
  const search = find("search");
  const form = find("filters");
  const value = (id) => (find(id) ? find(id).value : "");

  // Not `hidden`: the browser would compute the styles of all that is within when it is back.
  const hide = (el, out) => {
    el.classList.toggle("out", out);
    el.ariaHidden = out ? "true" : null;
  };
  const words = () => Array.from(fold(search.value).matchAll(/"([^"]+)"?|\S+/g), (m) => m[1] ?? m[0]);
  const apply = () => {
    const [verdict, source, topic, rule] = ["by-verdict", "by-source", "by-topic", "by-rule"].map(value);
    const wanted = words();
    let shown = 0;
    for (const claim of claims) {
      const fits = (!verdict || claim.verdict === verdict)
        && (!source || claim.sources.has(source))
        && (!topic || claim.topics.has(topic))
        && (!rule || claim.rules.has(rule))
        && (!wanted.length || wanted.every((word) => textOf(claim).includes(word)));
      if (fits !== claim.shown) {
        claim.shown = fits;
        hide(claim.el, !fits);
        if (claim.row) claim.row.hidden = !fits;
      }
      if (fits) shown += 1;
    }
    for (const group of groups) group.head.hidden = !group.claims.some((claim) => claim.shown);
    for (const part of parts) hide(part.el, part.rows.every((row) => row.hidden));
    find("nothing").hidden = shown > 0 || claims.length === 0;
    const number = (n) => n.toLocaleString("en");
    find("count").textContent = `${number(shown)} of ${number(claims.length)} claims`;
  };
  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(apply, 120); };
  search.addEventListener("input", soon);
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); apply(); });
  form.addEventListener("reset", () => setTimeout(apply));
  find("all").addEventListener("click", () => { form.reset(); search.focus(); });
  for (const link of document.querySelectorAll("a[data-verdict]")) {
    link.addEventListener("click", () => {
      form.reset();
      find("by-verdict").value = link.dataset.verdict;
      setTimeout(apply);
    });
  }

  // Texts are folded while nobody waits, so that the first search need not do it all.
  const idle = window.requestIdleCallback || ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
  let folded = 0;
  const prepare = (deadline) => {
    do {
      if (folded >= claims.length) return;
      textOf(claims[folded]);
      folded += 1;
    } while (deadline.timeRemaining() > 2);
    idle(prepare);
  };
  idle(prepare);

  // --- Permanent links: a claim that a filter hides is shown again ----------------------------
  const arrive = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    const claim = claims.find((each) => each.el.id === id);
    if (!claim) return;
    if (!claim.shown) { form.reset(); apply(); }
    claim.el.scrollIntoView();
    claim.el.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // --- Citations ------------------------------------------------------------------------------
  const line = (el) => el.textContent.replace(/\s+/g, " ").trim();
  const citation = (box) => {
    const quote = box.querySelector("blockquote q") || box.querySelector("h4, .t");
    const origin = box.querySelector(".src").cloneNode(true);
    for (const name of origin.querySelectorAll("code")) name.remove();
    const links = Array.from(origin.querySelectorAll("a"), (a) => {
      const text = a.textContent === "archived" ? `archived at ${a.href}` : a.href;
      a.remove();
      return text;
    });
    const parts = [`“${line(quote)}” — ${line(origin)}`, ...links];
    return `${parts.join(", ")}.`;
  };
  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "vh";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByHand(text);
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.cite");
    if (!button) return;
    const text = citation(button.closest("li, .said"));
    const copied = await copy(text);
    button.focus();
    button.textContent = copied ? "Copied" : "Not copied";
    say(copied ? "Citation copied" : `The browser let nothing be copied. The citation: ${text}`);
    setTimeout(() => { button.textContent = "Copy citation"; }, 2000);
  });

  // --- Keys -------------------------------------------------------------------------------------
  const keys = find("keys");
  try { keys.checked = localStorage.getItem("factcheck-keys") !== "off"; } catch { /* on */ }
  keys.addEventListener("change", () => {
    try { localStorage.setItem("factcheck-keys", keys.checked ? "on" : "off"); } catch { /* not kept */ }
  });
  const step = (by) => {
    const visible = claims.filter((claim) => claim.shown);
    if (!visible.length) return;
    const at = visible.findIndex((claim) => claim.el.contains(document.activeElement));
    let next = at + by;
    if (at < 0) {
      next = visible.findIndex((claim) => claim.el.getBoundingClientRect().top >= 0);
      if (next < 0) next = visible.length - 1;
    }
    const target = visible[Math.max(0, Math.min(visible.length - 1, next))].el;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) { event.preventDefault(); search.value = ""; apply(); }
  });
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "/") { event.preventDefault(); form.scrollIntoView({ block: "nearest" }); search.focus(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") { const list = document.querySelector(".keys"); list.open = !list.open; list.firstElementChild.focus(); }
  });

  // --- Print: what is folded is opened, and folded again ------------------------------------------
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of opened) each.open = true;
  });
  window.addEventListener("afterprint", () => { for (const each of opened) each.open = false; });
})();
