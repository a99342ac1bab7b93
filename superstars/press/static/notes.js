// Computed numbers say where they come from: hover, tap, long press, or Enter on the number opens its note.
// Without scripts they are plain text.
"use strict";
{
const note = document.createElement("span");
note.className = "number-note";
note.id = "number-note";
note.setAttribute("role", "status");
let open = null; // the number whose note is open
let pinned = false; // opened on purpose: stays until closed; a note opened by hovering goes with the pointer
let timer = 0;

function fill(number) {
  const { note: said, sets, cell, sheets } = number.dataset;
  const text = document.createElement("span");
  text.textContent = `${said[0].toUpperCase()}${said.slice(1)}. `;
  const from = document.createElement("span");
  from.textContent = sets ? "Computed from " : "Computed from parameters stated on the page. ";
  if (sets === "all") {
    from.append(Object.assign(document.createElement("a"), { href: sheets, textContent: "all data sets" }), ". ");
  } else if (sets) {
    sets.split(" ").forEach((name, i) => {
      const sheet = Object.assign(document.createElement("a"), { href: `${sheets}#data-${name}`, textContent: name });
      from.append(i ? ", " : "", sheet);
    });
    from.append(". ");
  }
  const link = Object.assign(document.createElement("a"), { href: cell, textContent: "The cell" });
  note.replaceChildren(text, from, link);
}

function place(number) {
  const room = 12;
  const box = number.getBoundingClientRect();
  const size = note.getBoundingClientRect();
  const left = Math.max(room, Math.min(box.left, document.documentElement.clientWidth - size.width - room));
  const below = box.bottom + 4 + size.height < innerHeight;
  note.style.left = `${left}px`;
  note.style.top = `${below ? box.bottom + 4 : box.top - size.height - 4}px`;
}

function show(number, pin) {
  clearTimeout(timer);
  pinned = pin;
  if (open === number) return;
  hide();
  open = number;
  number.after(note); // next in reading order, so that Tab reaches its links
  fill(number);
  place(number);
  number.setAttribute("aria-expanded", "true");
  number.setAttribute("aria-describedby", note.id);
}

function hide() {
  clearTimeout(timer);
  if (!open) return;
  open.setAttribute("aria-expanded", "false");
  open.removeAttribute("aria-describedby");
  note.remove();
  open = null;
}

function toggle(number) {
  if (open === number && pinned) hide();
  else show(number, true);
}

function later(action) {
  clearTimeout(timer);
  timer = setTimeout(action, 250);
}

for (const number of document.querySelectorAll(".number[data-note]")) {
  number.setAttribute("role", "button");
  number.setAttribute("tabindex", "0");
  number.setAttribute("aria-expanded", "false");
  number.addEventListener("click", () => toggle(number));
  number.addEventListener("contextmenu", (event) => {
    if (event.pointerType !== "mouse") event.preventDefault();
    if (event.pointerType !== "mouse") show(number, true);
  });
  number.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(number);
  });
  number.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse" && !pinned) later(() => show(number, false));
  });
  number.addEventListener("pointerleave", () => {
    if (!pinned) later(hide);
  });
}

note.addEventListener("pointerenter", () => clearTimeout(timer));
note.addEventListener("pointerleave", () => {
  if (!pinned) later(hide);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open) return;
  const number = open;
  if (note.contains(document.activeElement)) number.focus();
  hide();
});

document.addEventListener("click", (event) => {
  if (open && !open.contains(event.target) && !note.contains(event.target)) hide();
});

addEventListener("scroll", () => open && place(open), { passive: true });
addEventListener("resize", () => open && place(open));
new ResizeObserver(() => open && place(open)).observe(note); // a reader may change the type while a note is open

// the address of a cell opens its code, and one inside a fold the fold; sections and the whole page stay as they are
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches(".cell")) for (const fold of target.querySelectorAll("details.hide")) fold.open = true;
  target?.closest("details")?.setAttribute("open", "");
}
addEventListener("hashchange", unfold);
unfold();
}
