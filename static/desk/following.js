// What stands beside the form and follows what is typed into it: one request, a moment after typing stops, for all that is
// due. An element says by `data-follows` what it wants, and by `data-fields` what it depends on where that is not
// everything; it is told by the event `followed`. The form is looked at rather than listened to: editors, pickers and
// buttons change it, each in a way of its own.
"use strict";
{
  const LOOK = 300;
  const PAUSE = 600;
  const FAILED = "This could not be renewed. What you have typed is still here: save it, and look again.";

  const form = document.getElementById("report_form");
  const address = document.querySelector("[data-address]")?.dataset.address;

  // Files stay here: the row of a new one is left out, and one that is to be replaced is shown as it is stored.
  const typed = () => {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    for (const input of form.querySelectorAll("input[type=file]")) {
      const row = input.name.replace(/-file$/, "");
      const isNew = row !== input.name && !input.closest(".has_original");
      if (input.files.length && isNew) fields.push([`${row}-DELETE`, "on"]);
    }
    return fields;
  };

  // What this element depends on, as one text; `also` is what it asks beside the form.
  const readFor = (element, fields) => {
    const names = element.dataset.fields?.split(" ");
    const own = names ? fields.filter(([field]) => names.some((name) => field === name || field.startsWith(`${name}-`))) : fields;
    return new URLSearchParams([...own, ...(element.also?.() ?? [])]).toString();
  };

  const all = () => [...document.querySelectorAll("[data-follows]")].filter((element) => !element.hidden);
  const states = new WeakMap();
  const stateOf = (element, fields) => {
    if (!states.has(element)) {
      const text = readFor(element, fields);
      // It holds what the server has put there, unless it says otherwise.
      states.set(element, { seen: text, sent: "fields" in element.dataset && !("ask" in element.dataset) ? text : null, changedAt: 0 });
    }
    return states.get(element);
  };
  const tell = (elements, detail) => elements.forEach((element) => element.dispatchEvent(new CustomEvent("followed", { detail })));

  let asking = null;
  // Once the form is on its way, what it may ask has passed: the report may be out of this person's hands by then.
  let leaving = false;
  const ask = async (elements, fields) => {
    // Who still waits for the answer before is answered by this one.
    const waiting = [...new Set([...(asking?.elements ?? []), ...elements])].filter((element) => !element.hidden);
    asking?.abort.abort();
    const mine = (asking = { abort: new AbortController(), elements: waiting });
    const body = new URLSearchParams(fields);
    for (const element of waiting) {
      stateOf(element, fields).sent = readFor(element, fields);
      body.append("wants", element.dataset.follows);
      for (const [name, value] of element.also?.() ?? []) body.append(name, value);
    }
    let answer;
    try {
      answer = await (await fetch(address, { method: "POST", body, signal: mine.abort.signal })).json();
    } catch (error) {
      answer = error.name === "AbortError" ? null : { failed: FAILED };
    }
    if (mine !== asking) return;
    asking = null;
    if (answer) tell(waiting, answer);
  };

  const look = (atOnce = false) => {
    const elements = all();
    if (leaving || !elements.length) return;
    const [fields, now] = [typed(), Date.now()];
    const due = elements.filter((element) => {
      const [state, text] = [stateOf(element, fields), readFor(element, fields)];
      if (text !== state.seen) [state.seen, state.changedAt] = [text, now];
      return text !== state.sent && (atOnce || now - state.changedAt >= PAUSE);
    });
    if (due.length) ask(due, fields);
  };

  if (form && address) {
    all().forEach((element) => stateOf(element, typed()));
    setInterval(look, LOOK);
    window.addEventListener("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return;
      leaving = true;
      asking?.abort.abort();
    });
    // Whoever goes back finds the form as it was.
    window.addEventListener("pageshow", () => (leaving = false));
    // A button was pressed, or an element has come into sight: nobody is typing.
    document.addEventListener("follow", (event) => {
      if (event.target.dataset?.follows) states.delete(event.target);
      look(true);
    });
  }
}
