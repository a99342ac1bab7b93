// Every job in every place: two fields that find an occupation and a place, and a figure that follows them. The cells
// lie in small scripts, one for each occupation and each place, written when the site is built; the words beside the
// chart are composed here as in superstars/press/places.py, from the same whole numbers.
"use strict";
{
  const BOUND = -1; // a figure marked as at or above a limit
  const LISTED = 10;
  const OFFERED = 12;
  const figure = document.getElementById("fig-places");
  const folder = new URL(figure.dataset.file.replace(/[^/]*$/, ""), location.href).href;
  const state = { occupation: null, place: null };
  const fields = {};
  let stale = false;
  let current = null; // what the download link offers, once a reader has chosen

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // ---- words, composed in places.py in the same way

  const whole = (n) => n.toLocaleString("en-US");
  const dollars = (n) => `$${whole(n)}`;
  const thousandths = (n) => (n / 1000).toFixed(3);
  const ratio = (cell) =>
    cell.median > 0 && cell.p90 > 0 ? (Math.floor((100 * cell.p90) / cell.median + 0.5) / 100).toFixed(2) : "";
  const end = (cell, sign) => Math.floor((1000 * cell.sigma + sign * 196 * cell.se + 500) / 1000);
  const points = (cells) => cells.filter((cell) => cell.median > 0 && cell.sigma !== null);
  const jobs = (cell) => (cell.jobs === null ? null : whole(10 * cell.jobs));

  function sentence(job, area, cell, among) {
    if (!cell) return `${job} in ${area}: no figures are published for this cell.`;
    if (cell.median === null) return `${job} in ${area}: no wage is published.`;
    let said = "median pay at or above the limit of publication";
    if (cell.median !== BOUND) {
      const known = among.filter((other) => other.median !== null);
      const place = 1 + known.filter((other) => other.median === BOUND || other.median > cell.median).length;
      said = `median pay ${dollars(cell.median)} a year, rank ${place} of ${known.length} places`;
    }
    if (cell.sigma === null) said += "; its percentiles identify no spread";
    else {
      said += `; spread σ = ${thousandths(cell.sigma)}`;
      if (cell.se !== null) said += ` (95% interval ${thousandths(end(cell, -1))} to ${thousandths(end(cell, 1))})`;
    }
    if (ratio(cell)) said += `; p90/p50 = ${ratio(cell)}`;
    return `${job} in ${area}: ${said}; ${cell.jobs === null ? "number of jobs not published" : `${jobs(cell)} jobs`}.`;
  }

  const extreme = (cells, key, sign) =>
    cells.reduce((best, cell) => (sign * (cell[key] - best[key]) > 0 ? cell : best), cells[0]);

  function summary(what, kind, cells, titles) {
    const shown = points(cells);
    if (!shown.length) return `${what}: no cell with a median and a spread is published.`;
    const [low, high] = [extreme(shown, "median", -1), extreme(shown, "median", 1)];
    const [tight, wide] = [extreme(shown, "sigma", -1), extreme(shown, "sigma", 1)];
    return (
      `${what}, ${shown.length} ${kind}: median pay from ${dollars(low.median)} a year (${titles[low.index][1]}) to ` +
      `${dollars(high.median)} (${titles[high.index][1]}), spread of ln pay σ from ${thousandths(tight.sigma)} ` +
      `(${titles[tight.index][1]}) to ${thousandths(wide.sigma)} (${titles[wide.index][1]}).`
    );
  }

  function headline(what, kind, cells) {
    const shown = points(cells);
    if (!shown.length) return `${what}: no cell with a median and a spread is published`;
    const [low, high] = [extreme(shown, "median", -1), extreme(shown, "median", 1)];
    return `${what}: median pay from ${dollars(low.median)} to ${dollars(high.median)} in ${shown.length} ${kind}`;
  }

  function closest(chosen, cells) {
    const shown = points(cells);
    if (!shown.includes(chosen)) return shown.sort((a, b) => b.median - a.median || a.index - b.index).slice(0, LISTED);
    const far = (cell) => Math.max(cell.median / chosen.median, chosen.median / cell.median);
    const order = (a, b) => (b === chosen) - (a === chosen) || far(a) - far(b) || a.index - b.index;
    return shown.sort(order).slice(0, LISTED);
  }

  // ---- names: words in any order and any case, parts of words too

  const bare = (text) => text.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f]/g, "");
  const fold = (text) => bare(text).replace(/[^a-z0-9]+/g, " ").trim();
  const kinds = { occupation: "occupations", place: "places" };
  const names = (kind) => superstars.places[kinds[kind]];
  const folded = {};
  const foldedNames = (kind) => (folded[kind] ??= names(kind).map(([, title]) => fold(title)));

  // positions of the names that hold every word; those that begin with more of them first, then those with more jobs
  function matching(kind, words) {
    const starts = (name) => words.filter((word) => ` ${name}`.includes(` ${word}`)).length;
    return foldedNames(kind)
      .map((name, index) => ({ name, index }))
      .filter(({ name }) => words.every((word) => name.includes(word)))
      .map(({ name, index }) => ({ index, starts: starts(name) }))
      .sort((a, b) => b.starts - a.starts || a.index - b.index)
      .map(({ index }) => index);
  }

  // words that name an occupation and a place at once, in any order
  function pairs(words) {
    if (words.length < 2 || words.length > 8) return [];
    const found = [];
    for (let mask = 1; mask < 2 ** words.length - 1; mask += 1) {
      const places = matching("place", words.filter((_, n) => mask & (1 << n)));
      if (!places.length) continue;
      const occupations = matching("occupation", words.filter((_, n) => !(mask & (1 << n))));
      for (const occupation of occupations.slice(0, 4))
        for (const place of places.slice(0, 3))
          found.push({ occupation, place, few: places.length * occupations.length });
    }
    return found.sort((a, b) => a.few - b.few || a.occupation - b.occupation || a.place - b.place);
  }

  const bigrams = (text) => new Set([...text].slice(1).map((letter, n) => text[n] + letter));

  function similar(kind, text) {
    const asked = bigrams(text);
    const likeness = (name) => {
      const own = bigrams(name);
      return (2 * [...asked].filter((pair) => own.has(pair)).length) / (asked.size + own.size || 1);
    };
    return foldedNames(kind)
      .map((name, index) => ({ index, like: Math.max(likeness(name), ...name.split(" ").map(likeness)) }))
      .sort((a, b) => b.like - a.like || a.index - b.index)
      .slice(0, 3)
      .map(({ index }) => index);
  }

  function offers(kind, text) {
    const words = fold(text).split(" ").filter(Boolean);
    const title = (k, index) => names(k)[index][1];
    const own = matching(kind, words);
    const alone = (n) => ({ text: title(kind, n), [kind]: n });
    if (own.length) return { sure: true, list: own.slice(0, OFFERED).map(alone) };
    const both = pairs(words).slice(0, OFFERED);
    if (both.length) {
      const list = both.map(({ occupation, place }) => ({
        text: `${title("occupation", occupation)} in ${title("place", place)}`, occupation, place,
      }));
      return { sure: true, list };
    }
    return { sure: false, list: similar(kind, fold(text)).map(alone) };
  }

  // ---- the fields

  const message = make("p", { className: "places-message" });
  message.setAttribute("role", "status");

  function field(kind, label) {
    const id = `places-${kind}`;
    const input = make("input", { type: "text", id, autocomplete: "off", spellcheck: false });
    const list = make("ul", { id: `${id}-list`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    const says = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(says)) input.setAttribute(name, value);
    const clear = make("button", { type: "button", textContent: "Clear" });
    clear.setAttribute("aria-label", `Clear ${label.toLowerCase()}`);
    const self = { kind, label, input, list, offered: [], active: -1 };

    const mark = (n) => {
      self.active = n;
      [...list.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === n)));
      if (n < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", list.children[n].id);
        list.children[n].scrollIntoView({ block: "nearest" });
      }
    };
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    const choose = (offer) => {
      close();
      message.textContent = "";
      for (const k of Object.keys(kinds)) if (k in offer) state[k] = offer[k];
      follow();
    };
    const open = () => {
      const text = input.value.trim();
      message.textContent = "";
      if (!text) return close();
      const { sure, list: found } = offers(kind, text);
      self.offered = found;
      self.sure = sure;
      list.replaceChildren(...found.map((offer, n) => {
        const option = make("li", { id: `${list.id}-${n}`, textContent: offer.text });
        option.setAttribute("role", "option");
        option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
        option.addEventListener("click", () => choose(offer));
        return option;
      }));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(sure ? 0 : -1);
      if (!sure) {
        const near = found.map((offer) => offer.text).join("; ");
        message.textContent = `No ${kind} is called “${text}”. Close to it: ${near}.`;
      }
    };
    const empty = () => {
      close();
      input.value = "";
      state[kind] = null;
      follow();
    };

    input.addEventListener("input", open);
    input.addEventListener("keydown", (event) => {
      const count = self.offered.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        else mark((self.active + (event.key === "ArrowDown" ? 1 : self.active < 0 ? 0 : -1) + count) % count);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!input.value.trim()) empty();
        else if (!list.hidden && self.active >= 0) choose(self.offered[self.active]);
        else if (list.hidden) open();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", close);
    input.addEventListener("change", () => {
      if (!input.value.trim() && state[kind] !== null) empty();
    });
    clear.addEventListener("click", () => {
      empty();
      input.focus();
    });
    fields[kind] = self;
    const name = make("label", { htmlFor: id, textContent: label });
    return make("div", { className: "places-field" }, name, input, clear, list);
  }

  const both = [field("occupation", "Occupation"), field("place", "Place")];
  const form = make("form", { className: "places-search" }, ...both, message);
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Find a job and a place");
  form.addEventListener("submit", (event) => event.preventDefault());
  figure.querySelector(".chart-frame").before(form);

  // ---- what is shown

  async function cells(letter, code) {
    const name = `${letter}-${code}`;
    await superstars.load(`${folder}${name}.js`);
    const [index, median, p90, sigma, se, count] = superstars.places.shards[name];
    const cell = (n, k) => ({ index: n, median: median[k], p90: p90[k], sigma: sigma[k], se: se[k], jobs: count[k] });
    return index.map(cell);
  }

  function tabulate(kind, caption, rows, chosen, titles) {
    const head = [kind, "Median, USD a year", "p90/p50", "Spread σ", "Jobs"];
    const th = (scope, text) => make("th", { scope, textContent: text });
    const body = rows.map((cell) => {
      const texts = [dollars(cell.median), ratio(cell) || "–", thousandths(cell.sigma), jobs(cell) ?? "–"];
      const tds = texts.map((text) => make("td", { textContent: text }));
      const row = make("tr", {}, th("row", titles[cell.index][1]), ...tds);
      if (cell === chosen) row.setAttribute("aria-current", "true");
      return row;
    });
    const table = make("table", {}, make("caption", { textContent: caption }),
      make("thead", {}, make("tr", {}, ...head.map((text) => th("col", text)))), make("tbody", {}, ...body));
    document.getElementById("places-table").replaceChildren(table);
  }

  const title = (kind) => names(kind)[state[kind]]?.[1];

  async function show() {
    const { occupation, place } = state;
    const [own, other] = occupation === null ? ["place", "occupation"] : ["occupation", "place"];
    const shown = await cells(own[0] === "o" ? "o" : "a", names(own)[state[own]][0]);
    await superstars.load(new URL(`${figure.dataset.file}.js`, location.href).href);
    if (occupation !== state.occupation || place !== state.place) return; // the reader went on
    const [what, kind, titles] = [title(own), kinds[other], names(other)];
    const both = occupation !== null && place !== null;
    const chosen = both ? shown.find((cell) => cell.index === place) : undefined;
    const told = summary(what, kind, shown, titles);
    const spec = superstars.specs.places;
    const rows = points(shown).map((cell) => ({
      name: titles[cell.index][1], median: cell.median, sigma: cell.sigma / 1000,
      p90_p50: ratio(cell) ? Number(ratio(cell)) : null, jobs: cell.jobs === null ? null : 10 * cell.jobs,
      chosen: cell === chosen,
    }));
    spec.datasets[Object.keys(spec.datasets)[0]] = rows;
    spec.description = told;
    figure.querySelector(".chart-title strong").textContent = headline(what, kind, shown);
    figure.querySelector("figcaption details p").textContent = told;
    figure.dataset.says = both ? sentence(what, title("place"), chosen, shown) : told;
    figure.querySelector(".chart-says").textContent = figure.dataset.says;
    const near = both && points(shown).includes(chosen);
    const rest = near ? `${title("place")} and the places closest to it in` : `the ${kind} with the highest`;
    const caption = `${what}: ${rest} median pay`;
    tabulate(own === "occupation" ? "Place" : "Occupation", caption, closest(chosen, shown), chosen, titles);
    current = rows;
    if (figure.matches(".chart-drawn")) await superstars.draw(figure);
    else stale = true;
  }

  function remember() {
    const address = new URL(location.href);
    for (const kind of Object.keys(kinds)) {
      if (state[kind] === null) address.searchParams.delete(`places.${kind}`);
      else address.searchParams.set(`places.${kind}`, title(kind));
    }
    history.replaceState(history.state, "", address);
  }

  function fill() {
    for (const kind of Object.keys(kinds)) fields[kind].input.value = title(kind) ?? "";
  }

  function follow() {
    fill();
    remember();
    if (state.occupation === null && state.place === null) {
      message.textContent = "Choose an occupation, a place, or both.";
      return;
    }
    show().catch((error) => {
      message.textContent = "The figures for this choice could not be loaded.";
      console.error(error);
    });
  }

  function recall() {
    const asked = new URL(location.href).searchParams;
    const unknown = [];
    for (const kind of Object.keys(kinds)) {
      const text = asked.get(`places.${kind}`);
      if (!text) continue;
      const found = names(kind).findIndex((name) => name.includes(text));
      if (found < 0) unknown.push(`No ${kind} is called “${text}”.`);
      else state[kind] = found;
    }
    const chosen = state.occupation !== null || state.place !== null;
    if (!chosen) Object.keys(kinds).forEach((kind, n) => {
      state[kind] = names(kind).findIndex(([code]) => code === superstars.places.first[n]);
    });
    fill();
    message.textContent = unknown.join(" ");
    return chosen ? show() : undefined;
  }

  // a chart that was being drawn while the reader chose is drawn again
  new MutationObserver(() => {
    if (!stale || !figure.matches(".chart-drawn")) return;
    stale = false;
    superstars.draw(figure);
  }).observe(figure, { attributeFilter: ["class"] });

  const link = figure.querySelector("a[download]");
  link.addEventListener("click", () => {
    if (!current) return;
    const written = (x) => (typeof x === "string" ? `"${x.replaceAll('"', '""')}"` : x ?? "");
    const lines = current.map((row) => Object.values(row).map(written).join(","));
    const text = [Object.keys(current[0] ?? {}).join(","), ...lines, ""].join("\n");
    if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "places.csv";
  });

  superstars.load(`${folder}names.js`).then(recall).catch((error) => {
    message.textContent = "The names of occupations and places could not be loaded.";
    console.error(error);
  });
}
