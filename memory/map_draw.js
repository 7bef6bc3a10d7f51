"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const tasks = data.tasks.map((task, number) => ({
  ...task,
  number,
  x: task.place[0],
  y: -task.place[1], // the screen counts downwards
  text: [task.name, task.title, task.instruction, task.origin, task.family].join(" ").toLowerCase(),
}));

// Okabe and Ito's colors, which people with any color vision can tell apart, but for the two that paper or night would
// swallow. A shape comes with each round through them.
const COLORS = {
  light: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"],
  dark: ["#4aa3e0", "#f0b429", "#1fc195", "#e08fbd", "#ee7733", "#8ccff5"],
};
const SHAPES = ["circle", "square", "triangle", "diamond"];
const MOST_GROUPS = COLORS.light.length * SHAPES.length;
const GRAY = { light: "#8b8f96", dark: "#7d828a" };
const PICTURE = { width: 100, height: 75 }; // pixels, in the pictures' mode
const CROP = { x: 0.14, y: 0.38, part: 0.62 }; // of a picture that is drawn small: the table without the arm
const MOST_AVOIDED = 2000; // points that labels keep clear of
const MOST_RESULTS = 50;

const find = (id) => document.getElementById(id);
const canvas = find("map");
const pen = canvas.getContext("2d");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const night = matchMedia("(prefers-color-scheme: dark)");

const state = {
  view: { scale: 1, x: 0, y: 0 }, // screen = map * scale + offset, in CSS pixels
  fitted: true,
  color: data.color,
  theme: night.matches ? "dark" : "light",
  hidden: new Set(), // words of groups
  lit: null, // the group under the pointer in the legend
  words: [], // that are searched for
  active: null, // the task under the pointer or the keys
  held: false, // whether the card stays
  pictures: false,
  labels: true,
};
const bounds = {
  left: tasks.reduce((low, task) => Math.min(low, task.x), Infinity),
  right: tasks.reduce((high, task) => Math.max(high, task.x), -Infinity),
  top: tasks.reduce((low, task) => Math.min(low, task.y), Infinity),
  bottom: tasks.reduce((high, task) => Math.max(high, task.y), -Infinity),
};
let groups = [];
let groupOf = new Map();

/* -- groups ------------------------------------------------------------------------------------------------------ */

function makeGroups() {
  const members = new Map();
  for (const task of tasks) {
    const word = task[state.color];
    if (!members.has(word)) members.set(word, []);
    members.get(word).push(task);
  }
  const sorted = [...members].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const kept = sorted.length > MOST_GROUPS ? sorted.slice(0, MOST_GROUPS - 1) : sorted;
  const rest = sorted.slice(kept.length);
  groups = kept.map(([word, own], index) => ({
    word,
    tasks: own,
    hue: index % COLORS.light.length,
    shape: SHAPES[Math.floor(index / COLORS.light.length)],
  }));
  if (rest.length) {
    groups.push({ word: `${rest.length} others`, tasks: rest.flatMap(([, own]) => own), hue: -1, shape: "circle" });
  }
  groupOf = new Map(groups.flatMap((group) => group.tasks.map((task) => [task, group])));
  for (const group of groups) group.middle = middle(group.tasks);
  state.hidden.clear();
  state.lit = null;
}

/** The member nearest to all others, so that a label stands among its points even when they lie apart. */
function middle(members) {
  const step = Math.ceil(members.length / 200);
  const some = members.filter((_, index) => index % step === 0);
  const cost = (task) => some.reduce((sum, other) => sum + Math.hypot(task.x - other.x, task.y - other.y), 0);
  return some.reduce((best, task) => (cost(task) < cost(best) ? task : best));
}

function colorOf(group) {
  return group.hue < 0 ? GRAY[state.theme] : COLORS[state.theme][group.hue];
}

