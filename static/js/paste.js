/* Cleans what is pasted into a rich text field, above all from Word, before Draftail reads it and keeps what the field has. */
"use strict";

const OFFICE = /class="?mso|style=["'][^"']*mso-|urn:schemas-microsoft-com:office/i;
// Deletions that are tracked, remarks in the margin, and hidden text: no part of what the writer reads.
const LEFT_OUT =
  'del, s[style*="mso-"], [class~="msodel" i], [class*="msocom" i], [style*="mso-element:comment"], [style*="mso-hide:all"]';
const CODE = "script, style";
// The sign of a list that Word did not mark as one: a bullet, which it draws as one of these, or a number.
const SIGN = /^\s*(?:[·o§•-]\s+|\d{1,3}[.)]\s*\u00a0\s*)/;
const BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6";
const HEADINGS = ["header-one", "header-two", "header-three", "header-four", "header-five", "header-six"];
const RAISED = { sup: "⁰¹²³⁴⁵⁶⁷⁸⁹", sub: "₀₁₂₃₄₅₆₇₈₉" };
const cleaned = new WeakSet();

/** Put an element of another kind in the place of this one, with the same content. */
function rename(element, name) {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

/** Make each heading one that the field has: the first that is not bigger, else its smallest. */
function fitHeadings(body, levels) {
  for (const title of body.querySelectorAll('p[class~="msotitle" i]')) rename(title, "h1");
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = levels.find((one) => one >= Number(heading.tagName[1])) ?? levels.at(-1);
    rename(heading, level ? `h${level}` : "p");
  }
}

/** Take the sign of a list from the start of its item, and return it; it may stand in several elements. */
function takeSign(item) {
  const marked = item.querySelector('[style*="mso-list:ignore" i]');
  marked?.remove();
  const sign = marked?.textContent ?? item.textContent.match(SIGN)?.[0] ?? "";
  const texts = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  for (let left = marked ? 0 : sign.length; left > 0; ) {
    const text = texts.nextNode();
    const taken = Math.min(left, text.length);
    text.deleteData(0, taken);
    left -= taken;
  }
  return sign;
}

/** Make paragraphs that Word shows as a list a list. */
function makeLists(body) {
  for (const item of body.querySelectorAll('p[style*="mso-list:l"]')) {
    const name = /^\s*\w+[.)]/.test(takeSign(item)) ? "ol" : "ul";
    let list = item.previousElementSibling;
    if (list?.localName !== name) {
      list = item.ownerDocument.createElement(name);
      item.before(list);
    }
    list.append(item);
    rename(item, "li");
  }
}

/** Make a paragraph of each row of a table, for a text has no tables; a table of one column is only a frame. */
function unfoldTables(body) {
  for (const table of [...body.querySelectorAll("table")].reverse()) {
    const lines = [];
    for (const row of table.rows) {
      if (row.cells.length === 1) {
        lines.push(...row.cells[0].childNodes);
        continue;
      }
      for (const block of row.querySelectorAll(BLOCKS)) block.replaceWith(...block.childNodes, " ");
      const line = table.ownerDocument.createElement("p");
      line.innerHTML = [...row.cells].map((cell) => cell.innerHTML.replace(/\s+/g, " ").trim()).join(" | ");
      lines.push(line);
    }
    table.replaceWith(...lines);
  }
}

/** Write raised and lowered digits as signs of their own, which need no markup: m², CO₂. */
function writeRaised(body) {
  for (const element of body.querySelectorAll("sup, sub")) {
    const signs = RAISED[element.localName];
    element.textContent = element.textContent.replace(/\d/g, (digit) => signs[digit]);
  }
}

/** Leave out of a pasted page what is no text, and of one from Word what the field does not have. */
function clean(html, editor) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const element of body.querySelectorAll(CODE)) element.remove();
  if (OFFICE.test(html)) fitWord(body, levelsOf(editor));
  return body.innerHTML;
}

function fitWord(body, levels) {
  for (const element of body.querySelectorAll(LEFT_OUT)) element.remove();
  fitHeadings(body, levels);
  makeLists(body);
  unfoldTables(body);
  writeRaised(body);
  for (const block of body.querySelectorAll(BLOCKS)) if (!block.textContent.trim()) block.remove();
}

/** Return the levels of the headings that the buttons of this editor make, the biggest first. */
function levelsOf(editor) {
  const input = editor.closest("[data-draftail-editor-wrapper]").parentElement.querySelector("input");
  const types = input.draftailEditor.props.blockTypes.map((block) => block.type);
  return HEADINGS.map((type, place) => types.includes(type) && place + 1).filter(Boolean);
}

document.addEventListener(
  "paste",
  (event) => {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const editor = event.target.closest?.("[data-draftail-editor]");
    if (!editor || cleaned.has(event) || !(OFFICE.test(html) || /<(script|style)\b/i.test(html))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", event.clipboardData.getData("text/plain"));
    clipboardData.setData("text/html", clean(html, editor));
    const again = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    cleaned.add(again);
    event.target.dispatchEvent(again);
  },
  true,
);
