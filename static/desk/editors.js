// Gives each rich text editor the name and the help of its field, and leads the label's click to it.
"use strict";
document.addEventListener("prose-editor:ready", (event) => {
  const { editor, textarea } = event.detail;
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  const area = editor.view.dom;
  if (label) {
    label.id ||= `${textarea.id}_label`;
    area.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => editor.commands.focus());
  }
  const help = document.getElementById(`${textarea.id}_helptext`);
  if (help) area.setAttribute("aria-describedby", help.id);
});
