/* Entries of a page's raters in the browser's local storage, under the identity of the page. */
function storageOf(name) {
  const entries = () => {
    try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
  };
  const available = (() => {
    try {
      localStorage.setItem(`${name}/try`, "1");
      localStorage.removeItem(`${name}/try`);
      return true;
    } catch { return false; }
  })();
  /* Store the state of a rater; returns false if the browser refuses. */
  const put = (reader, state) => {
    if (!available) return true; /* the page warned at the start */
    try { localStorage.setItem(name, JSON.stringify({ ...entries(), [reader]: state })); return true; }
    catch { return false; }
  };
  return { available, entries, put };
}

/* Offer at the start to continue a stored entry, with the page's description of it, or to start a new one. */
function offer({ available, entries }, describe, begin) {
  const $ = (id) => document.getElementById(id);
  $("storage-warning").hidden = available;
  for (const [reader, entry] of Object.entries(entries())) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${reader}: ${describe(entry)}`;
    button.addEventListener("click", () => begin(reader));
    $("readers").append(button);
    $("saved").hidden = false;
  }
  $("begin").addEventListener("submit", (event) => {
    event.preventDefault();
    const reader = $("reader").value.trim().replace(/\s+/g, " ");
    if (reader) begin(reader);
  });
}
