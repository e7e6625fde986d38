// Ctrl+S, on a Mac Cmd+S, saves the form, and not the page as a file.
"use strict";
document.addEventListener("keydown", (event) => {
  const button = document.querySelector("[data-save]");
  if (!button || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!event.repeat) button.click();
});
