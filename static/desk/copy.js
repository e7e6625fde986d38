// A button that copies what a field holds, and says that it has. Without this, the field itself can be copied from.
"use strict";
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  const say = (said) => {
    button.textContent = said;
    setTimeout(() => (button.textContent = words), 2000);
  };
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say("Copied");
    } catch {
      // Over plain HTTP a browser lets no page write there.
      say(document.execCommand("copy") ? "Copied" : "Press Ctrl+C");
    }
  });
});
