// A file is uploaded as soon as it is chosen, and the form says by a key which one it takes: no error in the form, no
// sign-in that has run out and no crash loses it. Where that fails, the form sends the file itself. A button leaves it.
"use strict";
{
  const FAILED = "It was not uploaded yet: the desk did not answer. It goes along when you save.";
  const partOf = (field, selector) => field.parentElement.querySelector(selector);

  const answerOf = (request) => {
    try {
      return JSON.parse(request.responseText);
    } catch {
      return {};
    }
  };

  const offer = (field, isChosen) => {
    const button = partOf(field, ".not-used");
    // No focus is lost with it.
    if (!isChosen && button === document.activeElement) field.focus();
    button.hidden = !isChosen;
  };

  // What stood there before stands there still; nothing of it was changed yet.
  const leave = (field) => {
    const status = partOf(field, ".uploaded");
    const stays = partOf(field, ".stored") && !partOf(field, ".clearable-file-input input")?.checked;
    const kind = field.dataset.upload;
    field.value = partOf(field, "[data-upload-key]").value = "";
    field.upload?.abort();
    status.textContent = `It is not used. ${stays ? `The stored ${kind} stays` : `No ${kind} is chosen`}.`;
    status.classList.remove("is-refused");
    offer(field, false);
  };

  const begin = (field) => {
    const [file] = field.files;
    const [key, status] = [partOf(field, "[data-upload-key]"), partOf(field, ".uploaded")];
    field.upload?.abort();
    if (!file) return;
    partOf(field, ".not-used").setAttribute("aria-label", `Do not use it: ${file.name}`);
    offer(field, true);
    // What was uploaded before is not what is wanted now.
    key.value = "";
    const request = (field.upload = new XMLHttpRequest());
    const body = new FormData();
    body.append("kind", field.dataset.upload);
    body.append("file", file);
    let told = -1;
    // Said in tenths, for those who hear the page.
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const tenth = Math.floor((10 * loaded) / total);
      if (tenth !== told) status.textContent = `Uploading ${file.name}: ${(told = tenth) * 10} %`;
    });
    request.addEventListener("loadend", () => {
      if (field.upload !== request || field.files[0] !== file) return;
      const { key: kept, said } = answerOf(request);
      status.textContent = said ?? FAILED;
      status.classList.toggle("is-refused", !kept);
      if (kept) key.value = kept;
      // What is refused would be refused again.
      if (said) field.value = "";
      offer(field, Boolean(kept || !said));
    });
    request.open("POST", document.querySelector("meta[name=uploads]").content);
    request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    request.send(body);
  };

  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[type=file][data-upload]")) begin(target);
  });
  document.addEventListener("click", ({ target }) => {
    if (target.matches(".not-used")) leave(partOf(target, "input[type=file][data-upload]"));
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("input[type=file][data-upload]").forEach((field) => {
      offer(field, Boolean(partOf(field, "[data-upload-key]").value));
    });
  });
}
