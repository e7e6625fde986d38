// The checks before publishing follow what is typed.
"use strict";
{
  const panel = document.getElementById("checks");
  panel?.addEventListener("followed", ({ detail }) => {
    if (detail.checks) panel.querySelector(".checks-list").innerHTML = detail.checks;
    const status = panel.querySelector(".checks-said");
    const said = detail.failed || detail.refused || "";
    if (status.textContent !== said) status.textContent = said;
  });
}
