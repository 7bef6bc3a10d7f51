/* -- moving ------------------------------------------------------------------------------------------------------ */

let gliding = 0;

/** Moves the view there, at once where the reader wants no motion. */
function glide(to, fitted = false) {
  cancelAnimationFrame(gliding);
  state.fitted = fitted;
  const from = { ...state.view };
  const start = performance.now();
  const step = (now) => {
    const part = still.matches ? 1 : Math.min(1, Math.max(0, (now - start) / 260));
    const eased = 1 - (1 - part) ** 3;
    for (const key of ["scale", "x", "y"]) state.view[key] = from[key] + (to[key] - from[key]) * eased;
    draw();
    if (part < 1) gliding = requestAnimationFrame(step);
  };
  step(start);
}

function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const { view } = state;
  const least = fitting().scale / 4;
  const scale = Math.min(least * 400, Math.max(least, view.scale * factor));
  const real = scale / view.scale;
  state.view = { scale, x: x - (x - view.x) * real, y: y - (y - view.y) * real };
  state.fitted = false;
  redraw();
}

/** The topmost task at a place of the canvas. */
function taskAt(x, y) {
  let best = null;
  let least = Math.max(12, radius() + 4);
  for (const task of tasks) {
    const [taskX, taskY] = screen(task);
    const distance = Math.hypot(taskX - x, taskY - y);
    if (distance < least && isShown(task) && isBright(task)) [best, least] = [task, distance];
  }
  return best;
}

/** The nearest task in a direction, or the one nearest to the middle of the window when none is active. */
function towards(dx, dy) {
  const seen = tasks.filter((task) => isShown(task) && isBright(task) && task !== state.active);
  const [x, y] = state.active ? screen(state.active) : [canvas.clientWidth / 2, canvas.clientHeight / 2];
  let best = null;
  let least = Infinity;
  for (const task of seen) {
    const [taskX, taskY] = screen(task);
    const along = (taskX - x) * dx + (taskY - y) * dy;
    const across = Math.abs((taskX - x) * dy - (taskY - y) * dx);
    const cost = state.active ? along + 2.5 * across : Math.hypot(taskX - x, taskY - y);
    if ((!state.active || along > 0.5) && cost < least) [best, least] = [task, cost];
  }
  return best;
}

const pointers = new Map();
let travelled = 0;

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  if (pointers.size === 1) travelled = 0;
});

canvas.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  const here = [event.offsetX, event.offsetY];
  if (!before) {
    const task = taskAt(...here);
    canvas.classList.toggle("over", Boolean(task));
    if (!state.held && task !== state.active) activate(task);
    return;
  }
  pointers.set(event.pointerId, here);
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const spread = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
    zoom(spread(here) / spread(before), (here[0] + other[0]) / 2, (here[1] + other[1]) / 2);
  }
  const share = other ? 0.5 : 1;
  state.view.x += (here[0] - before[0]) * share;
  state.view.y += (here[1] - before[1]) * share;
  travelled += Math.hypot(here[0] - before[0], here[1] - before[1]);
  if (travelled > 4) {
    state.fitted = false;
    canvas.classList.add("dragged");
  }
  redraw();
});

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  canvas.classList.remove("dragged");
  if (event.type === "pointerup" && travelled <= 4) {
    const task = taskAt(event.offsetX, event.offsetY);
    activate(task, { hold: true, tell: true });
  }
}
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("pointerleave", () => state.held || activate(null));
canvas.addEventListener("dblclick", (event) => zoom(2, event.offsetX, event.offsetY));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.offsetX, event.offsetY);
}, { passive: false });

canvas.addEventListener("keydown", (event) => {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.key in ways) {
    event.preventDefault();
    const task = towards(...ways[event.key]);
    if (task) goTo(task);
  } else if (event.key === "Enter" && state.active) activate(state.active, { hold: true, tell: true });
});

/* -- the panel --------------------------------------------------------------------------------------------------- */

function toggle(group) {
  if (!state.hidden.delete(group.word)) state.hidden.add(group.word);
  showLegend();
}

function alone(group) {
  const others = groups.filter((other) => other !== group).map((other) => other.word);
  const already = !state.hidden.has(group.word) && others.every((word) => state.hidden.has(word));
  state.hidden = new Set(already ? [] : others);
  showLegend();
}

