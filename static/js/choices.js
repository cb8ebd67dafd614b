/* For `/cms/`: a long list of boxes to tick is narrowed by typing, and a choice of several is made in Wagtail's window. */
"use strict";

const SHORT = 10; // boxes that are seen at a glance
const words = document.currentScript.dataset;

/** Return a text without capitals and accents. */
function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Put a field above a list, that shows what has all typed words in one of its names, and what is ticked. */
function addSearch(list) {
  const rows = [...list.querySelectorAll("label")].map((label) => label.parentElement);
  const field = Object.assign(document.createElement("input"), { type: "text", className: "w-mb-2", placeholder: words.search });
  field.setAttribute("aria-label", words.search);
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no field of the form around it, which would send or save it
    const asked = fold(field.value).split(/\s+/);
    for (const row of rows) {
      const box = row.querySelector("input");
      const names = fold(`${row.textContent} ${box.dataset.names ?? ""}`);
      row.hidden = !box.checked && !asked.every((word) => names.includes(word));
    }
  });
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  list.before(field);
}

/** Add who was chosen to the ticked boxes, each once. */
function addChosen(list, chosen) {
  for (const { id, string } of chosen) {
    let box = list.querySelector(`input[value="${CSS.escape(id)}"]`);
    if (!box) {
      list.append(list.querySelector("template").content.cloneNode(true));
      box = list.lastElementChild.querySelector("input");
      box.value = id;
      box.after(` ${string}`);
    }
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true })); // the page has something to save
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose-several]");
  if (!button) return;
  const responses = { chosen: (chosen) => addChosen(button.previousElementSibling, chosen) };
  const onload = window.CHOOSER_MODAL_ONLOAD_HANDLERS;
  window.ModalWorkflow({ url: button.dataset.chooseSeveral, urlParams: { multiple: 1 }, onload, responses });
});

document.addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll("div[id]:has(> div > label > input[type=checkbox])")) {
    if (list.children.length > SHORT) addSearch(list);
  }
});