function trace(shape, x, y, r, path) {
  if (shape === "circle") {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  } else if (shape === "square") path.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else {
    const corners = shape === "triangle" ? [[0, -1.2], [1.08, 0.78], [-1.08, 0.78]] : [[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]];
    corners.forEach(([dx, dy], index) => path[index ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
    path.closePath();
  }
}

/** A group's mark as a small picture for legend and card. */
function mark(group) {
  const svg = find("mark").content.firstElementChild.cloneNode(true);
  const shapes = {
    circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    square: "M-4.4 -4.4h8.8v8.8h-8.8z",
    triangle: "M0 -5.4L5.4 4.2H-5.4z",
    diamond: "M0 -6L5.2 0L0 6L-5.2 0z",
  };
  svg.firstElementChild.setAttribute("d", shapes[group.shape]);
  svg.firstElementChild.setAttribute("fill", colorOf(group));
  return svg;
}

/* -- what is seen ------------------------------------------------------------------------------------------------ */

const isShown = (task) => !state.hidden.has(groupOf.get(task).word);
const matches = (task) => state.words.every((word) => task.text.includes(word));
const isLit = (group) => !state.lit || state.hidden.has(state.lit.word) || group === state.lit;
const isBright = (task) => matches(task) && isLit(groupOf.get(task));
const screen = (task) => [task.x * state.view.scale + state.view.x, task.y * state.view.scale + state.view.y];

/** The view in which everything is on the screen. */
function fitting() {
  const { left, right, top, bottom } = bounds;
  const margin = Math.min(70, canvas.clientWidth * 0.1);
  const width = canvas.clientWidth - 2 * margin;
  const height = canvas.clientHeight - 2 * margin;
  const scale = Math.max(20, Math.min(width / Math.max(right - left, 0.2), height / Math.max(bottom - top, 0.2)));
  return {
    scale,
    x: canvas.clientWidth / 2 - ((left + right) / 2) * scale,
    y: canvas.clientHeight / 2 - ((top + bottom) / 2) * scale,
  };
}

/** Points are small where there are many or little room, and grow a little as one comes nearer. */
function radius() {
  const room = canvas.clientWidth < 600 ? 0.75 : 1;
  const base = room * (tasks.length > 3000 ? 3 : tasks.length > 600 ? 4.5 : tasks.length > 150 ? 6 : 7.5);
  return base * Math.min(1.8, Math.max(1, Math.sqrt(state.view.scale / fitting().scale)));
}

/* -- drawing ----------------------------------------------------------------------------------------------------- */

const loaded = new Map(); // pictures by task, made when they are first drawn
let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function draw() {
  const density = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  pen.scale(density, density);
  const style = getComputedStyle(document.documentElement);
  const tone = Object.fromEntries(["paper", "panel", "ink", "dim", "dot", "accent"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  drawGrid(width, height, tone);
  const r = radius();
  const shown = tasks.filter(isShown);
  const bright = shown.filter(isBright);
  if (bright.length < shown.length) drawPoints(shown.filter((task) => !isBright(task)), r * 0.8, 0.16, tone);
  if (state.active) drawNearest(state.active, tone);
  drawPoints(bright, r, 0.92, tone);
  const taken = state.pictures ? drawPictures(bright, width, height, tone) : [];
  const pictured = state.pictures && state.active?.picture;
  if (state.active && isShown(state.active) && !pictured) drawActive(state.active, r, tone);
  if (state.labels && state.color === "family") drawLabels(r, taken, bright, tone);
  placeCard();
}

function drawGrid(width, height, tone) {
  const step = 36;
  pen.fillStyle = tone.dot;
  for (let x = ((state.view.x % step) + step) % step; x < width; x += step) {
    for (let y = ((state.view.y % step) + step) % step; y < height; y += step) pen.fillRect(Math.round(x), Math.round(y), 2, 2);
  }
}

/** Points of a group are one path: so thousands are drawn as fast as the pointer moves. */
function drawPoints(some, r, alpha, tone) {
  const paths = new Map(groups.map((group) => [group, new Path2D()]));
  for (const task of some) {
    const [x, y] = screen(task);
    if (x < -r || y < -r || x > canvas.clientWidth + r || y > canvas.clientHeight + r) continue;
    trace(groupOf.get(task).shape, x, y, r, paths.get(groupOf.get(task)));
  }
  pen.globalAlpha = alpha;
  pen.lineWidth = r > 4 ? 1.5 : 0.75;
  pen.strokeStyle = tone.paper;
  for (const [group, path] of paths) {
    pen.fillStyle = colorOf(group);
    pen.fill(path);
    pen.stroke(path);
  }
  pen.globalAlpha = 1;
}

function drawNearest(task, tone) {
  const [x, y] = screen(task);
  pen.strokeStyle = tone.dim;
  pen.globalAlpha = 0.7;
  pen.lineWidth = 1.25;
  for (const other of task.nearest.map((number) => tasks[number]).filter(isShown)) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(...screen(other));
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function drawActive(task, r, tone) {
  const [x, y] = screen(task);
  const group = groupOf.get(task);
  pen.beginPath();
  pen.arc(x, y, r * 1.9, 0, 2 * Math.PI);
  pen.fillStyle = tone.panel;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = tone.ink;
  pen.stroke();
  pen.beginPath();
  trace(group.shape, x, y, r * 1.15, pen);
  pen.fillStyle = colorOf(group);
  pen.fill();
}

/** As many pictures as fit without covering each other; returns their boxes. */
function drawPictures(some, width, height, tone) {
  const boxes = [];
  const { width: w, height: h } = PICTURE;
  const first = state.active && some.includes(state.active) ? [state.active] : [];
  for (const task of [...first, ...some]) {
    const [x, y] = screen(task);
    if (!task.picture || x < -w || y < -h || x > width + w || y > height + h) continue;
    if (boxes.some((box) => Math.abs(box.x - x) < w + 6 && Math.abs(box.y - y) < h + 6)) continue;
    boxes.push({ x, y, w, h });
    const image = pictureOf(task);
    if (!image.complete || !image.naturalWidth) continue;
    pen.save();
    pen.beginPath();
    pen.roundRect(x - w / 2, y - h / 2, w, h, 7);
    pen.fillStyle = tone.panel;
    pen.fill();
    pen.clip();
    const { naturalWidth: wide, naturalHeight: high } = image;
    pen.drawImage(image, CROP.x * wide, CROP.y * high, CROP.part * wide, CROP.part * high, x - w / 2, y - h / 2, w, h);
    pen.restore();
    pen.beginPath();
    pen.roundRect(x - w / 2, y - h / 2, w, h, 7);
    pen.lineWidth = task === state.active ? 4 : 2.5;
    pen.strokeStyle = task === state.active ? tone.ink : colorOf(groupOf.get(task));
    pen.stroke();
  }
  return boxes;
}

function pictureOf(task) {
  if (!loaded.has(task)) {
    const image = new Image();
    image.onload = redraw;
    image.src = task.picture;
    loaded.set(task, image);
  }
  return loaded.get(task);
}

/** The groups' names beside their middles, the largest group's first, over no other and over few points. */
function drawLabels(r, taken, bright, tone) {
  pen.font = "600 12.5px ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  const boxes = [...taken];
  const points = bright.length > MOST_AVOIDED ? [] : bright.map(screen);
  for (const group of groups) {
    if (group.hue < 0 || state.hidden.has(group.word) || !isLit(group) || !group.tasks.some(matches)) continue;
    const box = labelBox(group, r, boxes, points);
    if (!box) continue;
    boxes.push(box);
    pen.lineWidth = 4;
    pen.strokeStyle = tone.paper;
    pen.strokeText(group.word, box.x, box.y);
    pen.fillStyle = tone.ink;
    pen.fillText(group.word, box.x, box.y);
  }
}

/** The place near a group's middle where its name covers the fewest points; null where there is none. */
function labelBox(group, r, boxes, points) {
  const w = pen.measureText(group.word).width + 8;
  const h = 18;
  const [x, y] = screen(group.middle);
  const [up, aside] = [r + 12, w / 2 + r + 3];
  let best = null;
  for (const [dx, dy] of [[0, -up], [0, up], [aside, 0], [-aside, 0], [0, -2.2 * up], [0, 2.2 * up], [aside, -up], [-aside, up]]) {
    const box = { x: x + dx, y: y + dy, w, h, covers: 0 };
    if (boxes.some((other) => Math.abs(other.x - box.x) < (other.w + w) / 2 && Math.abs(other.y - box.y) < (other.h + h) / 2)) continue;
    for (const [pointX, pointY] of points) {
      if (Math.abs(pointX - box.x) < w / 2 + r && Math.abs(pointY - box.y) < h / 2 + r - 3) box.covers += 1;
    }
    if (!best || box.covers < best.covers) best = box;
  }
  return best;
}

/* -- the card ---------------------------------------------------------------------------------------------------- */

/** Makes a task the active one, or none; a held card stays until it is let go. */
function activate(task, { hold = false, tell = false } = {}) {
  state.active = task;
  state.held = Boolean(task) && hold;
  if (task) fillCard(task);
  find("card").hidden = !task;
  find("card").classList.toggle("held", state.held);
  find("card-nearest").hidden = !state.held || !task.nearest.length;
  if (task && tell) find("said").textContent = [task.title, task.instruction, task.family, task.origin].join(". ");
  redraw();
}

function fillCard(task) {
  const image = find("card-picture").querySelector("img");
  image.hidden = !task.picture;
  find("card-picture").querySelector("span").hidden = Boolean(task.picture);
  if (task.picture) image.src = task.picture;
  find("card-title").textContent = task.title || task.name;
  find("card-instruction").textContent = task.instruction;
  find("card-mark").replaceChildren(mark(groupOf.get(task)));
  find("card-origin").textContent = `${task.family} · ${task.origin}`;
  find("card-name").textContent = task.name;
  find("card-nearest").querySelector("ul").replaceChildren(...task.nearest.map((number) => listed(tasks[number])));
}

/** Beside its point, where the window has room and fewer of the nearest tasks are covered. */
function placeCard() {
  if (!state.active) return;
  const card = find("card");
  const [x, y] = screen(state.active);
  const gap = state.pictures ? PICTURE.width / 2 + 12 : radius() * 1.9 + 12;
  const room = gap + card.offsetWidth + 8;
  const lean = state.active.nearest.reduce((sum, number) => sum + Math.sign(tasks[number].x - state.active.x), 0);
  const right = x + room < canvas.clientWidth && (lean <= 0 || x < room);
  const left = right ? x + gap : Math.max(8, x - gap - card.offsetWidth);
  const top = Math.max(8, Math.min(y - card.offsetHeight / 2, canvas.clientHeight - card.offsetHeight - 8));
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

/** A task as a line of a list, which leads to it. */
function listed(task) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = task.title || task.name;
  button.title = task.instruction;
  button.addEventListener("click", () => goTo(task));
  item.append(button);
  return item;
}

/** Brings a task to where it can be seen and holds its card. */
function goTo(task) {
  if (!isShown(task)) toggle(groupOf.get(task));
  const [x, y] = screen(task);
  const inside = x > 20 && y > 20 && x < canvas.clientWidth - 20 && y < canvas.clientHeight - 20;
  if (!inside) {
    const { scale } = state.view;
    glide({ scale, x: canvas.clientWidth / 2 - task.x * scale, y: canvas.clientHeight / 2 - task.y * scale });
  }
  activate(task, { hold: true, tell: true });
}
