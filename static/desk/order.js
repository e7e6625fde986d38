// Rows with a place get buttons that move them up and down; the number field, which serves without this, is filled.
"use strict";
{
  const rowsOf = (group) =>
    [...group.querySelectorAll(".inline-related[id], tr.form-row[id]")].filter(
      (row) => /-\d+$/.test(row.id) && row.querySelector("input.place"),
    );
  const isChosen = (row) =>
    row.classList.contains("has_original") ||
    [...row.querySelectorAll("select.admin-autocomplete, input[type=file]")].some((field) => field.value);

  const number = (group) => {
    rowsOf(group).forEach((row, place) => {
      row.querySelector("input.place").value = isChosen(row) ? place : "";
    });
  };

  // Stored rows must come first in the numbers that the form counts by, wherever they stand on the page.
  const count = (group, prefix) => {
    const rows = rowsOf(group);
    const sorted = [...rows.filter((row) => row.classList.contains("has_original")), ...rows.filter((row) => !row.classList.contains("has_original"))];
    sorted.forEach((row, index) => {
      [row, ...row.querySelectorAll("*")].forEach((element) => {
        for (const name of ["id", "name", "for", "aria-describedby", "aria-labelledby", "list"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(new RegExp(`${prefix}-\\d+`, "g"), `${prefix}-${index}`));
        }
      });
    });
  };

  const move = (row, direction) => {
    const group = row.closest(".js-inline-admin-formset");
    const rows = rowsOf(group);
    const other = rows[rows.indexOf(row) + direction];
    if (!other) return;
    direction < 0 ? other.before(row) : other.after(row);
    number(group);
  };

  const button = (row, direction, words, sign) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "move";
    made.textContent = sign;
    made.setAttribute("aria-label", words);
    made.title = words;
    made.addEventListener("click", () => {
      move(row, direction);
      made.focus();
    });
    return made;
  };

  const equip = (row) => {
    const place = row.querySelector("input.place");
    if (!place || row.querySelector("button.move")) return;
    const buttons = document.createElement("span");
    buttons.className = "moves";
    buttons.append(button(row, -1, "Move up", "↑"), button(row, 1, "Move down", "↓"));
    place.hidden = true;
    place.after(buttons);
  };

  const groups = () => [...document.querySelectorAll(".js-inline-admin-formset")].filter((group) => group.querySelector("input.place"));

  const start = () => {
    groups().forEach((group) => rowsOf(group).forEach(equip));
    document.querySelector("form[id$=_form]")?.addEventListener("submit", () => groups().forEach(number));
  };
  document.addEventListener("formset:added", ({ target }) => {
    equip(target);
    // Not behind the bar of buttons at the foot of the window.
    target.scrollIntoView({ block: "nearest" });
  });
  // Another script has moved rows of a group.
  document.addEventListener("rows:moved", (event) => number(event.target));
  document.addEventListener("formset:removed", (event) => {
    const prefix = event.detail.formsetName;
    const group = document.getElementById(`${prefix}-group`);
    // After the stock script has numbered them as they stand on the page.
    if (group?.querySelector("input.place")) setTimeout(() => count(group, prefix));
  });
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
}
