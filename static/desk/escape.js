// The Escape key closes a part that lies over the page, and leads back to what opened it.
"use strict";
document.addEventListener("keydown", (event) => {
  const part = event.key === "Escape" && event.target.closest("details[data-escape][open]");
  if (!part) return;
  part.open = false;
  part.querySelector("summary").focus();
});
