/* The curation page: clusters of a pool, what a person decides of them, and the file that it is saved as. */
const page = JSON.parse(document.getElementById("page").textContent);
const $ = (id) => document.getElementById(id);
const SIZES = [64, 88, 112, 144, 192, 256], MOST_UNDONE = 500;
const clusters = new Map(page.clusters.map((one) => [one.id, one]));
const distances = page.clusters.map((one) => one.distance).sort((a, b) => a - b);
let state = null, unsaved = false, listed = [];

/* ---- what the browser keeps: decisions by reader, under the pool's identity ---- */
const drawer = drawerOf(`kgan-curation/${page.identity}`);
const { keeps, kept, put } = drawer;
function store() {
  unsaved = true;
  if (!put(state.reader, state)) $("forgetful").hidden = false;
}
addEventListener("beforeunload", (event) => { if (!keeps && unsaved) event.preventDefault(); });

/* ---- decisions: on clusters (state.keep), and on single images against these (state.single) ---- */
const isOpen = (one) => !(one.id in state.keep);
const keepsCluster = (one) => (isOpen(one) ? one.keep : state.keep[one.id]);
const kindOf = (one) => (isOpen(one) ? "open" : keepsCluster(one) ? "kept" : "gone");
const WORDS = { open: "open", kept: "kept", gone: "discarded" }, SIGNS = { open: "·", kept: "✓", gone: "✕" };
/* All images of a cluster count, not only those shown; a cluster that is open counts as it would by ``stays``. */
function discarded(one, stays) {
  let count = stays ? 0 : one.images;
  for (const number of one.numbers) {
    if (number in state.single && state.single[number] !== stays) count += state.single[number] ? -1 : 1;
  }
  return count;
}
const total = (stays) => page.clusters.reduce((sum, one) => sum + discarded(one, stays(one)), 0);
const share = (count) => `${count} of ${page.images} images (${((100 * count) / page.images).toFixed(1)} %)`;

