// Live charts: the picture of a figure gives way to the chart when it comes into view, without moving the page.
// Controls are plain form elements of the page; their values live in the address (?figure.parameter=value).
// Plain scripts throughout, so that the site also works from a folder, where a browser refuses modules.
"use strict";
globalThis.superstars = { specs: {}, tables: {}, themes: {}, embed: null };

const assets = document.currentScript.src.replace(/[^/]*$/, "");
const loading = new Map();
const drawn = new Set();

function load(address) {
  if (!loading.has(address)) {
    loading.set(address, new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: address, onload: resolve });
      script.onerror = () => reject(new Error(`${address} did not load`));
      document.head.append(script);
    }));
  }
  return loading.get(address);
}

const mode = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

function controls(figure) {
  return [...figure.querySelectorAll("[data-param]")];
}

function value(control) {
  if (control.type === "range") return Number(control.value);
  if (control.type === "radio") {
    const name = control.dataset.param;
    control = [...control.closest("fieldset").querySelectorAll("input")].find((c) => c.checked) ?? control;
    const options = figureOf(control).options[name];
    return options.find((o) => String(o) === control.value);
  }
  if (control.tagName === "SELECT") {
    return figureOf(control).options[control.dataset.param].find((o) => String(o) === control.value);
  }
  return control.value;
}

const figureOf = (control) => control.closest("figure.chart");

function show(figure, control) {
  if (control.type !== "range") return;
  const x = value(control);
  const text = written(figure, control.dataset.format, "log" in control.dataset ? 10 ** x : x);
  if (control.nextElementSibling.textContent !== text) control.nextElementSibling.textContent = text;
  control.setAttribute("aria-valuetext", text);
}

// d3's SI prefix says G where finance says bn
const written = (figure, format, x) => figure.view.locale().format(format)(x).replace("G", "bn");

function say(figure) {
  const place = figure.querySelector(".chart-says");
  if (!place) return;
  place.textContent = figure.dataset.says.replace(/\{(\w+)(?:\|([^}]*))?\}/g, (_, name, format) => {
    const x = figure.view.signal(name);
    return format ? written(figure, format, x) : String(x);
  });
}

// Read out the sentence once the reader has let a control rest: a slider takes many steps a second.
const REST = 700;
function tell(figure) {
  clearTimeout(figure.telling);
  figure.telling = setTimeout(() => {
    figure.querySelector(".chart-told").textContent = figure.querySelector(".chart-says").textContent;
  }, REST);
}

function remember(figure, control) {
  const address = new URL(location.href);
  address.searchParams.set(`${figure.dataset.name}.${control.dataset.param}`, String(value(control)));
  history.replaceState(history.state, "", address);
}

function recall(figure) {
  const asked = new URL(location.href).searchParams;
  for (const control of controls(figure)) {
    const text = asked.get(`${figure.dataset.name}.${control.dataset.param}`);
    if (text === null) continue;
    if (control.type === "radio") control.checked = control.value === text;
    // a range takes only what lies within its bounds, a list only what it offers
    else if (control.tagName !== "SELECT" || [...control.options].some((o) => o.value === text)) control.value = text;
  }
}

function prepare(figure) {
  const spec = superstars.specs[figure.dataset.name];
  figure.options = {};
  for (const param of spec.params ?? []) {
    if (!param.bind) continue;
    figure.options[param.name] = param.bind.options;
    delete param.bind; // the page has its own controls
  }
  figure.spec = spec;
  recall(figure);
}

// One drawing of a figure at a time: the page may change its colours while a chart is still being made.
function draw(figure) {
  figure.drawing = (figure.drawing ?? Promise.resolve()).then(() => make(figure));
  figure.drawing.catch((error) => {
    if (figure.matches(".chart-failed")) return;
    figure.classList.add("chart-failed"); // the picture stays
    for (const control of controls(figure)) control.disabled = true;
    console.error(`figure ${figure.id}:`, error);
  });
  return figure.drawing;
}

