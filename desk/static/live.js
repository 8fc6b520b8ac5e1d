// The desk tells when something changed; what listens for "desk:changed" (or "desk:cases", "desk:intake", "desk:books")
// asks for itself again. While the line is down a banner says so and deciding is off. Works without, too.
(() => {
  if (!document.querySelector(".topbar") || !window.EventSource) return;
  const banner = document.getElementById("offline");
  let waiting;
  let topics = new Set();
  let since;

  const tell = () => {
    document.body.dispatchEvent(new Event("desk:changed"));
    for (const topic of topics) document.body.dispatchEvent(new Event(`desk:${topic}`));
    topics = new Set();
  };
  const online = () => {
    clearTimeout(since);
    since = undefined;
    banner.hidden = true;
  };
  const offline = () => {
    since ??= setTimeout(() => {
      banner.querySelector("b").textContent = `No connection since ${new Date().toTimeString().slice(0, 5)}.`;
      banner.hidden = false;
    }, 4000);
  };

  const source = new EventSource("/events");
  source.addEventListener("open", online);
  source.addEventListener("error", offline);
  source.addEventListener("changed", (event) => {
    for (const topic of event.data.split(" ")) topics.add(topic);
    clearTimeout(waiting);
    waiting = setTimeout(tell, 250);
  });
  addEventListener("pagehide", () => source.close());
  // Nothing is sent into the dark: a decision waits for the line, so that it is never made twice.
  document.addEventListener("submit", (event) => {
    if (!banner.hidden && event.target.method === "post") {
      event.preventDefault();
      event.stopPropagation();
      banner.querySelector("b").textContent = "Not sent, there is no connection.";
    }
  }, true);
})();
