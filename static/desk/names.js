// Gives a name to what comes without one: rich text editors, fields with autocomplete, the search field, a table head.
"use strict";
{
  const labelOf = (field) => document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const wordsOf = (field) => {
    const label = labelOf(field);
    return label ? label.textContent.trim().replace(/:$/, "") : field.closest("td")?.className.replace("field-", "") || "";
  };

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const area = editor.view.dom;
    area.setAttribute("aria-label", wordsOf(textarea));
    labelOf(textarea)?.addEventListener("click", () => editor.commands.focus());
    const help = document.getElementById(`${textarea.id}_helptext`);
    if (help) area.setAttribute("aria-describedby", help.id);
  });

  // Autocomplete fields draw themselves when the page is ready, when a row is added, and again with each choice.
  const PARTS = ".select2-selection, .select2-selection__rendered[role], .select2-search__field";
  const namePickers = () => {
    document.querySelectorAll("select.admin-autocomplete:not([name*=__prefix__])").forEach((select) => {
      const drawn = select.nextElementSibling;
      drawn?.querySelectorAll(PARTS).forEach((part) => part.setAttribute("aria-label", wordsOf(select)));
    });
  };
  const isPicker = (node) => node.nodeType === 1 && (node.className + "").includes("select2");
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some(isPicker))) namePickers();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // A pencil and a plus sign. Rows that are added later are copied from one of these.
  const nameLinks = () => {
    document.querySelectorAll(".change-related, .add-related").forEach((link) => {
      const [, changes, what] = link.title.match(/^(Change selected|Add another) (.*)/) || [];
      if (!what) return;
      link.title = changes.startsWith("Change") ? `Edit this ${what}` : `Add ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`;
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    nameLinks();
    document.getElementById("searchbar")?.setAttribute("aria-label", "Search");
    // What is wider than the screen is scrolled by the keyboard too.
    const results = document.querySelector("#changelist-form .results");
    if (results?.scrollWidth > results?.clientWidth) {
      for (const [name, words] of [["tabindex", 0], ["role", "region"], ["aria-label", "List"]]) results.setAttribute(name, words);
    }
    document.querySelectorAll("th.original:empty").forEach((head) => {
      head.innerHTML = '<span class="unseen">Entry</span>';
    });
  });
}
