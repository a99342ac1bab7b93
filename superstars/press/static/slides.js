// Slides: arrow keys and two buttons turn them; without scripts they scroll. Dark or light as on the pages of the book.
"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const asked = localStorage.getItem("theme");
  document.documentElement.dataset.theme = asked === "dark" || asked === "light" ? asked : dark.matches ? "dark" : "light";
};
paint();
dark.addEventListener("change", paint);

addEventListener("DOMContentLoaded", () => {
  const slides = [...document.querySelectorAll(".slide")];
  const count = document.querySelector(".slide-count");
  let at = 0;

  const tell = () => {
    count.textContent = `${at + 1} / ${slides.length}`;
    history.replaceState(history.state, "", `#${slides[at].id}`);
  };
  const turn = (to) => {
    at = Math.max(0, Math.min(slides.length - 1, to));
    slides[at].scrollIntoView();
    slides[at].focus({ preventScroll: true });
    tell();
  };
  const look = () => {
    const middle = innerHeight / 2;
    const here = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > middle);
    if (here !== at && here >= 0) {
      at = here;
      tell();
    }
  };
  addEventListener("scrollend", look);
  document.querySelector("nav").hidden = false;
  count.textContent = `1 / ${slides.length}`;
  look();
  for (const button of document.querySelectorAll("[data-turn]")) {
    button.addEventListener("click", () => turn(at + Number(button.dataset.turn)));
  }
  addEventListener("keydown", (event) => {
    // in a control the keys belong to it
    if (event.target.closest("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = {
      ArrowRight: at + 1, PageDown: at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: slides.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    turn(to);
  });
});
