/* The curation page: clusters of a pool, the reviewer's decisions, and the saved file. */
const page = JSON.parse(document.getElementById("page").textContent);
const $ = (id) => document.getElementById(id);
const SIZES = [64, 88, 112, 144, 192, 256], MAX_UNDO = 500;
const clusters = new Map(page.clusters.map((cluster) => [cluster.id, cluster]));
const distances = page.clusters.map((cluster) => cluster.distance).sort((a, b) => a - b);
let state = null, unsaved = false, listed = [];

/* ---- the browser's database: decisions by reviewer, under the identity of the pool ---- */
const storage = storageOf(`kgan-curation/${page.identity}`);
function store() {
  unsaved = true;
  storage.put(state.reader, state);
}
addEventListener("beforeunload", (event) => { if (!storage.isAvailable() && unsaved) event.preventDefault(); });

/* ---- decisions: on clusters (state.keep), and exceptions for single images (state.single) ---- */
const isOpen = (cluster) => !(cluster.id in state.keep);
const keepsCluster = (cluster) => (isOpen(cluster) ? cluster.keep : state.keep[cluster.id]);
const decisionOf = (cluster) => (isOpen(cluster) ? "open" : keepsCluster(cluster) ? "kept" : "gone");
const WORDS = { open: "open", kept: "kept", gone: "discarded" }, SIGNS = { open: "·", kept: "✓", gone: "✕" };
/* All images of a cluster count, not only those shown; ``stays`` is the decision on the cluster. */
function discarded(cluster, stays) {
  let count = stays ? 0 : cluster.images;
  for (const number of cluster.numbers) {
    if (number in state.single && state.single[number] !== stays) count += state.single[number] ? -1 : 1;
  }
  return count;
}
const total = (stays) => page.clusters.reduce((sum, cluster) => sum + discarded(cluster, stays(cluster)), 0);
const share = (count) => `${count} of ${page.images} images (${((100 * count) / page.images).toFixed(1)} %)`;

/* Set decisions and return the inverse change; null means no decision. */
function apply({ id, keep, single }) {
  const before = { id, keep: id in state.keep ? state.keep[id] : null, single: {} };
  if (keep === null) delete state.keep[id]; else state.keep[id] = keep;
  for (const [number, choice] of Object.entries(single)) {
    before.single[number] = number in state.single ? state.single[number] : null;
    if (choice === null) delete state.single[number]; else state.single[number] = choice;
  }
  return before;
}
function act(change) {
  state.undo.push(apply(change));
  if (state.undo.length > MAX_UNDO) state.undo.shift();
  state.redo = [];
  store();
}
function back(from, to) {
  if (!state[from].length) return;
  const change = state[from].pop();
  state[to].push(apply(change));
  state.at = change.id;
  store();
  layout();
  announce(`Cluster ${change.id} is ${WORDS[decisionOf(clusters.get(change.id))]} again`);
}
function decide(keep) {
  const cluster = clusters.get(state.at);
  if (!cluster) return;
  /* An exception that equals the new decision of the cluster is no exception. */
  const single = {};
  for (const number of cluster.numbers) if (state.single[number] === keep) single[number] = null;
  act({ id: cluster.id, keep, single });
  announce(`Cluster ${cluster.id} ${keep ? "kept" : "discarded"}`);
  if ($("by-itself").checked) step(1); else layout();
}
function toggle(number) {
  const cluster = clusters.get(state.at), open = isOpen(cluster);
  /* In an open cluster the image is discarded; otherwise it gets the opposite decision. A second click reverts. */
  const choice = number in state.single ? null : open ? false : !state.keep[cluster.id];
  act({ id: cluster.id, keep: open ? null : state.keep[cluster.id], single: { [number]: choice } });
  announce(`Image ${number} ${choice === null ? "same as the cluster" : choice ? "kept" : "discarded"}`);
  marks();
  tally();
  list();
}

