// The buttons of an editor are one stop of the Tab key, and the arrows lead from each to the next, as WAI-ARIA has it for
// toolbars. The editor marks its buttons by class alone, and draws the one that opens a list anew with each kind of text.
"use strict";
{
  const next = (place, count) => (place + 1) % count;
  const previous = (place, count) => (place - 1 + count) % count;
  const ENDS = { Home: () => 0, End: (_, count) => count - 1 };
  const ALONG = { ArrowRight: next, ArrowLeft: previous, ...ENDS };
  const DOWN = { ArrowDown: next, ArrowUp: previous, ...ENDS };

  const isShown = (button) => !button.classList.contains("hidden");
  const buttonsOf = (bar) => [...bar.querySelectorAll("button")].filter((button) => !button.closest("[popover]"));
  const listOf = (button) => button.closest(".prose-menubar__dropdown")?.querySelector("[popover]");

  const mark = (button, attribute, value) =>
    value ? button.setAttribute(attribute, value) : button.removeAttribute(attribute);

  // What the text at the cursor is, in the words of the list that changes it.
  const kindOf = (editor) => {
    const level = [2, 3, 4].find((number) => editor.isActive("heading", { level: number }));
    if (level) return `Heading ${level}`;
    return editor.isActive("codeBlock") ? "Code block" : "Paragraph";
  };

  // Its sign alone tells nobody that headings are behind it; form.css shows the words in its place.
  const name = (button, words) => {
    button.dataset.words = words;
    button.title = `Kind of text: ${words}`;
    button.setAttribute("aria-label", button.title);
  };

  const describe = (editor, button) => {
    const list = listOf(button);
    if (list) {
      button.setAttribute("aria-expanded", list.matches(":popover-open"));
      name(button, kindOf(editor));
    } else mark(button, "aria-pressed", button.classList.contains("active"));
    mark(button, "aria-disabled", button.classList.contains("disabled"));
  };

  const equip = (editor, bar) => {
    let stop = 0;

    const settle = () => {
      const buttons = buttonsOf(bar);
      if (!buttons[stop] || !isShown(buttons[stop])) stop = buttons.findIndex(isShown);
      buttons.forEach((button, place) => {
        button.tabIndex = place === stop ? 0 : -1;
        describe(editor, button);
      });
    };

    bar.setAttribute("role", "toolbar");
    // names.js has named the text.
    bar.setAttribute("aria-label", `${editor.view.dom.getAttribute("aria-label")}: formatting`);

    bar.addEventListener("keydown", (event) => {
      const list = event.target.closest("[popover]");
      const buttons = (list ? [...list.querySelectorAll("button")] : buttonsOf(bar)).filter(isShown);
      const move = (list ? DOWN : ALONG)[event.key];
      if (!move || !buttons.includes(event.target)) return;
      event.preventDefault();
      const chosen = buttons[move(buttons.indexOf(event.target), buttons.length)];
      chosen.focus();
      // In a row that scrolls, all of it and some of the one behind it.
      chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    bar.addEventListener("focusin", (event) => {
      const place = buttonsOf(bar).indexOf(event.target);
      if (place >= 0) stop = place;
      settle();
    });
    // Whoever opens a list by the keyboard goes on in it.
    bar.addEventListener("click", (event) => {
      const list = listOf(event.target);
      if (event.detail === 0 && list?.matches(":popover-open")) [...list.querySelectorAll("button")].find(isShown)?.focus();
    });
    bar.querySelectorAll("[popover]").forEach((list) => list.addEventListener("toggle", settle));
    editor.on("transaction", settle);
    settle();
  };

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const find = () => {
      const bar = textarea.closest(".prose-editor")?.querySelector(".prose-menubar");
      if (bar?.childElementCount) equip(editor, bar);
      return bar;
    };
    // The buttons are drawn a moment after the text.
    if (!find()) editor.on("create", find);
  });
}
