/* Says it on the page when a passkey did not work; allauth's script would only tell the console. */
"use strict";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-error").hidden = false;
});
