/* The script of every page: suggestions below the search field, menus, copying, passwords, and lists that renew in place. */
"use strict";

/** Suggestions below a search field: the combobox with a list in groups of the ARIA Authoring Practices. */
class Suggestions {
  static DELAY = 150;
  static LEAST = 2;

  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input");
    this.kinds = JSON.parse(box.dataset.kinds);
    this.options = [];
    this.current = -1;
    this.asked = 0;
    this.list = this.add(box, { id: `${this.input.id}-suggesties`, class: "suggest", role: "listbox", "aria-label": box.dataset.label });
    this.list.hidden = true;
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
    this.status = this.add(box, { class: "vh", role: "status" });
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" };
    Object.entries(attributes).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.addEventListener("input", () => this.plan());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("change", (event) => event.stopPropagation()); // leaving the field is no question yet
    this.input.form.addEventListener("submit", () => this.close());
  }

  add(parent, attributes, text = "") {
    const element = document.createElement("div");
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.textContent = text;
    parent.append(element);
    return element;
  }

  /** Ask when the typing stops for a moment. */
  plan(delay = Suggestions.DELAY) {
    this.forget();
    this.select(-1);
    const text = this.input.value.trim();
    if (text.length < Suggestions.LEAST) this.close();
    else this.timer = setTimeout(() => this.ask(text, this.asked), delay);
  }

  /** Let every answer that is still to come be too late. */
  forget() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  async ask(text, number) {
    this.request = new AbortController();
    const answer = await fetch(`${this.box.dataset.suggest}?q=${encodeURIComponent(text)}`, {
      headers: { "Accept-Language": document.documentElement.lang },
      signal: this.request.signal,
    }).then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (number !== this.asked) return;
    if (answer) this.show(answer.suggestions, text);
    else this.close(); // no suggestions is no reason to bother anyone: the form still works
  }

  show(suggestions, text) {
    if (document.activeElement !== this.input) return;
    this.list.replaceChildren();
    const groups = {};
    suggestions.forEach(({ type, title, url }) => this.addOption((groups[type] ??= this.addGroup(type)), title, url));
    this.addOption(this.list, `${this.box.dataset.search} ‘${text}’`);
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, place) => { option.id = `${this.list.id}-${place}`; });
    this.list.hidden = !suggestions.length;
    this.list.scrollTop = 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.select(-1);
    const { none, one, many } = this.box.dataset;
    this.status.textContent = [none, one][suggestions.length] ?? `${suggestions.length} ${many}`;
  }

  addGroup(type) {
    const id = `${this.list.id}-${type}`;
    const group = this.add(this.list, { role: "group", "aria-labelledby": id });
    this.add(group, { id, class: "suggest__kind", role: "presentation" }, this.kinds[type]);
    return group;
  }

  /** Add a name to go to; without an address it is the question itself. */
  addOption(parent, text, url = "") {
    this.add(parent, { role: "option", "aria-selected": "false" }, text).dataset.url = url;
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isOpen = !this.list.hidden;
    if (event.isComposing) return;
    if (step && isOpen) {
      const places = this.options.length + 1; // one place is the field itself
      this.select(((this.current + 1 + step + places) % places) - 1);
    } else if (event.key === "ArrowDown") this.plan(0);
    else if (event.key === "Enter" && this.current >= 0) this.follow(this.options[this.current]);
    else if (event.key === "Escape" && isOpen) this.close();
    else return ["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key) && this.select(-1); // back to the text
    event.preventDefault();
  }

  select(index) {
    this.current = index;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", this.options[index].id);
    this.options[index].scrollIntoView({ block: "nearest" });
  }

  follow(option) {
    if (option?.dataset.url) location.assign(option.dataset.url);
    else if (option) this.input.form.requestSubmit();
  }

  close() {
    this.forget();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.select(-1);
    this.status.textContent = "";
  }
}

/** Close an open menu with Escape or by pressing beside it. */
function watchMenus() {
  const close = (menu, refocus) => {
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
  };
  const open = () => [...document.querySelectorAll(".menu[open]")];
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open().forEach((menu) => close(menu, menu.contains(document.activeElement)));
  });
  document.addEventListener("click", (event) => {
    open().filter((menu) => !menu.contains(event.target)).forEach((menu) => close(menu, false));
  });
}

