// The desk tells when something changed; what listens for "desk:changed" (or "desk:cases", "desk:intake", "desk:books")
// asks for itself again. While the line is down a banner says so and deciding is off. Works without, too.
//
// Nothing is missed in between: what listens carries how long the audit log was before it was made (data-at), and the line
// opens with it, so that the desk tells at once what happened since. An answer that was asked for before a change was
// told, and came after it, may not know of it: then all is asked for once more. A page nobody looks at has no line, for
// a browser allows few of them; it hears the rest when it is shown again.
(() => {
  if (!document.querySelector(".topbar") || !window.EventSource) return;
  const TOPICS = ["cases", "intake", "books"];
  const banner = document.getElementById("offline");
  let source;
  let waiting;
  let again;
  let topics = new Set();
  let since;
  let heard = 0; // how often something was told, or a line opened

  const tell = () => {
    document.body.dispatchEvent(new Event("desk:changed"));
    for (const topic of topics) document.body.dispatchEvent(new Event(`desk:${topic}`));
    topics = new Set();
  };
  const changed = (told) => {
    for (const topic of told) topics.add(topic);
    clearTimeout(waiting);
    waiting = setTimeout(tell, 250);
  };
  const online = () => {
    heard += 1;
    clearTimeout(since);
    since = undefined;
    banner.hidden = true;
  };
  const offline = () => {
    since ??= setTimeout(() => {
      banner.querySelector("b").textContent = `No connection since ${new Date().toTimeString().slice(0, 5)}.`;
      banner.hidden = false;
    }, 4000);
    if (source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(again); // an answer that is no stream ends a line for good: a desk that starts anew, a proxy
    again = setTimeout(open, 3000);
  };
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(again);
    clearTimeout(since);
    since = undefined;
  };
  const open = () => {
    source?.close();
    const made = [...document.querySelectorAll("[data-at]")].map((shown) => Number(shown.dataset.at));
    source = new EventSource(made.length ? `/events?at=${Math.min(...made)}` : "/events");
    source.addEventListener("open", online);
    source.addEventListener("error", offline);
    source.addEventListener("changed", (event) => {
      heard += 1;
      changed(event.data.split(" "));
    });
  };
  const look = () => {
    if (document.visibilityState === "hidden") close();
    else if (!source) open();
  };

  look();
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", close);
  addEventListener("pageshow", look);
  document.addEventListener("htmx:before:request", (event) => { event.detail.ctx.heard = heard; });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.heard !== heard) changed(TOPICS);
  });
  // Nothing is sent into the dark: a decision waits for the line, so that it is never made twice.
  document.addEventListener("submit", (event) => {
    if (!banner.hidden && event.target.method === "post") {
      event.preventDefault();
      event.stopPropagation();
      banner.querySelector("b").textContent = "Not sent, there is no connection.";
    }
  }, true);
})();
