/* The Visual Turing Test: who reads, which image, what they said, and the file that it is saved as. */
const FORMAT = "kgan-turing-answers-1";
const PAUSE = 180; /* milliseconds in which an answer is seen before the next image comes */
const test = JSON.parse(document.getElementById("test").textContent);
const $ = (id) => document.getElementById(id);
const questions = test.classes.length ? ["origin", "class"] : ["origin"];
const total = test.images.length;
let state = null, waiting = 0, unsaved = false;

/* ---- what the browser keeps: readings by reader, under the test's identity ---- */
const drawer = drawerOf(`kgan-turing/${test.test}`);
const { keeps, kept, put } = drawer;
function keep() {
  unsaved = true;
  if (!put(state.reader, state)) $("forgetful").hidden = false;
}
addEventListener("beforeunload", (event) => { if (!keeps && unsaved) event.preventDefault(); });

/* ---- answers ---- */
const answersTo = (item) => state.answers[item] || {};
const complete = (item) => questions.every((question) => answersTo(item)[question]);
const answered = () => test.images.filter((one) => complete(one.item)).length;
const firstOpen = (from) => {
  for (let step = 0; step < total; step++) {
    const at = (from + step) % total;
    if (!complete(test.images[at].item)) return at;
  }
  return -1;
};

function answer(question, said) {
  const { item } = test.images[state.at];
  const before = complete(item);
  state.answers[item] = { ...answersTo(item), [question]: said };
  keep();
  marks();
  if (!before && complete(item) && $("by-itself").checked) {
    waiting = setTimeout(settle, PAUSE);
  }
}

/* A key pressed during the pause belongs to the next image. */
function settle() { if (waiting) go(state.at + 1); }

/* Whoever goes elsewhere during the pause does not want to be taken on from there. */
function stay() { clearTimeout(waiting); waiting = 0; }

/* ---- screens ---- */
function screen(name) {
  for (const id of ["start", "read", "end"]) $(id).hidden = id !== name;
  $(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function begin(reader) {
  const found = kept()[reader];
  state = found ? { ...found, reader } : { reader, at: 0, answers: {}, brightness: 0, contrast: 0 };
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
  keep();
  $("said").textContent = `Image ${state.at + 1} of ${total}`;
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
  const { item } = test.images[state.at], said = answersTo(item), done = answered();
  $("place").textContent = `Image ${state.at + 1}`;
  $("done").textContent = `${done} answered`;
  $("bar").setAttribute("aria-valuenow", done);
  $("bar").firstElementChild.style.width = `${(100 * done) / total}%`;
  $("back").disabled = state.at === 0;
  for (const button of document.querySelectorAll(".choice")) {
    button.setAttribute("aria-pressed", said[button.dataset.question] === button.dataset.answer);
  }
}

function finish() {
  stay();
  const done = answered(), open = total - done;
  $("outcome").textContent = open ? `${done} of ${total} images answered` : `All ${total} images answered`;
  $("open").hidden = !open;
  $("open").textContent = `${open} ${open === 1 ? "is" : "are"} still open. You can answer ${open === 1 ? "it" : "them"} now, `
    + "or go on later in this browser: the page will know where you stopped. A file saved now is a partial reading.";
  $("unanswered").hidden = !open;
  $("unanswered").classList.toggle("main", open > 0);
  $("save").classList.toggle("main", !open);
  screen("end");
}

/* ---- the file ---- */
function save() {
  const rows = test.images.map(({ item }) => {
    const said = answersTo(item);
    return { item, origin: said.origin || null, class: said.class || null };
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
  $(name).addEventListener("change", keep);
}
for (const button of document.querySelectorAll(".choice")) {
  button.addEventListener("click", () => { settle(); answer(button.dataset.question, button.dataset.answer); });
}
const nextOpen = () => { const at = firstOpen(state.at + 1); if (at >= 0) go(at); else finish(); };
const ways = {
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
for (const [id, act] of Object.entries(ways)) $(id).addEventListener("click", act);

const keys = {
  r: () => answer("origin", "real"),
  s: () => answer("origin", "synthetic"),
  u: nextOpen,
  h: ways.help,
  "?": ways.help,
  "+": ways.larger,
  "=": ways.larger,
  "-": ways.smaller,
  0: ways.reset,
};
for (const one of test.classes) keys[one.key] = () => answer("class", one.name);
addEventListener("keydown", (event) => {
  if ($("read").hidden || $("keys").open || event.ctrlKey || event.metaKey || event.altKey) return;
  let key = event.key.toLowerCase();
  /* On other than Latin keyboards the place of the key counts. */
  if (!/^[\x20-\x7e]$/.test(key) && /^Key[A-Z]$/.test(event.code)) key = event.code[3].toLowerCase();
  const arrow = /^arrow(left|right|up|down)$/.exec(key);
  if (arrow && event.target.type === "range") return;
  if (arrow) {
    event.preventDefault();
    if (arrow[1] === "left" || arrow[1] === "right") {
      (arrow[1] === "left" ? ways.back : ways.next)();
    } else {
      const by = arrow[1] === "up" ? 5 : -5;
      viewer.toneBy(event.shiftKey ? 0 : by, event.shiftKey ? by : 0);
      keep();
    }
  } else if (keys[key]) {
    event.preventDefault();
    settle();
    if (!$("read").hidden) keys[key]();
  }
});

/* ---- start ---- */
offer(drawer, (found) => {
  const done = Object.values(found.answers).filter((said) => questions.every((one) => said[one])).length;
  return `${done} of ${total} answered`;
}, begin);
screen("start");
