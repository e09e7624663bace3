// The day's list by keyboard: J and K move, D, X and Enter act on the first action of the chosen customer.
(() => {
  let chosen = 0;
  const rows = () => [...document.querySelectorAll("#yc-day .yc-day-item")];
  const show = () => {
    const all = rows();
    chosen = Math.max(0, Math.min(chosen, all.length - 1));
    all.forEach((row, place) => row.classList.toggle("yc-here", place === chosen));
  };
  new MutationObserver(() => { if (!document.querySelector("#yc-day .yc-here")) show(); })
    .observe(document.documentElement, { childList: true, subtree: true });
  const busy = (node) => node.closest("input, textarea, select, button, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
    const row = rows()[chosen];
    if (!row) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      chosen += key === "j" ? 1 : -1;
      show();
      rows()[chosen]?.scrollIntoView({ block: "nearest" });
    } else if (key === "enter") {
      row.querySelector("[data-day-open]")?.click();
    } else {
      row.querySelector(`[data-day-key="${CSS.escape(key)}"]`)?.click();
    }
  });
})();