/** Copy a text; the old way where the page is not served over a safe connection. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function watchButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-print]");
    if (!button) return;
    if ("print" in button.dataset) return window.print();
    await copy(button.dataset.copy);
    const label = button.querySelector(".nl-button__label");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    document.querySelector("[data-copy-status]").textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
}

/** Lists of hits that htmx renews: the address stays short, what was open stays open, the number is said aloud. */
function watchResults(form) {
  const failure = document.getElementById("zoekfout");
  let moved, open, focused, shown;
  const on = (name, handle) => form.addEventListener(`htmx:${name}`, ({ detail }) => handle(detail));
  const byId = (id) => (id ? document.getElementById(id) : null); // nothing has the focus: no id
  const say = (element) => { byId("melding").textContent = element?.textContent.replace(/\s+/g, " ").trim() ?? ""; };
  const boxesOf = (name) => byId(`facet-${name}`).querySelectorAll("[type=checkbox]");
  on("configRequest", ({ formData }) => {
    [...formData].forEach(([name, value]) => value || formData.delete(name));
  });
  on("beforeRequest", ({ elt, requestConfig }) => {
    // A filter keeps the focus; a page, a chip or a question moves it to the results.
    const { more } = elt.dataset;
    moved = !more && (elt !== form || requestConfig.triggeringEvent?.type === "submit");
    shown = more ? boxesOf(more).length : 0;
    failure.hidden = true;
  });
  on("beforeSwap", () => {
    open = [...form.querySelectorAll("details[open]")].map((details) => details.id);
    focused = document.activeElement.id;
  });
  on("afterSettle", ({ requestConfig: { elt }, target }) => {
    if (target.id !== "resultaten") return say(byId(target.id).querySelector(".facet__found")); // the values of one facet
    const heading = byId("gevonden");
    const { more } = elt.dataset;
    open.filter((id) => !(moved && id === "filters")).forEach((id) => byId(id)?.setAttribute("open", ""));
    if (elt !== form) byId("zoek").value = byId("resultaten").dataset.query;
    say(heading);
    // More values: go on with the first new one. Fewer: back to the link.
    const next = more ? boxesOf(more)[shown] ?? byId(`facet-${more}`).querySelector("[data-more]") : byId(focused);
    (moved ? heading : next)?.focus({ preventScroll: !more });
    if (moved && heading.getBoundingClientRect().top < 0) heading.scrollIntoView();
  });
  for (const name of ["sendError", "responseError", "timeout"]) on(name, () => { failure.hidden = false; });
}

/** Tell which place of the list was chosen: the question and the place, and nothing of who chose. */
function watchChoices(form) {
  const LATER = 100; // the place of what stands on a later page, where exact places say nothing any more
  const tell = ({ target, button, type }) => {
    const link = target.closest(".results > :is(.hits, .cards, .people) > li a[href]");
    const { query, click, listing, page } = document.getElementById("resultaten").dataset;
    if (!link || !query || (type === "auxclick" && button !== 1)) return;
    const item = link.closest(".results > * > li");
    const place = page === "1" ? [...item.parentElement.children].indexOf(item) + 1 : LATER;
    navigator.sendBeacon(click, new URLSearchParams({ q: query, place, listing }));
  };
  if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
  form.addEventListener("click", tell);
  form.addEventListener("auxclick", tell); // a hit in a new tab
}

/** Looking for a value of a facet is no new question: only the values of that facet are renewed. */
function watchFacets(form) {
  const isSeeking = ({ target }) => target.matches(".facet__seek");
  form.addEventListener("change", (event) => isSeeking(event) && event.stopPropagation(), { capture: true });
  form.addEventListener("keydown", (event) => event.key === "Enter" && isSeeking(event) && event.preventDefault());
}

/** What a visitor misses is a form of its own that stands between the filters: typing in it is no new question. */
function watchWish(form) {
  form.addEventListener("change", (event) => {
    if (event.target.form !== form) event.stopPropagation();
  }, { capture: true });
}

/** Show a password while its button is pressed; it is hidden again when the form goes, or the browser may keep it as a text. */
function watchPasswords() {
  document.querySelectorAll("[data-show-password]").forEach((button) => {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    const show = (isShown) => {
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "password"));
    input.form.addEventListener("submit", () => show(false));
  });
}

document.querySelectorAll(".search").forEach((box) => new Suggestions(box));
watchMenus();
watchButtons();
watchPasswords();
const list = document.getElementById("zoekformulier");
if (list) [watchResults, watchFacets, watchChoices, watchWish].forEach((watch) => watch(list));