/* ---- the list ---- */
const ORDERS = {
  far: (a, b) => b.distance - a.distance, near: (a, b) => a.distance - b.distance,
  large: (a, b) => b.images - a.images, number: (a, b) => a.id - b.id,
};
const least = () => distances[Math.round(($("distance").value / 100) * (distances.length - 1))] || 0;
function choose() {
  const which = $("which").value, className = $("class") ? $("class").value : "";
  listed = page.clusters.filter((cluster) => (which === "all" || decisionOf(cluster) === which) && (!className || cluster.kind === className)
    && cluster.distance >= least()).sort(ORDERS[$("order").value]);
}
const far = (value) => Number(value.toPrecision(3)).toString();
/* One blob address per montage: as a data URI in the style of every tile the montages would fill the memory. */
const addresses = new Map();
function address(cluster) {
  if (!addresses.has(cluster.id)) {
    const bytes = Uint8Array.from(atob(cluster.sheet), (letter) => letter.charCodeAt(0));
    addresses.set(cluster.id, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
  }
  return addresses.get(cluster.id);
}
function picture(element, cluster, at) {
  const columns = Math.min(page.columns, cluster.numbers.length), rows = Math.ceil(cluster.numbers.length / columns);
  const place = (position, count) => (count > 1 ? (100 * position) / (count - 1) : 0);
  element.style.backgroundImage = `url(${address(cluster)})`;
  element.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  element.style.backgroundPosition = `${place(at % columns, columns)}% ${place(Math.floor(at / columns), rows)}%`;
}
const rows = new Map();
function row(cluster) {
  if (rows.has(cluster.id)) return rows.get(cluster.id);
  const item = document.createElement("li"), button = document.createElement("button"), strip = document.createElement("span");
  button.type = "button";
  button.dataset.id = cluster.id;
  button.innerHTML = '<span class="state" aria-hidden="true"></span><span class="number"></span><span class="far"></span>';
  strip.className = "strip";
  cluster.numbers.slice(0, 7).forEach((_, at) => { picture(strip.appendChild(document.createElement("span")), cluster, at); });
  button.append(strip);
  button.addEventListener("click", () => go(cluster.id));
  item.append(button);
  rows.set(cluster.id, item);
  return item;
}
function list() {
  for (const cluster of listed) {
    const button = row(cluster).firstChild, decision = decisionOf(cluster), partly = cluster.numbers.some((number) => number in state.single);
    button.className = decision;
    button.querySelector(".state").textContent = partly ? "◐" : SIGNS[decision];
    button.querySelector(".number").textContent = `${cluster.id}${cluster.words ? ` · ${cluster.words}` : ""}`;
    button.querySelector(".far").textContent = `${cluster.images} images · ${far(cluster.distance)}`;
    button.setAttribute("aria-label", `Cluster ${cluster.id}, ${cluster.words ? `${cluster.words}, ` : ""}${cluster.images} images, ${far(cluster.distance)} from real, ${WORDS[decision]}${partly ? " in part" : ""}`);
    if (cluster.id === state.at) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  }
}
function refill() {
  choose();
  $("least").textContent = +$("distance").value ? far(least()) : "0";
  $("list").replaceChildren(...listed.map(row));
  $("none").hidden = listed.length > 0;
  list();
}

/* ---- the cluster ---- */
let shown = -1;
function layout() {
  refill();
  const cluster = clusters.get(state.at), current = rows.get(cluster.id);
  if (current && current.isConnected) current.scrollIntoView({ block: "nearest" });
  if (shown !== cluster.id) {
    shown = cluster.id;
    $("tiles").replaceChildren(...cluster.numbers.map((number, at) => {
      const tile = document.createElement("button"), image = document.createElement("i");
      tile.type = "button";
      tile.className = "tile";
      tile.dataset.number = number;
      tile.tabIndex = at ? -1 : 0;
      picture(image, cluster, at);
      tile.append(image);
      tile.addEventListener("click", () => toggle(number));
      tile.addEventListener("focus", () => { for (const other of $("tiles").children) other.tabIndex = other === tile ? 0 : -1; });
      return tile;
    }));
    $("tiles").scrollTop = 0;
  }
  $("name").textContent = `Cluster ${cluster.id}${cluster.words ? ` · ${cluster.words}` : ""}`;
  const some = cluster.numbers.length < cluster.images ? `, ${cluster.numbers.length} of them shown` : "";
  $("facts").textContent = `${cluster.images} image${cluster.images === 1 ? "" : "s"}${some} · ${far(cluster.distance)} from real`;
  marks();
  tally();
}
function marks() {
  const cluster = clusters.get(state.at), decision = decisionOf(cluster);
  const single = cluster.numbers.filter((number) => number in state.single), stay = single.filter((number) => state.single[number]).length;
  const many = (count, word) => (count ? `, but ${count} image${count === 1 ? "" : "s"} ${word}` : "");
  $("decision").className = decision;
  $("decision").textContent = (decision === "open" ? "Open" : decision === "kept" ? "Kept" : "Discarded") + many(stay, "kept") + many(single.length - stay, "discarded");
  $("keep").setAttribute("aria-pressed", decision === "kept");
  $("discard").setAttribute("aria-pressed", decision === "gone");
  for (const tile of $("tiles").children) {
    const number = +tile.dataset.number, single = number in state.single, gone = single ? !state.single[number] : decision === "gone";
    tile.setAttribute("aria-pressed", gone);
    tile.setAttribute("aria-label", `Image ${number}, ${gone ? "discarded" : single || decision === "kept" ? "kept" : "open"}`);
    tile.querySelector("b")?.remove();
    if (gone || single) {
      const sign = tile.appendChild(document.createElement("b"));
      sign.textContent = gone ? "✕" : "✓";
      sign.classList.toggle("back", !gone);
    }
  }
}
function tally() {
  const done = page.clusters.filter((cluster) => !isOpen(cluster)).length;
  const gone = total((cluster) => isOpen(cluster) || keepsCluster(cluster));
  const more = document.createElement("span");
  more.className = "more";
  more.textContent = ` · ${share(gone)} discarded`;
  $("tally").replaceChildren(`${done} of ${page.clusters.length} decided`, more);
  $("undo").disabled = !state.undo.length;
  $("redo").disabled = !state.redo.length;
  return { done, gone };
}
function announce(text) { $("announcement").textContent = text; }

/* ---- navigation ---- */
function go(id) {
  state.at = id;
  store();
  layout();
}
function step(by) {
  const at = listed.findIndex((cluster) => cluster.id === state.at);
  const next = listed[at < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, at + by))];
  if (next) go(next.id); else layout();
}
function nextOpen() {
  const at = Math.max(0, listed.findIndex((cluster) => cluster.id === state.at));
  const next = [...listed.slice(at + 1), ...listed.slice(0, at + 1), ...page.clusters].find(isOpen);
  if (next) go(next.id); else finish();
}
function image(by) {
  const tiles = [...$("tiles").children], at = tiles.indexOf(document.activeElement);
  (tiles[at < 0 ? 0 : Math.min(tiles.length - 1, Math.max(0, at + by))] || document.body).focus();
}
function size(by) {
  state.size = Math.min(SIZES.length - 1, Math.max(0, state.size + by));
  $("tiles").style.setProperty("--size", `${SIZES[state.size]}px`);
  $("smaller").disabled = state.size === 0;
  $("larger").disabled = state.size === SIZES.length - 1;
  store();
}
function screen(name) {
  for (const id of ["start", "work", "end"]) $(id).hidden = id !== name;
  $(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
}
function begin(reader, entry) {
  /* Earlier decisions on single images remain until they are changed. */
  const single = Object.fromEntries(page.decisions.exceptions.map(({ image, keep }) => [image, keep]));
  const fresh = { at: page.clusters[0].id, keep: {}, single, undo: [], redo: [], size: 2 };
  state = { ...fresh, ...entry, reader };
  if (!clusters.has(state.at)) state.at = page.clusters[0].id;
  document.documentElement.style.setProperty("--shape", page.shape);
  screen("work");
  if (!entry) { choose(); state.at = listed[0].id; }
  size(0);
  layout();
}
function finish() {
  const { done, gone } = tally(), open = page.clusters.length - done;
  $("outcome").textContent = open ? `${done} of ${page.clusters.length} clusters decided` : `All ${done} clusters decided`;
  $("share").textContent = `You discarded ${share(gone)}.`;
  $("open").hidden = !open;
  $("open").textContent = `${open} ${open === 1 ? "cluster is" : "clusters are"} still open. If you save now, `
    + `${open === 1 ? "it keeps" : "they keep"} the decision of the automatic rule, marked as open; in total, ${share(total(keepsCluster))} are then discarded. `
    + "You can decide now, or continue later on this computer.";
  $("unanswered").hidden = !open;
  $("unanswered").classList.toggle("main", open > 0);
  $("save").classList.toggle("main", !open);
  screen("end");
}

/* ---- the file, in the format of the curation step ---- */
function file() {
  const judged = page.decisions.clusters.map(({ open, ...rest }) => {
    const cluster = clusters.get(rest.id);
    /* A cluster without images in this pool is not shown; its decision stays as it was. */
    return !cluster || isOpen(cluster) ? { ...rest, open: true } : { ...rest, keep: keepsCluster(cluster) };
  });
  const exceptions = Object.entries(state.single).map(([number, keep]) => ({ image: +number, keep })).sort((a, b) => a.image - b.image);
  return { ...page.decisions, rule: "a person", decided_by: state.reader, decided_at: new Date().toISOString(), clusters: judged, exceptions };
}
function save() {
  const link = document.createElement("a");
  const who = state.reader.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "reader";
  link.download = `${page.name}-${who}.decisions.json`;
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file(), null, 1)], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  unsaved = false;
  $("written").textContent = `Saved as ${link.download} in your downloads, ${new Date().toLocaleTimeString()}.`;
}

