/* The Visual Turing Test: the rater, the images, the answers, and the saved file. */
const FORMAT = "kgan-turing-answers-1";
const PAUSE = 180; /* milliseconds for which an answer is shown before the next image */
const test = JSON.parse(document.getElementById("test").textContent);
const $ = (id) => document.getElementById(id);
const questions = test.classes.length ? ["origin", "class"] : ["origin"];
const total = test.images.length;
let state = null, waiting = 0, unsaved = false;

/* ---- the browser's database: answers by rater, under the identity of the test ---- */
const storage = storageOf(`kgan-turing/${test.test}`);
function store() {
  unsaved = true;
  storage.put(state.reader, state);
}
addEventListener("beforeunload", (event) => { if (!storage.isAvailable() && unsaved) event.preventDefault(); });

/* ---- answers ---- */
const answersTo = (item) => state.answers[item] || {};
const complete = (item) => questions.every((question) => answersTo(item)[question]);
const answered = () => test.images.filter((image) => complete(image.item)).length;
const firstOpen = (from) => {
  for (let step = 0; step < total; step++) {
    const at = (from + step) % total;
    if (!complete(test.images[at].item)) return at;
  }
  return -1;
};

function answer(question, choice) {
  const { item } = test.images[state.at];
  const before = complete(item);
  state.answers[item] = { ...answersTo(item), [question]: choice };
  store();
  marks();
  if (!before && complete(item) && $("by-itself").checked) {
    waiting = setTimeout(settle, PAUSE);
  }
}

/* A key pressed during the pause belongs to the next image. */
function settle() { if (waiting) go(state.at + 1); }

/* Navigation during the pause cancels the automatic step to the next image. */
function stay() { clearTimeout(waiting); waiting = 0; }

/* ---- screens ---- */
function screen(name) {
  for (const id of ["start", "read", "end"]) $(id).hidden = id !== name;
  $(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function begin(reader, entry) {
  state = entry ? { ...entry, reader } : { reader, at: 0, answers: {}, brightness: 0, contrast: 0 };
  screen("read");
  viewer.tone(state.brightness, state.contrast);
  go(Math.min(state.at, total - 1));
}

function go(at) {
  stay();
  if (at >= total) { finish(); return; }
  state.at = Math.max(0, at);
  load(state.at).then((image) => { if (image.at === state.at) viewer.show(image); });
  if (state.at + 1 < total) load(state.at + 1);
  marks();
  store();
  $("announcement").textContent = `Image ${state.at + 1} of ${total}`;
}

const loaded = new Map();
function load(at) {
  if (!loaded.has(at)) {
    for (const old of loaded.keys()) if (Math.abs(old - at) > 2) loaded.delete(old);
    const image = new Image();
    image.at = at;
    image.src = `data:image/png;base64,${test.images[at].png}`;
    loaded.set(at, image.decode().then(() => image));
  }
  return loaded.get(at);
}

function marks() {
  const { item } = test.images[state.at], answers = answersTo(item), done = answered();
  $("place").textContent = `Image ${state.at + 1}`;
  $("done").textContent = `${done} answered`;
  $("bar").setAttribute("aria-valuenow", done);
  $("bar").firstElementChild.style.width = `${(100 * done) / total}%`;
  $("back").disabled = state.at === 0;
  for (const button of document.querySelectorAll(".choice")) {
    button.setAttribute("aria-pressed", answers[button.dataset.question] === button.dataset.answer);
  }
}

function finish() {
  stay();
  const done = answered(), open = total - done;
  $("outcome").textContent = open ? `${done} of ${total} images answered` : `All ${total} images answered`;
  $("open").hidden = !open;
  $("open").textContent = `${open} ${open === 1 ? "is" : "are"} still open. You can answer ${open === 1 ? "it" : "them"} now, `
    + "or continue later in this browser, where you stopped. A file saved now is incomplete.";
  $("unanswered").hidden = !open;
  $("unanswered").classList.toggle("main", open > 0);
  $("save").classList.toggle("main", !open);
  screen("end");
}

/* ---- the file ---- */
function save() {
  const rows = test.images.map(({ item }) => {
    const answers = answersTo(item);
    return { item, origin: answers.origin || null, class: answers.class || null };
  });
  const saved = new Date().toISOString();
  const lines = rows.map((row) => [row.item, row.origin || "-", row.class || "-"].join(" "));
  const digest = sha256([FORMAT, test.test, state.reader, saved, ...lines].join("\n"));
  const file = { format: FORMAT, test: test.test, name: test.name, reader: state.reader, saved, answers: rows, digest };
  const link = document.createElement("a");
  const who = state.reader.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "reader";
  link.download = `${test.name}-${who}.answers.json`;
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  unsaved = false;
  $("written").textContent = `Saved as ${link.download} in your downloads, ${new Date().toLocaleTimeString()}.`;
}

/* ---- controls ---- */
const viewer = makeViewer($("view"), (tones) => {
  $("brightness").value = tones.brightness;
  $("contrast").value = tones.contrast;
  Object.assign(state, tones);
});
for (const name of ["brightness", "contrast"]) {
  $(name).addEventListener("input", () => viewer.tone(+$("brightness").value, +$("contrast").value));
  $(name).addEventListener("change", store);
}
for (const button of document.querySelectorAll(".choice")) {
  button.addEventListener("click", () => { settle(); answer(button.dataset.question, button.dataset.answer); });
}
const nextOpen = () => { const at = firstOpen(state.at + 1); if (at >= 0) go(at); else finish(); };
const actions = {
  back: () => go(state.at - 1),
  next: () => go(state.at + 1),
  smaller: () => viewer.zoomBy(1 / 1.25),
  larger: () => viewer.zoomBy(1.25),
  reset: () => viewer.reset(),
  finish,
  help: () => $("keys").showModal(),
  close: () => $("keys").close(),
  save,
  unanswered: () => { screen("read"); go(firstOpen(0)); },
  return: () => { screen("read"); go(state.at); },
};
for (const [id, act] of Object.entries(actions)) $(id).addEventListener("click", act);

const keys = {
  r: () => answer("origin", "real"),
  s: () => answer("origin", "synthetic"),
  u: nextOpen,
  h: actions.help,
  "?": actions.help,
  "+": actions.larger,
  "=": actions.larger,
  "-": actions.smaller,
  0: actions.reset,
};
for (const { key, name } of test.classes) keys[key] = () => answer("class", name);
addEventListener("keydown", (event) => {
  if ($("read").hidden || $("keys").open || event.ctrlKey || event.metaKey || event.altKey) return;
  let key = event.key.toLowerCase();
  /* On non-Latin keyboards the physical position of the key counts. */
  if (!/^[\x20-\x7e]$/.test(key) && /^Key[A-Z]$/.test(event.code)) key = event.code[3].toLowerCase();
  const arrow = /^arrow(left|right|up|down)$/.exec(key);
  if (arrow && event.target.type === "range") return;
  if (arrow) {
    event.preventDefault();
    if (arrow[1] === "left" || arrow[1] === "right") {
      (arrow[1] === "left" ? actions.back : actions.next)();
    } else {
      const by = arrow[1] === "up" ? 5 : -5;
      viewer.toneBy(event.shiftKey ? 0 : by, event.shiftKey ? by : 0);
      store();
    }
  } else if (keys[key]) {
    event.preventDefault();
    settle();
    if (!$("read").hidden) keys[key]();
  }
});

/* ---- start ---- */
offer(storage, (entry) => {
  const done = Object.values(entry.answers).filter((answers) => questions.every((name) => answers[name])).length;
  return `${done} of ${total} answered`;
}, begin);
screen("start");
