/* For `/cms/`: a form that came back with a mistake goes on saving itself; Wagtail watches only what came without one. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-w-unsaved-force-value='true']");
  if (!form) return;
  let seen = "";
  const timer = setInterval(() => {
    const now = new URLSearchParams(new FormData(form)).toString();
    const edits = { bubbles: true, cancelable: true, detail: { type: "edits" } };
    if (seen && now !== seen) form.dispatchEvent(new CustomEvent("w-unsaved:add", edits));
    seen = now;
  }, 500);
  const watchAgain = () => {
    clearInterval(timer);
    form.dataset.wUnsavedCheckIntervalValue = "501"; // for another number Wagtail begins to watch
  };
  form.addEventListener("w-autosave:success", watchAgain, { once: true });
});
