// Live charts: the picture of a figure gives way to the chart when it comes into view, without moving the page.
// Controls are plain form elements of the page; their values live in the address (?figure.parameter=value).
// Plain scripts throughout, so that the site also works from a folder, where a browser refuses modules.
"use strict";
globalThis.superstars = { specs: {}, themes: {}, embed: null };

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
  control.nextElementSibling.textContent = text;
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

async function draw(figure) {
  const beside = new URL(`${figure.dataset.file}.js`, location.href).href;
  await Promise.all([load(`${assets}vega.js`), load(`${assets}themes.js`), load(beside)]);
  if (!figure.spec) prepare(figure);
  const now = Object.fromEntries(controls(figure).map((c) => [c.dataset.param, value(c)]));
  const frame = figure.querySelector(".chart-frame");
  const live = figure.querySelector(".chart-live");
  const spec = structuredClone(figure.spec);
  for (const param of spec.params ?? []) if (param.name in now) param.value = now[param.name];
  spec.config = superstars.themes[mode()];
  spec.width = frame.clientWidth;
  spec.height = frame.clientHeight;
  figure.view?.finalize();
  const { view } = await superstars.embed(live, spec, { actions: false, ast: true, renderer: "svg", defaultStyle: false });
  figure.view = view;
  live.hidden = false;
  const picture = frame.querySelector("img");
  if (picture) picture.hidden = true;
  for (const control of controls(figure)) {
    control.disabled = false;
    show(figure, control);
    control.oninput = async () => {
      show(figure, control);
      await figure.view.signal(control.dataset.param, value(control)).runAsync();
      say(figure);
      remember(figure, control);
    };
  }
  say(figure);
  figure.classList.add("chart-drawn");
  drawn.add(figure);
}

const arriving = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      arriving.unobserve(target);
      draw(target).catch((error) => {
        target.classList.add("chart-failed"); // the picture stays
        console.error(`figure ${target.id}:`, error);
      });
    }
  },
  { rootMargin: "300px" },
);
for (const figure of document.querySelectorAll("figure.chart")) arriving.observe(figure);

const again = () => drawn.forEach((figure) => draw(figure));
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
  for (const figure of document.querySelectorAll("figure.chart")) if (!drawn.has(figure)) draw(figure);
});
Object.assign(superstars, { load, draw }); // for pages whose own script chooses what a figure shows
