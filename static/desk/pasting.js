// What is pasted from Word, Google Docs or a page of the web is put in order by the desk before it stands in the text. If
// the desk does not answer, the editor takes what it understands by itself.
import { Extension, Plugin, crel } from "django-prose-editor/editor";

const LOST = "The desk did not answer, so this was pasted without its help: look at its lists and footnotes.";

// A screen reader says what changes in a line that it knows already.
const told = (view, words) => {
  const frame = view.dom.closest(".prose-editor");
  let line = frame.querySelector(".pasted");
  if (!line) {
    line = crel("p", { className: "pasted" });
    line.setAttribute("role", "status");
    frame.append(line);
  }
  setTimeout(() => (line.textContent = words), 50);
};

const put = async (view, html) => {
  const address = document.querySelector("meta[name=pasted]").content;
  const body = new URLSearchParams({ html });
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const { html: ordered, said } = await answer.json();
    view.pasteHTML(ordered);
    told(view, said);
  } catch {
    view.pasteHTML(html.replace(/\sstyle=("[^"]*"|'[^']*')/gi, ""));
    told(view, LOST);
  }
};

export const OfficePaste = Extension.create({
  name: "officePaste",

  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        // Before the editor itself looks at it: there, styles offend against our Content-Security-Policy.
        handleDOMEvents: {
          paste: (view, event) => {
            const html = event.clipboardData?.getData("text/html");
            // What comes from an editor of ours is in order; within a note there is nothing to put in order.
            if (!html || html.includes("data-pm-slice") || event.target.closest(".note-field")) return false;
            event.preventDefault();
            put(view, html);
            return true;
          },
        },
      },
    }),
  ],
});
