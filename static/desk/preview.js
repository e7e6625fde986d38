// A panel beside the form shows the report as readers would see it, a moment after typing stops (following.js).
"use strict";
{
  const KEPT = "preview-is-open";
  const FAILED = "The preview could not be made. What you have typed is still here: save it, and look at the preview there.";
  const FILES = "Files and pictures that you have chosen appear once they are saved.";

  const panel = document.querySelector("[data-preview]");
  const toggle = document.querySelector("[data-preview-toggle]");
  const form = document.getElementById("report_form");
  if (panel && toggle && form) {
    const stage = panel.querySelector(".preview-stage");
    const status = panel.querySelector(".preview-said");

    const holdsFiles = () => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);

    const say = (sentence) => {
      if (status.textContent !== sentence) status.textContent = sentence;
    };

    // Its links lead out of the desk, and those within the page must not lead to the form's own address.
    const equip = (page) => {
      for (const link of page.querySelectorAll("a[href]")) {
        const target = link.getAttribute("href");
        if (!target.startsWith("#")) {
          link.target = "_blank";
          link.rel = "noopener noreferrer";
          continue;
        }
        link.addEventListener("click", (event) => {
          event.preventDefault();
          page.getElementById(target.slice(1))?.scrollIntoView();
        });
      }
    };

    // The next page takes the place of the last when it is drawn, and stays where one was reading.
    const show = (html) => {
      const [last, ...others] = [...stage.querySelectorAll("iframe")];
      others.forEach((frame) => frame.remove());
      const frame = document.createElement("iframe");
      frame.title = "Preview of what is typed";
      // No scripts, and no way to the window of the desk; its own pictures need who is signed in.
      frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
      frame.srcdoc = html;
      frame.addEventListener("load", () => {
        if (!frame.isConnected) return;
        equip(frame.contentDocument);
        frame.contentWindow.scrollTo({ top: last?.contentWindow?.scrollY || 0, behavior: "instant" });
        last?.remove();
      });
      stage.append(frame);
    };

    panel.addEventListener("followed", ({ detail: { page, refused, failed } }) => {
      if (page) show(page);
      say(failed ? FAILED : refused || (holdsFiles() ? FILES : ""));
    });

    const open = (isOpen) => {
      panel.hidden = !isOpen;
      document.documentElement.classList.toggle("with-preview", isOpen);
      toggle.setAttribute("aria-expanded", isOpen);
      toggle.textContent = isOpen ? "Close preview" : "Preview";
      if (isOpen) panel.dispatchEvent(new Event("follow", { bubbles: true }));
    };

    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      open(panel.hidden);
      sessionStorage.setItem(KEPT, panel.hidden ? "" : "yes");
      if (!panel.hidden && panel.getBoundingClientRect().top > innerHeight) panel.scrollIntoView();
    });
    // After saving it is open again.
    if (sessionStorage.getItem(KEPT)) open(true);
  }
}
