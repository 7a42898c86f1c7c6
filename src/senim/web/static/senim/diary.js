// The diary works without this: a day is a link, and what opens is a <details>. With it a day turns
// without loading, and what floats closes as one expects.

const days = document.querySelectorAll(".diary-day");

for (const link of document.querySelectorAll(".day-strip a")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    for (const day of days) day.classList.toggle("chosen", day.id === link.dataset.day);
    for (const other of link.parentElement.querySelectorAll("a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "date");
    history.replaceState(null, "", link.href);
  });
}

const opened = () => document.querySelectorAll("details.got[open]");

for (const story of document.querySelectorAll("details.got")) {
  story.addEventListener("toggle", () => {
    if (story.open) story.querySelector(".story").scrollIntoView({ block: "nearest" });
  });
}

document.addEventListener("click", (event) => {
  for (const story of opened()) if (!story.contains(event.target)) story.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const story of opened()) {
    story.open = false;
    story.querySelector("summary").focus();
  }
});