/* Set decisions and return what undoes it; null means none. */
function apply({ id, keep, single }) {
  const before = { id, keep: id in state.keep ? state.keep[id] : null, single: {} };
  if (keep === null) delete state.keep[id]; else state.keep[id] = keep;
  for (const [number, said] of Object.entries(single)) {
    before.single[number] = number in state.single ? state.single[number] : null;
    if (said === null) delete state.single[number]; else state.single[number] = said;
  }
  return before;
}
function act(change) {
  state.undo.push(apply(change));
  if (state.undo.length > MOST_UNDONE) state.undo.shift();
  state.redo = [];
  store();
}
function back(from, to) {
  if (!state[from].length) return;
  const change = state[from].pop();
  state[to].push(apply(change));
  state.at = change.id;
  store();
  lay();
  tell(`Cluster ${change.id} is ${WORDS[kindOf(clusters.get(change.id))]} again`);
}
function decide(keep) {
  const one = clusters.get(state.at);
  if (!one) return;
  /* What a single image was given against the cluster is its own now. */
  const single = {};
  for (const number of one.numbers) if (state.single[number] === keep) single[number] = null;
  act({ id: one.id, keep, single });
  tell(`Cluster ${one.id} ${keep ? "kept" : "discarded"}`);
  if ($("by-itself").checked) step(1); else lay();
}
function turn(number) {
  const one = clusters.get(state.at), open = isOpen(one);
  /* Of a cluster that is open, an image is discarded; else it gets the other decision. Twice takes it back. */
  const said = number in state.single ? null : open ? false : !state.keep[one.id];
  act({ id: one.id, keep: open ? null : state.keep[one.id], single: { [number]: said } });
  tell(`Image ${number} ${said === null ? "as the cluster" : said ? "kept" : "discarded"}`);
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
  const which = $("which").value, kind = $("class") ? $("class").value : "";
  listed = page.clusters.filter((one) => (which === "all" || kindOf(one) === which) && (!kind || one.kind === kind)
    && one.distance >= least()).sort(ORDERS[$("order").value]);
}
const far = (value) => Number(value.toPrecision(3)).toString();
/* One address a sheet: as text in every tile's style the sheets would fill the memory. */
const addresses = new Map();
function address(one) {
  if (!addresses.has(one.id)) {
    const bytes = Uint8Array.from(atob(one.sheet), (letter) => letter.charCodeAt(0));
    addresses.set(one.id, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
  }
  return addresses.get(one.id);
}
function picture(element, one, at) {
  const columns = Math.min(page.columns, one.numbers.length), rows = Math.ceil(one.numbers.length / columns);
  const place = (position, count) => (count > 1 ? (100 * position) / (count - 1) : 0);
  element.style.backgroundImage = `url(${address(one)})`;
  element.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  element.style.backgroundPosition = `${place(at % columns, columns)}% ${place(Math.floor(at / columns), rows)}%`;
}
const rows = new Map();
function row(one) {
  if (rows.has(one.id)) return rows.get(one.id);
  const item = document.createElement("li"), button = document.createElement("button"), strip = document.createElement("span");
  button.type = "button";
  button.dataset.id = one.id;
  button.innerHTML = '<span class="state" aria-hidden="true"></span><span class="number"></span><span class="far"></span>';
  strip.className = "strip";
  one.numbers.slice(0, 7).forEach((_, at) => { picture(strip.appendChild(document.createElement("span")), one, at); });
  button.append(strip);
  button.addEventListener("click", () => go(one.id));
  item.append(button);
  rows.set(one.id, item);
  return item;
}
function list() {
  for (const one of listed) {
    const button = row(one).firstChild, kind = kindOf(one), partly = one.numbers.some((number) => number in state.single);
    button.className = kind;
    button.querySelector(".state").textContent = partly ? "◐" : SIGNS[kind];
    button.querySelector(".number").textContent = `${one.id}${one.words ? ` · ${one.words}` : ""}`;
    button.querySelector(".far").textContent = `${one.images} images · ${far(one.distance)}`;
    button.setAttribute("aria-label", `Cluster ${one.id}, ${one.words ? `${one.words}, ` : ""}${one.images} images, ${far(one.distance)} from real, ${WORDS[kind]}${partly ? " in part" : ""}`);
    if (one.id === state.at) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
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
function lay() {
  refill();
  const one = clusters.get(state.at), current = rows.get(one.id);
  if (current && current.isConnected) current.scrollIntoView({ block: "nearest" });
  if (shown !== one.id) {
    shown = one.id;
    $("tiles").replaceChildren(...one.numbers.map((number, at) => {
      const tile = document.createElement("button"), image = document.createElement("i");
      tile.type = "button";
      tile.className = "tile";
      tile.dataset.number = number;
      tile.tabIndex = at ? -1 : 0;
      picture(image, one, at);
      tile.append(image);
      tile.addEventListener("click", () => turn(number));
      tile.addEventListener("focus", () => { for (const other of $("tiles").children) other.tabIndex = other === tile ? 0 : -1; });
      return tile;
    }));
    $("tiles").scrollTop = 0;
  }
  $("name").textContent = `Cluster ${one.id}${one.words ? ` · ${one.words}` : ""}`;
  const some = one.numbers.length < one.images ? `, ${one.numbers.length} of them shown` : "";
  $("facts").textContent = `${one.images} image${one.images === 1 ? "" : "s"}${some} · ${far(one.distance)} from real`;
  marks();
  tally();
}
function marks() {
  const one = clusters.get(state.at), kind = kindOf(one);
  const single = one.numbers.filter((number) => number in state.single), stay = single.filter((number) => state.single[number]).length;
  const many = (count, word) => (count ? `, but ${count} image${count === 1 ? "" : "s"} ${word}` : "");
  $("verdict").className = kind;
  $("verdict").textContent = (kind === "open" ? "Open" : kind === "kept" ? "Kept" : "Discarded") + many(stay, "kept") + many(single.length - stay, "discarded");
  $("keep").setAttribute("aria-pressed", kind === "kept");
  $("discard").setAttribute("aria-pressed", kind === "gone");
  for (const tile of $("tiles").children) {
    const number = +tile.dataset.number, single = number in state.single, gone = single ? !state.single[number] : kind === "gone";
    tile.setAttribute("aria-pressed", gone);
    tile.setAttribute("aria-label", `Image ${number}, ${gone ? "discarded" : single || kind === "kept" ? "kept" : "open"}`);
    tile.querySelector("b")?.remove();
    if (gone || single) {
      const sign = tile.appendChild(document.createElement("b"));
      sign.textContent = gone ? "✕" : "✓";
      sign.classList.toggle("back", !gone);
    }
  }
}
function tally() {
  const done = page.clusters.filter((one) => !isOpen(one)).length;
  const gone = total((one) => isOpen(one) || keepsCluster(one));
  const more = document.createElement("span");
  more.className = "more";
  more.textContent = ` · ${share(gone)} discarded`;
  $("tally").replaceChildren(`${done} of ${page.clusters.length} decided`, more);
  $("undo").disabled = !state.undo.length;
  $("redo").disabled = !state.redo.length;
  return { done, gone };
}
function tell(text) { $("said").textContent = text; }

/* ---- ways ---- */
function go(id) {
  state.at = id;
  store();
  lay();
}
function step(by) {
  const at = listed.findIndex((one) => one.id === state.at);
  const next = listed[at < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, at + by))];
  if (next) go(next.id); else lay();
}
function nextOpen() {
  const at = Math.max(0, listed.findIndex((one) => one.id === state.at));
  const found = [...listed.slice(at + 1), ...listed.slice(0, at + 1), ...page.clusters].find(isOpen);
  if (found) go(found.id); else finish();
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
function begin(reader) {
  /* What was decided before of single images stays until it is changed. */
  const single = Object.fromEntries(page.decisions.exceptions.map((one) => [one.image, one.keep]));
  const fresh = { at: page.clusters[0].id, keep: {}, single, undo: [], redo: [], size: 2 };
  state = { ...fresh, ...kept()[reader], reader };
  if (!clusters.has(state.at)) state.at = page.clusters[0].id;
  document.documentElement.style.setProperty("--shape", page.shape);
  screen("work");
  if (!(reader in kept())) { choose(); state.at = listed[0].id; }
  size(0);
  lay();
}
function finish() {
  const { done, gone } = tally(), open = page.clusters.length - done;
  $("outcome").textContent = open ? `${done} of ${page.clusters.length} clusters decided` : `All ${done} clusters decided`;
  $("share").textContent = `You discarded ${share(gone)}.`;
  $("open").hidden = !open;
  $("open").textContent = `${open} ${open === 1 ? "cluster is" : "clusters are"} still open. In a file saved now `
    + `${open === 1 ? "it goes" : "they go"} as the rule has it, marked as open: ${share(total(keepsCluster))} in all are then discarded. `
    + "You can decide now, or go on later on this computer.";
  $("unanswered").hidden = !open;
  $("unanswered").classList.toggle("main", open > 0);
  $("save").classList.toggle("main", !open);
  screen("end");
}

/* ---- the file: the very one that the curation step reads ---- */
function file() {
  const judged = page.decisions.clusters.map(({ open, ...rest }) => {
    const one = clusters.get(rest.id);
    /* A cluster without images of this pool is not to be seen here; it stays as it was. */
    return !one || isOpen(one) ? { ...rest, open: true } : { ...rest, keep: keepsCluster(one) };
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
const ways = {
  keep: () => decide(true), discard: () => decide(false),
  undo: () => back("undo", "redo"), redo: () => back("redo", "undo"),
  smaller: () => size(-1), larger: () => size(1),
  help: () => $("keys").showModal(), close: () => $("keys").close(),
  finish, save,
  unanswered: () => { screen("work"); nextOpen(); },
  return: () => { screen("work"); lay(); },
};
for (const [id, way] of Object.entries(ways)) $(id).addEventListener("click", way);
for (const id of ["which", "order", "class"]) $(id)?.addEventListener("change", refill);
$("distance").addEventListener("input", refill);

const keys = {
  k: ways.keep, d: ways.discard, n: nextOpen, z: ways.undo, h: ways.help, "?": ways.help,
  "+": ways.larger, "=": ways.larger, "-": ways.smaller,
  arrowdown: () => step(1), arrowup: () => step(-1), arrowright: () => image(1), arrowleft: () => image(-1),
};
addEventListener("keydown", (event) => {
  if ($("work").hidden || $("keys").open || event.altKey) return;
  let key = event.key.toLowerCase();
  /* On other than Latin keyboards the place of the key counts. */
  if (!/^[\x20-\x7e]$/.test(key) && /^Key[A-Z]$/.test(event.code)) key = event.code[3].toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key !== "z") return;
  if (/^arrow/.test(key) && /^(select-one|range)$/.test(event.target.type)) return;
  if (event.target.tagName === "SELECT" && key.length === 1) return;
  if (!keys[key]) return;
  event.preventDefault();
  if (key === "z" && event.shiftKey) ways.redo(); else keys[key]();
});

/* ---- start ---- */
offer(drawer, (found) => `${Object.keys(found.keep).length} of ${page.clusters.length} decided`, begin);
screen("start");
