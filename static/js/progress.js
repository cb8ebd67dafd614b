/* Renews an editors' page in place as long as the worker is busy; without it there is a link that does the same. */
"use strict";

const PARTS = ["progress-step", "progress-state"];

/** Put what is new in a part of the page; a part that is the same stays, so that nothing is read out twice. */
function renew(part, fresh) {
  part.dataset.poll = fresh.dataset.poll ?? "";
  if (part.innerHTML !== fresh.innerHTML) part.replaceChildren(...fresh.childNodes);
}

async function poll() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const [part, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (part && fresh) renew(part, fresh);
  }
}

function wait() {
  const pause = Number(document.getElementById("progress-state")?.dataset.poll);
  if (pause) setTimeout(() => poll().catch(() => {}).finally(wait), pause);
}

wait();
