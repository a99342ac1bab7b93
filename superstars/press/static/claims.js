// The filter above the list of claims. Its state lives in the address (?source=…&kind=…&verdict=…&find=…).
// Without this script the whole list shows and there is nothing to filter it with.
"use strict";
{
  const list = document.getElementById("claims-list");
  const entries = [...list.querySelectorAll(".claim")].map((claim) => {
    const parts = [...claim.children].filter((part) => !part.matches(".claim-links"));
    return { claim, text: parts.map((part) => part.textContent).join(" ").toLowerCase() };
  });
  const sections = [...list.querySelectorAll(".claims-source")];
  const controls = {};

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const form = make("form", { className: "claims-filter" });
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the claims");

  function add(name, label, control) {
    Object.assign(control, { name, id: `claims-${name}`, autocomplete: "off" });
    control.setAttribute("aria-controls", list.id);
    controls[name] = control;
    form.append(make("div", {}, make("label", { htmlFor: control.id, textContent: label }), control));
  }

  for (const [name, options] of Object.entries(JSON.parse(list.dataset.offered))) {
    const all = make("option", { value: "", textContent: "all" });
    const offered = options.map(([value, textContent]) => make("option", { value, textContent }));
    add(name, name[0].toUpperCase() + name.slice(1), make("select", {}, all, ...offered));
  }
  add("find", "Words", make("input", { type: "search" }));
  const clear = make("button", { type: "button", textContent: "Clear" });
  const count = make("p");
  count.setAttribute("role", "status");
  form.append(make("div", { className: "claims-count" }, count, clear));

  function apply() {
    const words = controls.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = ["source", "kind", "verdict"].filter((name) => controls[name].value);
    let shown = 0;
    for (const { claim, text } of entries) {
      const fits =
        asked.every((name) => claim.dataset[name] === controls[name].value) && words.every((word) => text.includes(word));
      claim.hidden = !fits;
      shown += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector(".claim:not([hidden])");
    count.textContent = `${shown} of ${entries.length} claims${shown ? "" : ": none fits, clear the filter to see all"}`;
  }

  const named = () => entries.find(({ claim }) => `#${claim.id}` === location.hash)?.claim;

  function remember() {
    const address = new URL(location.href);
    for (const [name, control] of Object.entries(controls)) {
      if (control.value.trim()) address.searchParams.set(name, control.value.trim());
      else address.searchParams.delete(name);
    }
    if (named()?.hidden) address.hash = ""; // else a reload would clear the filter to show that claim
    history.replaceState(history.state, "", address);
  }

  function recall() {
    const asked = new URL(location.href).searchParams;
    for (const [name, control] of Object.entries(controls)) {
      const value = asked.get(name) ?? "";
      if (control.tagName !== "SELECT" || [...control.options].some((o) => o.value === value)) control.value = value;
    }
  }

  function showAll() {
    for (const control of Object.values(controls)) control.value = "";
    apply();
    remember();
  }

  // a claim named in the address is shown even where the filter would hide it
  function reveal() {
    const claim = named();
    if (!claim) return;
    if (claim.hidden) showAll();
    claim.scrollIntoView();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    apply();
    remember();
  });
  clear.addEventListener("click", showAll);
  addEventListener("hashchange", reveal);

  list.before(form);
  recall();
  apply();
  reveal();
}
