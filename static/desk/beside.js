// The list of reports that will stand beside this one: it is renewed as the form changes (following.js), and its buttons
// fill the rows further down, in which pins and exclusions are kept and can be typed as well.
"use strict";
{
  const TYPED = "This is how it will be with what is typed now.";
  const panel = document.getElementById("beside");
  const group = document.getElementById("related_entries-group");

  const rows = () => [...group.querySelectorAll("tr.form-row[id]")].filter((row) => /-\d+$/.test(row.id));
  const field = (row, name) => row.querySelector(`select[name$="-${name}"]`);
  const rowOf = (key, ...origins) =>
    rows().find((row) => field(row, "related")?.value === key && origins.includes(field(row, "origin")?.value));

  const choose = (select, value, words) => {
    if (words && ![...select.options].some((option) => option.value === value)) select.append(new Option(words, value));
    select.value = value;
    // Autocomplete fields draw themselves anew when they are told so in their own way.
    django.jQuery(select).trigger("change");
  };
  const decide = (key, words, origin) => {
    let row = rowOf(key, "pinned", "excluded");
    if (!row) {
      group.querySelector(".add-row a").click();
      row = rows().at(-1);
      choose(field(row, "related"), key, words);
    }
    choose(field(row, "origin"), origin);
  };
  const undo = (key, origin) => rowOf(key, origin)?.querySelector(".inline-deletelink")?.click();

  // Past the entry that is next in the list: rows of another kind may lie between.
  const move = (entry, direction) => {
    const next = direction < 0 ? entry.previousElementSibling : entry.nextElementSibling;
    if (!next?.hasAttribute("data-pinned")) return;
    const [row, other] = [entry, next].map((one) => rowOf(one.dataset.report, "pinned"));
    const place = direction < 0 ? "before" : "after";
    other[place](row);
    next[place](entry);
    group.dispatchEvent(new Event("rows:moved", { bubbles: true }));
  };

  const ACTS = {
    pin: (entry, key, words) => decide(key, words, "pinned"),
    exclude: (entry, key, words) => decide(key, words, "excluded"),
    unpin: (entry, key) => undo(key, "pinned"),
    allow: (entry, key) => undo(key, "excluded"),
    up: (entry) => move(entry, -1),
    down: (entry) => move(entry, 1),
  };
  const BACK = { pin: "unpin", unpin: "pin", exclude: "allow", allow: "exclude", up: "down", down: "up" };
  const DONE = {
    pin: "is pinned", exclude: "is excluded", unpin: "is no longer pinned", allow: "is no longer excluded",
    up: "is moved up", down: "is moved down",
  };

  const equip = () => {
    const list = panel.querySelector(".beside-list");
    const why = panel.querySelector(".why");
    const picker = why?.querySelector("select");
    const status = panel.querySelector(".beside-said");
    let [last, said] = [null, ""];

    const say = (sentence) => {
      if (status.textContent !== sentence) status.textContent = sentence;
    };
    const show = () => list.querySelectorAll(".acts").forEach((acts) => (acts.hidden = false));

    // Where the hands were: on the same button, or on that which takes back what it did.
    const focusAgain = () => {
      const entry = list.querySelector(`[data-report="${CSS.escape(last?.key ?? "")}"]`);
      const button = (act) => entry?.querySelector(`button[data-act="${act}"]:not(:disabled)`);
      const found = last?.act ? button(last.act) ?? button(BACK[last.act]) : entry?.querySelector("a");
      (found ?? panel.querySelector("h2")).focus({ preventScroll: true });
    };

    list.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-act]");
      if (!button) return;
      const entry = button.closest("[data-report]");
      const { report: key, label } = entry.dataset;
      last = { key, act: button.dataset.act };
      ACTS[last.act](entry, key, label);
      button.focus();
      said = `“${entry.querySelector("a").textContent}” ${DONE[last.act]}. Nothing is saved yet.`;
      button.dispatchEvent(new Event("follow", { bubbles: true }));
    });
    list.addEventListener("focusin", ({ target }) => {
      const key = target.closest("[data-report]")?.dataset.report;
      if (key) last = { key, act: target.dataset.act };
    });

    panel.addEventListener("followed", ({ detail }) => {
      if (detail.beside) {
        const hadFocus = list.contains(document.activeElement);
        list.innerHTML = detail.beside;
        show();
        if (hadFocus) focusAgain();
      }
      const answer = detail.why ?? "";
      const place = panel.querySelector(".why-said");
      if (place.textContent !== answer) place.textContent = answer;
      say(detail.failed || detail.refused || said || TYPED);
      said = "";
    });

    // A question is sent with what is typed, and is none of it.
    panel.also = () => (picker?.value ? [["why", picker.value]] : []);
    if (why) why.hidden = false;
    show();
  };

  // After the script that adds and takes away rows.
  if (panel && group) django.jQuery(equip);
}
