// A link to what is to be corrected leads to where one types: editors and pickers hide the field for which they stand.
"use strict";
{
  const FIELDS = "input:not([type=hidden]), select, textarea";

  const typedInto = (field) => {
    const first = field.matches(FIELDS) ? null : field.querySelector(`:is(${FIELDS}):not([name*=__prefix__])`);
    if (first) return typedInto(first);
    const editor = field.closest(".prose-editor")?.querySelector("[contenteditable]");
    const picker = field.matches(".select2-hidden-accessible") && field.nextElementSibling;
    return editor || (picker && picker.querySelector(".select2-search__field, [tabindex='0']")) || field;
  };

  const unfold = (field) => {
    for (let part = field; part; part = part.parentElement) {
      if (part.matches("details")) part.open = true;
      // On a narrow screen it is shown with the other buttons alone.
      if (part.matches(".other")) part.parentElement.querySelector(".more").open = true;
    }
  };

  // Django unfolds the part with an error only where the field stands alone on its line.
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".module .errorlist").forEach(unfold));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-faults] a, #checks a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    unfold(field);
    // What a text needs is the alternative text of a picture, wherever in it that stands.
    const unsaid = !link.closest(".is-advice") && field.closest(".prose-editor")?.querySelector(".picture-fields .is-missing");
    if (unsaid) {
      unsaid.closest("figure").scrollIntoView({ block: "center" });
      unsaid.focus({ preventScroll: true });
      return;
    }
    // With its label and the error. Who has none stands in the row of buttons, which is always in sight.
    const row = field.closest(".form-row, .inline-related, .inline-group");
    row?.scrollIntoView();
    typedInto(field).focus({ preventScroll: Boolean(row) });
  });
}
