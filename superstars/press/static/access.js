// Boxes that scroll sideways (tables, code, wide formulas) can be reached and named by keyboard, while they need it.
"use strict";
{
const SCROLLS =
  ".bd-article :is(pre, div.formula, div.output, .pst-scrollable-table-container), .slide-body, .slide-body :is(pre, div.formula)";

function named(box) {
  const table = box.querySelector("table");
  if (table) {
    const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim()).filter(Boolean);
    return `Table: ${heads.join(", ")}`.slice(0, 120);
  }
  if (box.matches("div.formula")) return `Formula ${box.querySelector(".eqno")?.textContent ?? ""}`.trim();
  if (box.matches(".slide-body")) return "Text of the slide";
  return box.closest(".cell_output") ? "Output" : "Code";
}

function settle(box) {
  const wide = box.scrollWidth > box.clientWidth + 1 || (box.matches(".slide-body") && box.scrollHeight > box.clientHeight + 1);
  if (wide === box.hasAttribute("data-scrolls")) return;
  box.toggleAttribute("data-scrolls", wide);
  if (wide) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", named(box));
  } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
}

// also tells when a folded cell or solution opens
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) settle(target.matches(SCROLLS) ? target : target.parentElement);
});
for (const box of document.querySelectorAll(SCROLLS)) for (const part of [box, ...box.children]) sizes.observe(part);
}
