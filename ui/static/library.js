// The library in the browser: jumping within a text, copying a citation, and files on their way to a preview.
(() => {
  // What is far away has only a guessed height until it is drawn: arrive, look, and arrive again.
  const arrive = (node, times = 6) => {
    node.scrollIntoView({ block: "start", behavior: "instant" });
    if (times > 0) requestAnimationFrame(() => arrive(node, times - 1));
  };
  const show = (node) => {
    if (!node) return;
    node.closest("details")?.setAttribute("open", "");
    arrive(node);
    node.classList.add("yc-flash");
    setTimeout(() => node.classList.remove("yc-flash"), 1600);
    node.setAttribute("tabindex", "-1");
    node.focus({ preventScroll: true });
  };
  const article = (wanted) => [...document.querySelectorAll("#yc-provisions article")].find((node) => {
    const locator = node.id.slice(node.id.indexOf(":") + 1).split("@")[0];
    return locator === wanted || node.dataset.heading.startsWith(`第${wanted}条`);
  });
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const said = button.textContent;
    if (said === button.dataset.copied) return;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1600);
  };

  document.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    if (jump) { show(document.getElementById(jump.dataset.jump)); return; }
    const copied = event.target.closest("[data-copy]");
    if (copied) { copy(copied); return; }
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-jump-form]");
    if (!form) return;
    event.preventDefault();
    const field = form.querySelector("input");
    const wanted = field.value.normalize("NFKC").trim().replace(/^第|条$/g, "");
    const found = wanted && article(wanted);
    field.setAttribute("aria-invalid", String(!found));
    if (found) show(found);
  });

  // The drawer takes room from the text: what was pressed stays where it is, and the focus goes along and comes back.
  let pressed = null;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("#yc-library [data-act=article], #yc-library [data-act=ask-change], #yc-library [data-act=script]");
    if (opener) pressed = { node: opener, top: opener.getBoundingClientRect().top, shown: false };
  }, true);
  const follow = () => {
    if (!pressed || !pressed.node.isConnected) return;
    const card = document.querySelector("#yc-proof .yc-proof-card");
    if (Boolean(card) === pressed.shown) return;
    pressed.shown = Boolean(card);
    requestAnimationFrame(() => {
      window.scrollBy({ top: pressed.node.getBoundingClientRect().top - pressed.top, behavior: "instant" });
      (card ? card.querySelector("[data-act=close]") : pressed.node)?.focus({ preventScroll: true });
      pressed.top = pressed.node.getBoundingClientRect().top;
    });
  };
  new MutationObserver(follow).observe(document.documentElement, { subtree: true, childList: true });

  // One file at a time: what has been read stays in the page alone until it is published.
  const files = new Map();
  let reading = false;
  let last = 0;
  const root = () => document.getElementById("yc-import");
  const said = (name) => root().dataset[`said${name}`];
  const list = () => document.getElementById("yc-import-list");
  const item = (entry) => document.getElementById(entry.id);
  const open = () => [...files.values()].filter((entry) => !entry.done && document.getElementById(entry.id));

  const tell = (entry, state, text, error = "") => {
    entry.state = state;
    const node = item(entry);
    if (!node) return;
    node.dataset.state = state;
    node.querySelector("[data-status]").textContent = text;
    node.querySelector("[data-problem]").textContent = error;
    node.querySelector("[data-again]").hidden = state !== "failed";
    tally();
  };
  const tally = () => {
    const all = [...files.values()].filter((entry) => item(entry));
    const read = all.filter((entry) => !["waiting", "sending", "reading"].includes(entry.state)).length;
    const ready = all.filter((entry) => entry.state === "ready");
    document.getElementById("yc-import-bar").hidden = all.length === 0;
    document.getElementById("yc-import-progress").value = all.length ? read / all.length : 0;
    document.getElementById("yc-import-count").textContent = said("Progress").replace("{done}", read).replace("{all}", all.length);
    document.getElementById("yc-publish-all").hidden = ready.length < 2;
  };
  const button = (text, mark) => {
    const node = Object.assign(document.createElement("button"), { type: "button", className: "yc-link", textContent: text });
    node.setAttribute(mark, "");
    return node;
  };
  const add = (file) => {
    last += 1;
    const entry = { id: `yc-import-${last}`, file, said: {}, state: "waiting" };
    files.set(entry.id, entry);
    const node = document.createElement("li");
    node.id = entry.id;
    node.className = "yc-import-item yc-box";
    const head = Object.assign(document.createElement("div"), { className: "yc-import-head" });
    const name = Object.assign(document.createElement("strong"), { textContent: file.name });
    const status = Object.assign(document.createElement("span"), { className: "yc-import-status" });
    status.setAttribute("data-status", "");
    status.setAttribute("role", "status");
    const again = button(said("Retry"), "data-again");
    again.hidden = true;
    head.append(name, status, again, button(said("Remove"), "data-drop-file"));
    const problem = Object.assign(document.createElement("p"), { className: "yc-form-error" });
    problem.setAttribute("data-problem", "");
    problem.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.setAttribute("data-body", "");
    node.append(head, problem, body);
    list().append(node);
    if (file.size > Number(root().dataset.largest)) tell(entry, "failed", said("Failed"), said("Large"));
    else tell(entry, "waiting", said("Waiting"));
  };
  const send = (entry, file, hints) => new Promise((resolve) => {
    const form = new FormData();
    Object.entries(hints).forEach(([name, value]) => form.append(name, value));
    form.append("file", file, file.name || entry.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/library/import/preview");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) tell(entry, "sending", `${said("Sending")} ${Math.round((event.loaded / event.total) * 100)}%`);
    };
    request.upload.onload = () => tell(entry, "reading", said("Reading"));
    request.onload = () => resolve({ ok: request.status === 200, text: request.responseText });
    request.onerror = () => resolve({ ok: false, text: "" });
    request.onabort = request.onerror;
    request.send(form);
  });
  const detail = (text, otherwise) => {
    try { return JSON.parse(text).detail || otherwise; } catch { return otherwise; }
  };
  const look = async (entry, file = entry.file, hints = entry.said) => {
    entry.seen = [file, hints];
    tell(entry, "sending", said("Sending"));
    const answer = await send(entry, file, hints);
    const node = item(entry);
    if (!node) return;
    if (!answer.ok) { tell(entry, "failed", said("Failed"), detail(answer.text, said("Lost"))); return; }
    node.querySelector("[data-body]").innerHTML = answer.text;
    const seen = node.querySelector(".yc-preview");
    entry.from = seen.dataset.from;
    tell(entry, seen.dataset.publishable === "yes" ? "ready" : "blocked", said(seen.dataset.publishable === "yes" ? "Ready" : "Blocked"));
  };
  const work = async () => {
    if (reading) return;
    reading = true;
    for (;;) {
      const next = [...files.values()].find((entry) => entry.state === "waiting" && item(entry));
      if (!next) break;
      await look(next);
    }
    reading = false;
  };
  const publish = async (entry, path, more = {}) => {
    const node = item(entry);
    const seen = node.querySelector(".yc-preview");
    const markdown = node.querySelector("[data-markdown]").value;
    node.querySelectorAll("button").forEach((each) => { each.disabled = true; });
    tell(entry, "publishing", said("Publishing"));
    const supersede = path === "publish" ? { supersede: seen.dataset.supersede === "yes" } : {};
    let answer = null;
    try {
      answer = await fetch(`/library/import/${path}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ markdown, ...supersede, ...more }),
      });
    } catch { /* told below */ }
    const text = answer ? await answer.text() : "";
    node.querySelectorAll("button").forEach((each) => { each.disabled = false; });
    if (!answer || !answer.ok) {
      tell(entry, path === "publish" ? "ready" : "blocked", said(path === "publish" ? "Ready" : "Blocked"));
      const problem = detail(text, said("Unsure"));
      const edited = node.querySelector("[data-markdown]");
      if (answer?.status === 409 && path === "publish" && edited.value === edited.defaultValue) {
        await look(entry, ...entry.seen);
        const told = node.querySelector(".yc-confirm [data-error]");
        if (told) told.textContent = said("Changed");
      } else {
        node.querySelector(".yc-confirm [data-error]").textContent = problem;
      }
      return;
    }
    entry.done = true;
    node.querySelector("[data-body]").innerHTML = text;
    tell(entry, "published", said("Published"));
  };

  const take = (chosen) => { [...chosen].forEach(add); work(); };
  document.addEventListener("change", (event) => {
    if (event.target.id !== "yc-files") return;
    take(event.target.files);
    event.target.value = "";
  });
  const drop = (event) => event.target.closest?.("#yc-drop");
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (!root()) return;
    event.preventDefault();
    document.getElementById("yc-drop")?.classList.toggle("yc-over", kind === "dragover" && Boolean(drop(event)));
    if (kind === "drop" && drop(event)) take(event.dataTransfer.files);
  }));
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".yc-preview-form");
    if (!form) return;
    event.preventDefault();
    const entry = files.get(form.closest(".yc-import-item").id);
    form.querySelectorAll("[name]").forEach((field) => {
      const before = field.tagName === "SELECT" ? [...field.options].find((each) => each.defaultSelected)?.value : field.defaultValue;
      if (field.value !== before) entry.said[field.name] = field.value;
    });
    look(entry);
  });
  document.addEventListener("click", (event) => {
    const node = event.target.closest(".yc-import-item");
    const entry = node && files.get(node.id);
    if (event.target.id === "yc-publish-all") { publishAll(); return; }
    if (!entry) return;
    if (event.target.closest("[data-drop-file]")) { files.delete(entry.id); node.remove(); tally(); return; }
    if (event.target.closest("[data-again]")) { tell(entry, "waiting", said("Waiting")); work(); return; }
    if (event.target.closest("[data-publish]")) { publish(entry, "publish"); return; }
    if (event.target.closest("[data-correct]")) { publish(entry, "correct", { reason: node.querySelector("[name=reason]").value.trim() }); return; }
    if (event.target.closest("[data-recheck]")) {
      const text = node.querySelector("[data-markdown]").value;
      look(entry, new File([text], entry.file.name.replace(/\.[^.]*$/, "") + ".md"), {});
      return;
    }
    const unit = event.target.closest("[data-unit]");
    if (unit) {
      const wanted = [...node.querySelectorAll("[data-locator]")].find((each) => each.dataset.locator === unit.dataset.unit);
      show(wanted);
    }
  });
  const publishAll = async () => {
    const ready = [...files.values()].filter((entry) => entry.state === "ready" && item(entry));
    ready.sort((one, other) => one.from.localeCompare(other.from));
    for (const entry of ready) await publish(entry, "publish");
  };
  window.addEventListener("beforeunload", (event) => { if (open().some((entry) => ["ready", "publishing", "sending", "reading"].includes(entry.state))) event.preventDefault(); });
})();