async function make(figure) {
  const beside = new URL(`${figure.dataset.file}.js`, location.href).href;
  await Promise.all([load(`${assets}vega.js`), load(`${assets}themes.js`), load(beside)]);
  if (!figure.spec) prepare(figure);
  const now = Object.fromEntries(controls(figure).map((c) => [c.dataset.param, value(c)]));
  const frame = figure.querySelector(".chart-frame");
  const live = figure.querySelector(".chart-live");
  const picture = frame.querySelector("img");
  const spec = structuredClone(figure.spec);
  for (const param of spec.params ?? []) if (param.name in now) param.value = now[param.name];
  // to assistive technology the chart is one picture with a text; its numbers are in the sentence and in the table
  spec.config = { ...superstars.themes[mode()], aria: false };
  spec.width = frame.clientWidth;
  spec.height = frame.clientHeight;
  figure.view?.finalize();
  const { view } = await superstars.embed(live, spec, { actions: false, ast: true, renderer: "svg", defaultStyle: false });
  figure.view = view;
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", picture.alt);
  live.querySelector("svg").setAttribute("aria-hidden", "true");
  live.hidden = false;
  picture.hidden = true;
  for (const control of controls(figure)) {
    view.signal(control.dataset.param, value(control)); // moved while the chart was being made
    show(figure, control);
  }
  await view.runAsync();
  say(figure);
  figure.classList.add("chart-drawn");
  drawn.add(figure);
}

async function moved(figure, control) {
  if (!figure.view) await draw(figure);
  show(figure, control);
  await figure.view.signal(control.dataset.param, value(control)).runAsync();
  say(figure);
  tell(figure);
  remember(figure, control);
}

// Whoever comes by keyboard reaches controls of figures that are not drawn yet: they wait for nobody.
function enable(figure) {
  for (const control of controls(figure)) {
    control.disabled = false;
    control.addEventListener("input", () => moved(figure, control).catch(() => {}));
  }
}

// The data of a figure as a table, made when a reader first opens it; a script, since a page in a folder may not fetch.
async function tabulate(figure, fold) {
  const name = figure.dataset.name;
  await load(new URL(`${figure.dataset.file}.table.js`, location.href).href);
  const { columns, called, numeric, rows, total } = superstars.tables[name];
  const make = (tag, text = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const title = `Data of the figure: ${figure.querySelector(".chart-title strong")?.textContent ?? name}`;
  const table = make("table");
  table.append(make("caption", title));
  const side = (i) => (numeric[i] ? { class: "chart-number" } : {});
  const head = table.createTHead().insertRow();
  columns.forEach((column, i) => {
    const cell = make("th", column, { scope: "col", ...side(i) });
    if (called[i] && called[i] !== column) cell.append(make("small", called[i]));
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, i) => line.append(
      i === 0 && !numeric[0] ? make("th", text, { scope: "row" }) : make("td", text, side(i)),
    ));
  }
  const box = make("div", "", { class: "chart-rows", tabindex: "0", role: "group", "aria-label": title });
  box.append(table);
  fold.append(box);
  if (total > rows.length) {
    const rest = make("p", `The first ${rows.length} of ${total.toLocaleString("en-GB")} rows; all are in the `);
    rest.append(make("a", "CSV file", { href: figure.querySelector("a[download]").getAttribute("href"), download: "" }), ".");
    fold.append(rest);
  }
}

const arriving = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      arriving.unobserve(target);
      draw(target).catch(() => {});
    }
  },
  { rootMargin: "300px" },
);
// The page shows first: Vega is asked for once the browser says that it has painted text. Where a browser does not
// tell, the frame after next is the best guess.
const watch = () => document.querySelectorAll("figure.chart").forEach((figure) => arriving.observe(figure));
if (PerformanceObserver.supportedEntryTypes.includes("paint")) {
  new PerformanceObserver((list, self) => {
    if (!list.getEntriesByName("first-contentful-paint").length) return;
    self.disconnect();
    watch();
  }).observe({ type: "paint", buffered: true });
} else {
  requestAnimationFrame(() => requestAnimationFrame(watch));
}

const again = () => drawn.forEach((figure) => draw(figure).catch(() => {}));
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
let width = innerWidth;
let waiting;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(again, 150);
});
addEventListener("beforeprint", () => {
  for (const figure of document.querySelectorAll("figure.chart")) if (!drawn.has(figure)) draw(figure).catch(() => {});
});

for (const figure of document.querySelectorAll("figure.chart")) {
  enable(figure);
  figure.addEventListener("focusin", () => figure.drawing ?? draw(figure).catch(() => {}));
  figure.querySelector(".chart-table")?.addEventListener("toggle", ({ target }) => {
    if (target.open && !target.dataset.made) {
      target.dataset.made = "";
      tabulate(figure, target).catch((error) => console.error(`table of ${figure.id}:`, error));
    }
  });
}
Object.assign(superstars, { load, draw }); // for pages whose own script chooses what a figure shows
