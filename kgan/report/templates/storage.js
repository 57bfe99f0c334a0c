/* Entries of a page's raters in the browser's database (IndexedDB), under the identity of the page.
 *
 * Not in localStorage: a page from disk that reads it while it loads is at times given an area by Chromium that is
 * stored nowhere, without an error. The database reports each entry that it could not write.
 */
const OPENS_WITHIN = 10000; /* milliseconds */

function storageOf(name) {
  let database = null, isAvailable = true;
  const failed = () => {
    isAvailable = false;
    document.getElementById("storage-warning").hidden = false;
  };
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const open = async () => {
    const opening = indexedDB.open("kgan", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("entries");
    const opened = await result(opening);
    const store = opened.transaction("entries").objectStore("entries");
    const ofPage = IDBKeyRange.bound([name], [name, []]);
    const [keys, values] = await Promise.all([result(store.getAllKeys(ofPage)), result(store.getAll(ofPage))]);
    database = opened;
    return Object.fromEntries(keys.map(([, reader], index) => [reader, values[index]]));
  };
  const late = new Promise((_, reject) => { setTimeout(reject, OPENS_WITHIN); });
  /* What was stored when the page was opened, by rater; nothing if the browser refuses. */
  const entries = Promise.race([open(), late]).catch(() => { failed(); return {}; });
  /* Store the state of a rater as it is now. */
  const put = (reader, state) => {
    if (!database) return; /* the page warned at the start */
    try {
      const transaction = database.transaction("entries", "readwrite");
      transaction.onabort = failed;
      transaction.objectStore("entries").put(state, [name, reader]);
      transaction.commit();
    } catch { failed(); }
  };
  return { entries, put, isAvailable: () => isAvailable };
}

/* Offer at the start to continue a stored entry, with the page's description of it, or to start a new one:
 * begin(reader, entry).
 */
function offer({ entries }, describe, begin) {
  const $ = (id) => document.getElementById(id);
  entries.then((stored) => {
    for (const [reader, entry] of Object.entries(stored)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${reader}: ${describe(entry)}`;
      button.addEventListener("click", () => begin(reader, entry));
      $("readers").append(button);
      $("saved").hidden = false;
    }
  });
  $("begin").addEventListener("submit", (event) => {
    event.preventDefault();
    const reader = $("reader").value.trim().replace(/\s+/g, " ");
    if (reader) entries.then((stored) => begin(reader, stored[reader]));
  });
}