function showLegend() {
  const focused = document.activeElement?.dataset.word;
  find("legend").replaceChildren(...groups.map((group) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const word = document.createElement("span");
    const count = document.createElement("span");
    [word.className, word.textContent] = ["word", group.word];
    [count.className, count.textContent] = ["count", group.tasks.length.toLocaleString("en")];
    button.dataset.word = group.word;
    button.setAttribute("aria-pressed", String(!state.hidden.has(group.word)));
    button.append(mark(group), word, count);
    button.addEventListener("click", (event) => (event.shiftKey ? alone(group) : toggle(group)));
    const light = (lit) => () => {
      state.lit = lit;
      redraw();
    };
    button.addEventListener("pointerenter", light(group));
    button.addEventListener("pointerleave", light(null));
    item.append(button);
    return item;
  }));
  if (focused !== undefined) [...document.querySelectorAll("#legend button")].find((button) => button.dataset.word === focused)?.focus();
  find("all").hidden = state.hidden.size === 0;
  if (state.active && !isShown(state.active)) activate(null);
  redraw();
}

function colorBy(color) {
  state.color = color;
  for (const button of document.querySelectorAll("[data-color]")) {
    button.setAttribute("aria-pressed", String(button.dataset.color === color));
  }
  makeGroups();
  showLegend();
  if (state.active) fillCard(state.active);
}

function search(text) {
  state.words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = state.words.length ? tasks.filter(matches) : [];
  const more = hits.length > MOST_RESULTS ? `, the first ${MOST_RESULTS} are listed` : "";
  find("found").textContent = state.words.length ? `${hits.length.toLocaleString("en")} of ${tasks.length.toLocaleString("en")} tasks${more}` : "";
  find("results").replaceChildren(...hits.slice(0, MOST_RESULTS).map(listed));
  if (state.active && !isBright(state.active)) activate(null);
  redraw();
}

function turn(name) {
  state[name] = !state[name];
  find(name).setAttribute("aria-pressed", String(state[name]));
  redraw();
}

function setTheme(theme) {
  state.theme = theme;
  document.documentElement.dataset.theme = theme;
  showLegend();
  if (state.active) fillCard(state.active);
}

function showFacts() {
  find("facts").replaceChildren(...Object.entries(data.facts).map(([word, value]) => {
    const item = document.createElement("div");
    for (const [tag, text] of [["dt", word], ["dd", value]]) item.append(Object.assign(document.createElement(tag), { textContent: text }));
    return item;
  }));
  find("notes").replaceChildren(...data.notes.map((note) => Object.assign(document.createElement("p"), { textContent: note })));
}

const deeds = {
  "+": () => zoom(1.4),
  "=": () => zoom(1.4),
  "-": () => zoom(1 / 1.4),
  0: () => glide(fitting(), true),
  p: () => turn("pictures"),
  l: () => turn("labels"),
  t: () => setTheme(state.theme === "dark" ? "light" : "dark"),
  "/": () => find("search").focus(),
  Escape: () => activate(null),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target === find("search");
  if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape") || !(event.key in deeds)) return;
  event.preventDefault();
  deeds[event.key]();
});
for (const [id, key] of Object.entries({ "zoom-in": "+", "zoom-out": "-", fit: "0", pictures: "p", labels: "l", theme: "t" })) {
  find(id).addEventListener("click", () => deeds[key]());
}
for (const button of document.querySelectorAll("[data-color]")) {
  button.addEventListener("click", () => colorBy(button.dataset.color));
}
find("all").addEventListener("click", () => {
  state.hidden.clear();
  showLegend();
});
find("search").addEventListener("input", (event) => search(event.target.value));
find("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") find("results").querySelector("button")?.click();
  if (event.key === "Escape") search((event.target.value = ""));
});
night.addEventListener("change", () => setTheme(night.matches ? "dark" : "light"));
new ResizeObserver(() => {
  if (state.fitted && tasks.length) state.view = fitting();
  draw();
}).observe(canvas);

/** The page's address can name a task: library-map.html#stack-three-blocks. */
function followAddress() {
  const task = tasks.find((task) => `#${task.name}` === location.hash);
  if (task) goTo(task);
}
addEventListener("hashchange", followAddress);

find("empty").hidden = tasks.length > 0;
showFacts();
if (tasks.length) state.view = fitting();
document.documentElement.dataset.theme = state.theme;
colorBy(state.color);
followAddress();
