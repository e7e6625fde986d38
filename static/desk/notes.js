// Adds a note without leaving the form above it, so that nothing typed there is lost.
"use strict";
{
  const NOT_SAVED =
    "The note was not saved. It is still here: see in another tab whether you are signed in, then try again.";

  const say = (panel, sentence) => {
    panel.querySelector("[data-notes-said]").textContent = sentence;
  };

  // The panel as the answer has it; null where the answer is another page, or none came.
  const answered = async (form) => {
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return page.querySelector("[data-notes]");
    } catch {
      return null;
    }
  };

  document.addEventListener("submit", async (event) => {
    const panel = event.target.closest("[data-notes]");
    if (!panel) return;
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.disabled = true;
    const renewed = await answered(event.target);
    button.disabled = false;
    if (!renewed) {
      say(panel, NOT_SAVED);
      return;
    }
    panel.replaceWith(renewed);
    if (!renewed.querySelector(".errorlist")) say(renewed, "Your note is added.");
    renewed.querySelector("textarea").focus();
  });
}
