// What the frame of a page does: colours, drawers on a phone, search, contents, copying code, hidden solutions.
// Everything can be read without it.
"use strict";
{
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const root = document.documentElement;

// a browser may refuse to store anything
const store = (kind, key, value) => {
  try {
    if (value === undefined) return globalThis[kind].getItem(key);
    if (value === null) globalThis[kind].removeItem(key);
    else globalThis[kind].setItem(key, value);
  } catch {}
  return null;
};

// Colours: as the system, light or dark. The page is painted right from the start by the inline script in its head.
const dark = matchMedia("(prefers-color-scheme: dark)");
const switches = all(".theme-switch-button");
function paint(mode) {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  const said = { auto: "as the system", light: "light", dark: "dark" }[mode];
  for (const button of switches) button.setAttribute("aria-label", `Colours: ${said}`);
}
paint(root.dataset.mode);
dark.addEventListener("change", () => paint(root.dataset.mode));
for (const button of switches) {
  button.addEventListener("click", () => {
    const modes = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    const mode = modes[(modes.indexOf(root.dataset.mode) + 1) % 3];
    store("localStorage", "mode", mode);
    paint(mode);
    store("localStorage", "theme", root.dataset.theme); // what the slides read
  });
}

// Dialogs: a click beside one closes it; Escape and the focus are the browser's own doing
for (const dialog of all("dialog")) {
  dialog.addEventListener("click", (event) => {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close();
  });
}

// Drawers: on a narrow screen the sidebars move into a dialog and back
function drawer(button, dialog, sidebar, wide) {
  if (!button || !dialog || !sidebar) return;
  const move = (from, to) => {
    to.append(...from.childNodes);
    to.classList.add(...from.classList);
    from.className = "";
  };
  const lead = () => button.setAttribute("aria-expanded", String(wide?.matches ? !sidebar.classList.contains("pst-sidebar-hidden") : dialog.open));
  button.addEventListener("click", () => {
    if (wide?.matches) {
      sidebar.classList.toggle("pst-sidebar-hidden");
    } else {
      move(sidebar, dialog);
      dialog.showModal();
    }
    lead();
  });
  dialog.addEventListener("close", () => {
    move(dialog, sidebar);
    lead();
    button.focus();
  });
  dialog.addEventListener("click", (event) => event.target.closest("a[href*='#']") && dialog.close());
  lead();
}
drawer(one(".primary-toggle"), one("#pst-primary-sidebar-modal"), one("#pst-primary-sidebar"), matchMedia("(min-width: 992px)"));
drawer(one(".secondary-toggle"), one("#pst-secondary-sidebar-modal"), one("#pst-secondary-sidebar"));

// The list of chapters keeps its place from page to page, or shows the present one
const list = one("#pst-primary-sidebar");
const kept = store("sessionStorage", "sidebar-scroll-top");
const active = all(".bd-docs-nav .active").at(-1);
if (kept !== null) list.scrollTop = Number(kept);
else if (active && active.getBoundingClientRect().y > innerHeight / 2) {
  list.scrollTop = active.getBoundingClientRect().y - list.getBoundingClientRect().y - list.clientHeight / 4;
}
addEventListener("pagehide", () => store("sessionStorage", "sidebar-scroll-top", String(list.scrollTop)));

// Search: a button or Ctrl+K (on a Mac ⌘K) opens the field; on the search page it leads to the field there
const mac = /^(Mac|iPhone|iPad)/.test(navigator.platform);
const field = one("#pst-search-dialog");
if (mac) for (const key of all("kbd.kbd-shortcut__modifier:first-child")) key.textContent = "⌘";
function search() {
  if (field?.open) field.close();
  else if (field) field.showModal();
  else one(".bd-search input").focus();
}
for (const button of all(".search-button__button")) button.addEventListener("click", search);
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey) return;
  if (mac ? !event.metaKey || event.ctrlKey : !event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  search();
});

// Words that were searched for are marked on the page that was found, without changing its text
function mark(within, words) {
  if (!globalThis.CSS?.highlights) return 0;
  const found = CSS.highlights.get("found") ?? new Highlight();
  const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.toLowerCase();
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + word.length);
        found.add(range);
      }
    }
  }
  CSS.highlights.set("found", found);
  return found.size;
}
globalThis.markWords = mark;
const article = one("article.bd-article");
if (article) {
  const words = (store("localStorage", "sphinx_highlight_terms") ?? "").split(/\s+/).filter(Boolean);
  store("localStorage", "sphinx_highlight_terms", null);
  if (words.length && mark(article, words)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Hide search matches" });
    const hide = () => {
      CSS.highlights.delete("found");
      button.remove();
    };
    button.addEventListener("click", hide);
    addEventListener("keydown", (event) => event.key === "Escape" && hide());
    one("#searchbox").append(button);
  }
}

// Scrolling: a shadow under the header, and the place in the contents
const links = all("#pst-page-toc-nav a");
const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
let asked = false;
function look() {
  asked = false;
  document.body.classList.toggle("scrolled", scrollY > 2);
  const edge = Math.min(innerHeight / 4, 140);
  const past = places.filter((place) => place && place.getBoundingClientRect().top < edge).length;
  links.forEach((link, i) => {
    const here = i === Math.max(0, past - 1);
    link.classList.toggle("active", here);
    if (here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}
addEventListener("scroll", () => {
  if (!asked) requestAnimationFrame(look);
  asked = true;
}, { passive: true });

// Menus close when the reader turns elsewhere
const menus = all("details.dropdown");
addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target) || event.target.closest("a, button")) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((m) => m.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
for (const menu of menus) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
for (const button of all("[data-print]")) button.addEventListener("click", () => print());

// Solutions are folded until asked for; without scripts, and on paper, they show
for (const box of all(".admonition.dropdown")) {
  const title = box.querySelector(".admonition-title");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "toggle-button" });
  const set = (open) => {
    box.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Hide" : "Show";
    button.setAttribute("aria-label", `${button.textContent}: ${name}`);
  };
  const name = title.textContent.trim();
  set(false);
  title.append(button);
  title.addEventListener("click", (event) => event.target.closest("a") || set(!box.classList.contains("open")));
  const arrive = () => location.hash && [box, ...all("[id]", box)].some((e) => `#${e.id}` === location.hash) && set(true);
  addEventListener("hashchange", arrive);
  arrive();
}

// Code: a button that copies it
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy"); // where a page from a folder has no clipboard
  area.remove();
}
for (const code of all("div.highlight pre")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copybtn", title: "Copy" });
  button.setAttribute("aria-label", "Copy the code");
  button.addEventListener("click", async () => {
    await copy(code.textContent);
    button.classList.add("success");
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      button.classList.remove("success");
      button.setAttribute("aria-label", "Copy the code");
    }, 2000);
  });
  code.after(button);
}

requestAnimationFrame(look);
}
