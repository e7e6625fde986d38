// Keeps what is typed into the form on the server until it is saved, says so beside the buttons, and warns whoever
// leaves before it is kept. The form is read once a second: editors, pickers and moved rows tell of their changes each in
// a way of its own, or not at all.
"use strict";
{
  const PAUSE = 2000; // since the last change
  const AT_LONGEST = 10000; // while typing goes on, and between attempts that fail
  const LAST_MOMENT = 60000; // bytes: what a browser sends on behalf of a page that has gone
  const SAVING = 60000; // a save that takes longer has been stopped by hand
  const SIGNED_OUT = "Not kept: you have been signed out. Press Save; you can sign in again, and nothing is lost.";
  const REFUSED = "Not kept: you cannot edit this report any more. Press Save: what you typed is then shown, so that you can copy it.";

  const read = (form) => {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name.includes("__prefix__")) continue;
      if (form.elements[name]?.type === "password") continue;
      if (typeof value === "string") values.append(name, value);
      else if (value.name) values.append("chosen_files", value.name);
    }
    return values.toString();
  };

  // What the server says to an attempt: { kept: … } or { said: … }.
  const answerTo = async (response) => {
    if (response.type === "opaqueredirect") return { said: SIGNED_OUT };
    if (response.headers.get("Content-Type") === "application/json") {
      const { kept, said } = await response.json();
      return response.ok ? { kept } : { said: `Not kept: ${said}` };
    }
    return { said: response.status === 403 ? REFUSED : "Not kept: the site has not answered as it should." };
  };

  const watch = (form, status) => {
    const nothing = () => new URLSearchParams({ typed: form.elements.typed.value, nothing: "1" }).toString();
    // What the form opened with: what stands; or what was typed before, which is kept; or what was refused just now.
    const opened = read(form);
    const stands = status.dataset.opened === "standing" ? opened : null;
    let kept = status.dataset.opened === "refused" ? null : opened;
    let [last, saving, failed, attempt] = [opened, false, false, null];
    let [changedAt, waitsSince, triedAt] = [0, 0, 0];

    // Read out where it says something new, which is once a minute at most.
    const say = (words) => {
      // While saving waits for a picture, figures.js says so.
      if ("meanwhile" in status.dataset) status.dataset.meanwhile = words;
      else if (status.textContent !== words) status.textContent = words;
    };

    const send = async (text, keepalive = false) => {
      attempt?.abort();
      const mine = (attempt = new AbortController());
      const giveUp = setTimeout(() => mine.abort(), 2 * AT_LONGEST);
      triedAt = Date.now();
      try {
        const response = await fetch(status.dataset.typed, {
          method: "POST",
          body: text === stands ? nothing() : text,
          headers: {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
          },
          redirect: "manual",
          keepalive,
          signal: mine.signal,
        });
        const answer = await answerTo(response);
        failed = "said" in answer;
        if (!failed) kept = text;
        say(failed ? answer.said : answer.kept);
      } catch {
        if (mine !== attempt || saving) return;
        failed = true;
        say("Not kept: no connection.");
      } finally {
        clearTimeout(giveUp);
        if (mine === attempt) attempt = null;
      }
    };

    const look = () => {
      const [text, now] = [read(form), Date.now()];
      if (text !== last) [last, changedAt] = [text, now];
      if (text === kept) waitsSince = 0;
      else waitsSince ||= now;
      if (text === kept || saving || attempt) return;
      const isDue = now - changedAt >= PAUSE || now - waitsSince >= AT_LONGEST;
      if (failed ? now - triedAt >= AT_LONGEST : isDue) send(text);
    };

    const atTheLastMoment = () => {
      const text = read(form);
      if (text !== kept && !saving) send(text, text.length < LAST_MOMENT);
    };

    setInterval(look, 1000);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && atTheLastMoment());
    window.addEventListener("pagehide", atTheLastMoment);
    window.addEventListener("beforeunload", (event) => {
      if (!saving && read(form) !== kept) event.preventDefault();
    });
    form.addEventListener("submit", () => {
      saving = true;
      attempt?.abort();
      setTimeout(() => (saving = false), SAVING);
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) saving = false;
    });
  };

  const start = () => {
    const status = document.querySelector("[data-typed]");
    if (status?.closest("form")) watch(status.closest("form"), status);
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
}
