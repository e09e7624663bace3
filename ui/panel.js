// What every panel does: a press, a submit or a change inside it becomes one event "act" for the server.
// Another press while one is being answered is sent when that is done, the last one only; the same press again is not.
const overlapping = element.closest(".yc-overlapping") !== null;
let answering = null;
let waiting = null;
const fire = (source, data) => {
  const press = JSON.stringify(data);
  if (press === answering) return;
  source?.setAttribute("aria-busy", "true");
  if (answering !== null && !overlapping) { waiting = () => fire(source, data); return; }
  answering = press;
  clearTimeout(element.releaseTimer);
  element.releaseTimer = setTimeout(() => release(), 90000);
  trigger("act", data);
};
const release = () => {
  answering = null;
  element.querySelectorAll("[aria-busy]").forEach((node) => node.removeAttribute("aria-busy"));
  const next = waiting;
  waiting = null;
  next?.();
};
const fields = (form, submitter) => ({ ...form.dataset, ...(submitter ? submitter.dataset : {}), ...Object.fromEntries(new FormData(form)) });
const changed = () => {
  const changes = {};
  element.querySelectorAll("textarea[data-statement]").forEach((area) => {
    if (area.value !== area.defaultValue) changes[area.dataset.statement] = area.value;
  });
  return changes;
};
const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };

const sound = (form) => {
  const area = form.querySelector("textarea[data-limit]");
  if (!area) return true;
  const length = [...area.value.trim()].length;
  const wrong = length === 0 ? form.dataset.empty : length > Number(area.dataset.limit) ? form.dataset.long : "";
  form.querySelector("[data-error]").textContent = wrong;
  if (wrong) area.focus();
  return !wrong;
};
const remove = (button) => {
  const area = element.querySelector(`textarea[data-statement="${CSS.escape(button.dataset.remove)}"]`);
  const gone = area.value === "" && area.defaultValue !== "";
  area.value = gone ? area.defaultValue : "";
  button.closest(".yc-statement").classList.toggle("yc-gone", !gone);
  [button.textContent, button.dataset.undo] = [button.dataset.undo, button.textContent];
  grow(area);
};

element.addEventListener("click", (event) => {
  const remover = event.target.closest("[data-remove]");
  if (remover) { remove(remover); return; }
  const chapter = event.target.closest(".yc-contents a");
  if (chapter) {
    event.preventDefault();
    chapter.closest("details").open = false;
    element.querySelector(chapter.hash)?.scrollIntoView({ block: "start" });
    return;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) { document.getElementById(opener.dataset.dialog)?.showModal(); return; }
  if (event.target.closest("[data-close]")) { event.target.closest("dialog")?.close(); return; }
  const filler = event.target.closest("[data-fill]");
  if (filler) {
    const field = document.querySelector(filler.dataset.into);
    if (field) { field.value = filler.dataset.fill; field.focus(); field.dispatchEvent(new Event("input", { bubbles: true })); }
    return;
  }
  if (event.target.closest("a[href]") && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
  const node = event.target.closest("[data-act]");
  if (!node || node.tagName === "FORM" || node.type === "submit") return;
  event.preventDefault();
  fire(node, { ...node.dataset });
});
element.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action")) return;
  event.preventDefault();
  if (!sound(form)) return;
  if (form.dataset.clear && answering !== null) {
    waiting = () => form.requestSubmit();
    event.submitter?.setAttribute("aria-busy", "true");
    return;
  }
  form.closest("dialog")?.close();
  const data = fields(form, event.submitter);
  if (form.dataset.changes) data.changes = changed();
  fire(event.submitter, data);
  if (form.dataset.clear) form.querySelectorAll("textarea").forEach((area) => { area.value = ""; grow(area); });
});
element.addEventListener("change", (event) => {
  if (event.target.closest("[data-auto]")) event.target.form?.requestSubmit();
});
element.addEventListener("input", (event) => {
  const area = event.target;
  if (area.tagName !== "TEXTAREA") return;
  grow(area);
  area.form?.querySelector("[data-error]")?.replaceChildren();
});
element.addEventListener("keydown", (event) => {
  const area = event.target.closest("textarea[data-send]");
  if (area && event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    area.form.requestSubmit();
    return;
  }
  const row = event.target.closest("[data-act][tabindex]");
  if (row && event.target === row && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); row.click(); }
});
document.addEventListener("yice:release", (event) => {
  if (event.detail && element.closest(`#${event.detail}`)) release();
  element.querySelectorAll("[data-go]").forEach((node) => window.location.assign(node.dataset.go));
});

// The first address of a page replaces what was asked for; every other one is a step that the back button takes back.
let arrived = false;
const visit = (address) => {
  const here = `${location.pathname}${location.search}`;
  const there = new URL(address, location.href);
  if (`${there.pathname}${there.search}` !== here) history[arrived ? "pushState" : "replaceState"](null, "", address);
  arrived = true;
};
window.addEventListener("popstate", () => { if (element.querySelector("[data-url]")) window.location.reload(); });

const scrolled = new Set();
const settle = () => {
  if (overlapping) release();
  element.querySelectorAll("textarea[data-statement]").forEach((area) => {
    area.value = area.defaultValue;
    area.closest(".yc-statement")?.classList.remove("yc-gone");
    grow(area);
  });
  element.querySelectorAll("[data-url]").forEach((node) => visit(node.dataset.url));
  element.querySelectorAll(".yc-nav .yc-here").forEach((node) => { node.parentElement.scrollLeft = node.offsetLeft - node.parentElement.offsetLeft - 60; });
  element.querySelectorAll("[data-scroll]").forEach((node) => {
    if (scrolled.has(node.id)) return;
    scrolled.add(node.id);
    node.scrollIntoView({ block: node.dataset.scroll });
  });
};
watch("value", settle);
