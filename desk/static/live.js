// The desk tells when something changed; what listens for "desk:changed" asks for itself again. Works without, too.
(() => {
  if (!document.querySelector(".topbar") || !window.EventSource) return;
  let waiting;
  const source = new EventSource("/events");
  source.addEventListener("changed", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.dispatchEvent(new Event("desk:changed")), 250);
  });
  addEventListener("pagehide", () => source.close());
})();
