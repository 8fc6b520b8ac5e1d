// Keys beside what they do: a key clicks the visible element that carries it. Never while somebody types.
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const visible = (element) => element.offsetParent !== null;

  const rows = () => [...document.querySelectorAll("[data-row]")].map((row) => row.querySelector("a")).filter((link) => link && visible(link));
  const chosen = (link) => link.getAttribute("aria-current") === "true" || link.closest("[aria-current=true]") !== null;
  const here = (links) => {
    const focused = links.indexOf(document.activeElement);
    return focused >= 0 ? focused : links.findIndex(chosen);
  };
  const move = (step) => {
    const links = rows();
    const next = links[Math.min(Math.max(here(links) + step, 0), links.length - 1)];
    if (!next) return;
    if (document.querySelector(".case-page")) next.click();
    else next.focus();
  };
  const open = () => {
    const links = rows();
    links[Math.max(here(links), 0)]?.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "?") return void document.getElementById("keys")?.showModal();
    if (document.querySelector("dialog[open]")) return;
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    if (key === "o" && !document.querySelector(".case-page")) return open();
    if (key === "/") {
      event.preventDefault();
      return document.querySelector("[role=search] input")?.focus();
    }
    const act = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (act) {
      event.preventDefault();
      act.click();
    }
  });

  // The document beside the facts: the chosen tab shows, the hovered fact lights its marks.
  const choose = () => {
    for (const box of document.querySelectorAll(".evidence")) {
      const tabs = [...box.querySelectorAll("header input[type=radio]")];
      box.querySelectorAll(".document").forEach((page, i) => { page.hidden = !tabs[i]?.checked; });
    }
  };
  document.addEventListener("change", (event) => event.target.matches(".evidence header input") && choose());
  document.addEventListener("pointerover", (event) => {
    const row = event.target.closest?.(".facts tr[data-span]");
    for (const mark of document.querySelectorAll("mark[data-span]")) {
      mark.classList.toggle("lit", row !== null && row !== undefined && mark.dataset.span === row.dataset.span);
    }
  });
  choose();
})();
