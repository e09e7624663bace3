// Customer files in the browser: sent with their progress, then the page follows the import.
(() => {
  const chosen = new Map();
  const form = (node) => node.closest?.("#yc-customer-import");
  const say = (node, text, problem = "") => {
    node.querySelector("[data-status]").textContent = text;
    node.querySelector("[data-problem]").textContent = problem;
  };
  const detail = (text, otherwise) => {
    try { return JSON.parse(text).detail || otherwise; } catch { return otherwise; }
  };
  const list = (node, files) => {
    chosen.set(node.id, files);
    say(node, files.map((file) => file.name).join("、"));
  };

  document.addEventListener("change", (event) => {
    const node = form(event.target);
    if (node && event.target.type === "file") list(node, [...event.target.files]);
  });
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      const node = form(event.target);
      if (!node || !event.target.closest(".yc-drop")) return;
      event.preventDefault();
      if (name === "drop") list(node, [...event.dataTransfer.files]);
    });
  }
  document.addEventListener("submit", (event) => {
    const node = form(event.target);
    if (!node) return;
    event.preventDefault();
    const files = chosen.get(node.id) || [];
    if (!files.length) { say(node, "", node.dataset.saidNone); return; }
    const body = new FormData();
    files.forEach((file) => body.append("files", file, file.name));
    body.append("dry_run", String(node.querySelector("[name=dry_run]").checked));
    const button = node.querySelector("[type=submit]");
    const request = new XMLHttpRequest();
    const fail = (text) => { button.disabled = false; say(node, "", detail(text, node.dataset.saidLost)); };
    button.disabled = true;
    say(node, node.dataset.saidSending);
    request.open("POST", "/imports/upload");
    request.upload.onprogress = (sent) => {
      if (sent.lengthComputable) say(node, `${node.dataset.saidSending} ${Math.round((sent.loaded / sent.total) * 100)}%`);
    };
    request.onload = () => {
      if (request.status !== 200) { fail(request.responseText); return; }
      chosen.delete(node.id);
      say(node, node.dataset.saidSent);
      document.getElementById("yc-imports-refresh")?.click();
    };
    request.onerror = () => fail("");
    request.send(body);
  });
})();
