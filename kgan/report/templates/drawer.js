/* What the browser keeps of a page's readers, under the identity of what they read. */
function drawerOf(name) {
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
  };
  const keeps = (() => {
    try {
      localStorage.setItem(`${name}/try`, "1");
      localStorage.removeItem(`${name}/try`);
      return true;
    } catch { return false; }
  })();
  /* Keep what a reader has said; false where the browser does not. */
  const put = (reader, state) => {
    if (!keeps) return true; /* which was said at the start */
    try { localStorage.setItem(name, JSON.stringify({ ...kept(), [reader]: state })); return true; }
    catch { return false; }
  };
  return { keeps, kept, put };
}

/* Offer at the start to go on with what is kept, in the page's words for it, or to begin. */
function offer({ keeps, kept }, words, begin) {
  const $ = (id) => document.getElementById(id);
  $("forgetful").hidden = keeps;
  for (const [reader, found] of Object.entries(kept())) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${reader}: ${words(found)}`;
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
