// What the whole page does: keys, and the end of a login.
(() => {
  document.documentElement.lang = document.cookie.includes("yice_language=en") ? "en" : "zh-CN";
  if (document.querySelector("gradio-app")) document.documentElement.setAttribute("aria-busy", "true");
  document.addEventListener("yice:release", () => document.documentElement.removeAttribute("aria-busy"));

  // Who logged out elsewhere is led to the login and back, instead of pressing in vain.
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const answer = await ask(...request);
    if (answer.status === 401 && new URL(answer.url).pathname.startsWith("/gradio_api/")) window.location.reload();
    return answer;
  };

  const typing = (node) => node.closest("input, textarea, select, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") { document.querySelector(".yc-proof-card [data-act=close]")?.click(); return; }
    const button = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)]
      .find((node) => node.offsetParent !== null && !node.disabled);
    if (button) { event.preventDefault(); if (button.matches("input")) button.select(); else button.click(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.tagName === "DIALOG" && event.target.dataset.modal !== "hard") event.target.close();
  });

  document.addEventListener("input", (event) => {
    const row = event.target.closest("[data-sum]");
    if (!row) return;
    const parts = [...row.querySelectorAll("input[type=number]")].map((field) => Number(field.value) || 0);
    const total = parts.reduce((sum, part) => sum + part, 0);
    const cell = row.querySelector("[data-total]");
    cell.textContent = total;
    cell.parentElement.classList.toggle("yc-bad-text", total !== Number(row.dataset.sum));
  });

  document.addEventListener("click", (event) => {
    const account = event.target.closest("[data-login]");
    if (!account) return;
    document.getElementById("yc-username").value = account.dataset.login;
    document.getElementById("yc-password").value = account.dataset.password;
    document.getElementById("yc-login-button").focus();
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form.yc-again");
    if (!form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = new URLSearchParams(new FormData(form));
    const answer = await fetch("/login", { method: "POST", body: fields, headers: { Accept: "application/json" } });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) { form.querySelector("[data-error]").textContent = said.detail || ""; return; }
    const bar = document.querySelector("#yc-header [data-actor]");
    if (bar && bar.dataset.actor !== said.actor) { window.location.assign(said.home); return; }
    form.reset();
    form.querySelector("[data-error]").textContent = "";
    form.closest("dialog")?.close();
    document.querySelectorAll("#yc-notice .yc-toast").forEach((node) => node.remove());
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-login-again]")) document.getElementById("yc-again")?.showModal();
  });
})();
