// Lists by keyboard: J and K move the focus, Enter opens; on the day's list D, S and X act on the first action.
(() => {
  const rows = () => [...document.querySelectorAll("#yc-day .yc-day-item, .yc-keyed tbody tr")];
  let chosen = 0;
  let moving = false;
  const focus = () => rows()[chosen]?.querySelector("[data-row-open]")?.focus({ preventScroll: true });
  const show = () => {
    const all = rows();
    chosen = Math.max(0, Math.min(chosen, all.length - 1));
    all.forEach((row, place) => row.classList.toggle("yc-here", place === chosen));
  };
  new MutationObserver(() => {
    if (document.querySelector("#yc-day .yc-here, .yc-keyed .yc-here") || !rows().length) return;
    show();
    if (moving && document.activeElement === document.body) focus();
  }).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("focusin", (event) => {
    const place = rows().findIndex((row) => row.contains(event.target));
    if (place >= 0 && place !== chosen) { chosen = place; show(); }
  });
  document.addEventListener("pointerdown", () => { moving = false; });
  const typing = (node) => node.closest("input, textarea, select, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const row = rows()[chosen];
    if (!row) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      chosen += key === "j" ? 1 : -1;
      moving = true;
      show();
      focus();
      rows()[chosen].scrollIntoView({ block: "nearest" });
    } else if (key === "enter") {
      if (!event.target.closest("a, button, summary")) row.querySelector("[data-row-open]")?.click();
    } else {
      const node = row.querySelector(`[data-day-key="${CSS.escape(key)}"]`);
      if (!node) return;
      moving = true;
      event.preventDefault();
      if (node.tagName === "SELECT") { node.focus(); node.showPicker?.(); } else node.click();
    }
  });
})();