/* ---- controls ---- */
const actions = {
  keep: () => decide(true), discard: () => decide(false),
  undo: () => back("undo", "redo"), redo: () => back("redo", "undo"),
  smaller: () => size(-1), larger: () => size(1),
  help: () => $("keys").showModal(), close: () => $("keys").close(),
  finish, save,
  unanswered: () => { screen("work"); nextOpen(); },
  return: () => { screen("work"); layout(); },
};
for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
for (const id of ["which", "order", "class"]) $(id)?.addEventListener("change", refill);
$("distance").addEventListener("input", refill);

const keys = {
  k: actions.keep, d: actions.discard, n: nextOpen, z: actions.undo, h: actions.help, "?": actions.help,
  "+": actions.larger, "=": actions.larger, "-": actions.smaller,
  arrowdown: () => step(1), arrowup: () => step(-1), arrowright: () => image(1), arrowleft: () => image(-1),
};
addEventListener("keydown", (event) => {
  if ($("work").hidden || $("keys").open || event.altKey) return;
  let key = event.key.toLowerCase();
  /* On non-Latin keyboards the physical position of the key counts. */
  if (!/^[\x20-\x7e]$/.test(key) && /^Key[A-Z]$/.test(event.code)) key = event.code[3].toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key !== "z") return;
  if (/^arrow/.test(key) && /^(select-one|range)$/.test(event.target.type)) return;
  if (event.target.tagName === "SELECT" && key.length === 1) return;
  if (!keys[key]) return;
  event.preventDefault();
  if (key === "z" && event.shiftKey) actions.redo(); else keys[key]();
});

/* ---- start ---- */
offer(storage, (entry) => `${Object.keys(entry.keep).length} of ${page.clusters.length} decided`, begin);
screen("start");
