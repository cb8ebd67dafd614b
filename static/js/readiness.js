/* For `/cms/`: on a wide screen the status of a case, with what it still needs, is open until an editor chooses otherwise. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const open = "wagtail:side-panel-open"; // where Wagtail keeps, and reads after this, what stands beside forms; empty if closed
  const isWide = window.matchMedia("(min-width: 75rem)").matches;
  if (isWide && document.querySelector(".readiness") && localStorage.getItem(open) === null) localStorage.setItem(open, "status");
});
