// What makes the page live. Every address works without it.

const $ = (id) => document.getElementById(id);

// Search as you type: the newest question wins, whatever order the answers come in.
function live() {
  const form = document.querySelector("form.ask:not(.small)");
  const field = $("q");
  if (!form || !field || field.disabled || !$("results")) return;
  let waits, told, asked = 0, stop = new AbortController();
  const status = (text, after) => {
    clearTimeout(told);
    told = setTimeout(() => { $("status").textContent = text; }, after);
  };
  const address = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "mode" && value === "hybrid")) query.set(name, value);
    }
    return query;
  };
  async function search() {
    const number = ++asked;
    stop.abort();
    stop = new AbortController();
    const query = address();
    const shown = query.size ? "/?" + query : "/";
    query.set("part", "results");
    try {
      const answer = await fetch("/?" + query, { signal: stop.signal });
      const text = await answer.text();
      if (number !== asked) return;
      const next = new DOMParser().parseFromString(text, "text/html");
      const results = next.getElementById("results");
      if (!results) throw new Error(next.querySelector("main p")?.textContent || "The server can't answer that.");
      const more = next.querySelector(":scope > body > .more");
      document.querySelector("main > .more")?.remove();
      $("results").replaceWith(results);
      if (more) results.after(more);
      history.replaceState(null, "", shown);
      status(results.dataset.status ?? "", 1000);
    } catch (error) {
      if (error.name === "AbortError" || number !== asked) return;
      status(error instanceof TypeError ? "The server doesn't answer. Is naragtive serve still running?" : error.message, 0);
      $("status").classList.remove("hidden");
      return;
    }
    $("status").classList.add("hidden");
  }
  form.addEventListener("input", () => {
    clearTimeout(waits);
    // A search that nobody waits for any more is stopped, so the wait only spares those of letters typed at once.
    waits = setTimeout(search, 40);
  });
  form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") search(); });
}

// Arrows, or j and k outside of the field, go through the hits; escape goes back to the question.
function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = $("q");
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    const links = [...document.querySelectorAll("ol.hits h2 a")];
    const at = links.indexOf(document.activeElement);
    const go = (link) => { if (link) { link.focus(); event.preventDefault(); } };
    if (event.key === "/" && !typing && field) { field.focus(); field.select(); event.preventDefault(); }
    else if (event.key === "ArrowDown" && document.activeElement === field) go(links[0]);
    else if ((event.key === "ArrowDown" && at >= 0) || (event.key === "j" && !typing)) go(links[at + 1]);
    else if ((event.key === "ArrowUp" && at >= 0) || (event.key === "k" && !typing)) go(at > 0 ? links[at - 1] : field);
    else if (event.key === "Escape" && at >= 0 && field) { field.focus(); }
    else if (!typing && event.key === "n") document.querySelector("nav.hits a[rel=next]")?.click();
    else if (!typing && event.key === "N") document.querySelector("nav.hits a[rel=prev]")?.click();
  });
}

// A conversation without an end on either side; the address says which scene is being read.
function reading() {
  const flow = $("flow");
  if (!flow) return;
  const here = document.getElementById(location.hash.slice(1)) ?? flow.querySelector(".scene.here");
  if (here && !location.hash && flow.querySelector(".scene") !== here) {
    here.scrollIntoView({ block: "start" });
  }
  const busy = new Set();
  async function more(link) {
    const side = link.dataset.part;
    if (busy.has(side)) return;
    busy.add(side);
    try {
      const address = new URL(link.href);
      address.searchParams.set("part", side);
      const answer = await fetch(address);
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const place = link.closest(".further");
      const old = document.documentElement.scrollHeight, top = scrollY;
      place.replaceWith(...next.body.childNodes);
      // What is put before what is read must not push it away; browsers that anchor by themselves have done it.
      if (side === "before" && scrollY === top) scrollTo({ top: top + document.documentElement.scrollHeight - old, behavior: "instant" });
      watch();
    } finally {
      busy.delete(side);
    }
  }
  const near = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) { near.unobserve(one.target); more(one.target); }
  }, { rootMargin: "1200px" });
  // The scene at the place to which a link to one scrolls is the one that is read.
  function named(scene) {
    if (!scene || scene === flow.named) return;
    flow.named = scene;
    const address = new URL(location.href);
    address.pathname = "/read/" + encodeURIComponent(flow.dataset.store) + "/" + encodeURIComponent(scene.dataset.id);
    address.hash = "";
    history.replaceState(null, "", address);
  }
  let looks;
  addEventListener("scroll", () => {
    looks ??= requestAnimationFrame(() => {
      looks = undefined;
      const { left, width } = flow.getBoundingClientRect();
      named(document.elementFromPoint(left + width / 2, 104)?.closest(".scene"));
    });
  }, { passive: true });
  function watch() {
    flow.querySelectorAll(".further a[data-part]").forEach((link) => near.observe(link));
  }
  watch();
  // What its link leads to goes to the clipboard: the address, or the scene as Markdown.
  async function copy(link) {
    const word = link.textContent;
    const text = link.matches(".here") ? link.href : await (await fetch(link.href)).text();
    await navigator.clipboard.writeText(text);
    link.textContent = word + " copied";
    setTimeout(() => { link.textContent = word; }, 2000);
  }
  flow.addEventListener("click", (event) => {
    const link = event.target.closest("footer a:is(.here, .markdown)");
    if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!link.textContent.endsWith(" copied")) copy(link).catch(() => { location.href = link.href; });
  });
}

live();
keys();
reading();
