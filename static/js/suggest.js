// Shows what /suggest/ offers under a search field while somebody types. Without it the field searches, as it stands.
(function () {
  "use strict";
  const WAIT = 150;

  function prepare(form) {
    const field = form.querySelector("input[type=search]");
    const panel = document.createElement("div");
    const said = document.createElement("p");
    panel.className = "suggested";
    panel.hidden = true;
    said.className = "unseen";
    said.setAttribute("role", "status");
    form.append(panel, said);
    let timer = 0, asked = null, shownFor = "";

    function close() {
      clearTimeout(timer);
      if (asked) asked.abort();
      panel.hidden = true;
      said.textContent = "";
      shownFor = "";
    }

    function links() {
      return [...panel.querySelectorAll("a")];
    }

    async function ask() {
      const words = field.value.trim();
      if (words.length < 2) return close();
      if (words === shownFor) return;
      if (asked) asked.abort();
      asked = new AbortController();
      try {
        const address = form.dataset.suggest + "?only=list&q=" + encodeURIComponent(words);
        const answer = await fetch(address, { signal: asked.signal });
        if (!answer.ok) return close();
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        show(page.getElementById("suggestions"), words);
      } catch (error) {
        // Typing went on, or the network is away: the field searches all the same.
        if (error.name !== "AbortError") close();
      }
    }

    function show(found, words) {
      if (!found || !found.querySelector("section")) {
        close();
        said.textContent = "No suggestions.";
        return;
      }
      for (const section of found.querySelectorAll("section")) {
        const heading = section.querySelector("h2");
        const label = document.createElement("p");
        label.id = "typed-" + heading.id;
        label.className = "label";
        label.textContent = heading.textContent;
        heading.replaceWith(label);
        section.setAttribute("aria-labelledby", label.id);
      }
      panel.replaceChildren(...found.childNodes);
      panel.hidden = false;
      panel.scrollIntoView({ block: "nearest" });
      shownFor = words;
      const count = panel.querySelectorAll("li").length;
      said.textContent = count === 1 ? "1 suggestion. Press the down arrow to reach it." :
        count + " suggestions. Press the down arrow to reach them.";
    }

    function step(by) {
      const all = [field, ...links()];
      const at = all.indexOf(document.activeElement);
      all[(at + by + all.length) % all.length].focus();
    }

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    form.addEventListener("keydown", (event) => {
      // While letters are put together, as in Chinese, the arrows choose among those.
      if (panel.hidden || event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        field.focus();
        close();
      }
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) close();
    });
    // The mouse leaves the field in its place: some browsers would take the list away from under it.
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    form.addEventListener("submit", close);
    // Whoever comes back finds the page as it was at first.
    window.addEventListener("pagehide", close);
  }

  document.querySelectorAll("form[data-suggest]").forEach(prepare);
})();
