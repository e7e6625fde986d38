// What is pasted from Word, Google Docs or a page of the web is put in order by the desk before it stands in the text. If
// the desk does not answer, the editor takes what it understands by itself.
import { Extension, Plugin, crel, pm } from "django-prose-editor/editor";

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

const inOrder = async (html) => {
  const address = document.querySelector("meta[name=pasted]").content;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ html }), headers: { "X-CSRFToken": token } });
    return await answer.json();
  } catch {
    return { html: html.replace(/\sstyle=("[^"]*"|'[^']*')/gi, ""), said: LOST };
  }
};

// The places at which answers are awaited, which move with what is typed meanwhile.
const places = new pm.state.PluginKey("pastes");
let last = Promise.resolve();

const put = async (view, place, answer) => {
  const { html, said } = await answer;
  if (view.isDestroyed) return;
  const { state } = view;
  const bookmark = places.getState(state).get(place);
  view.dispatch(state.tr.setSelection(bookmark.resolve(state.doc)).setMeta(places, { done: place }));
  view.pasteHTML(html);
  told(view, said);
};

export const OfficePaste = Extension.create({
  name: "officePaste",

  addProseMirrorPlugins: () => [
    new Plugin({
      key: places,
      state: {
        init: () => new Map(),
        apply: (change, known) => {
          const { place, bookmark, done } = change.getMeta(places) ?? {};
          const moved = new Map([...known].map(([one, at]) => [one, at.map(change.mapping)]));
          if (place) moved.set(place, bookmark);
          moved.delete(done);
          return moved;
        },
      },
      props: {
        // Before the editor itself looks at it: there, styles offend against our Content-Security-Policy.
        handleDOMEvents: {
          paste: (view, event) => {
            const html = event.clipboardData?.getData("text/html");
            const isWordsAlone = view.state.selection.$from.parent.type.spec.code || event.target.closest(".note-field");
            // What comes from an editor of ours is in order.
            if (!html || html.includes("data-pm-slice") || isWordsAlone) return false;
            event.preventDefault();
            const place = Symbol("paste");
            const bookmark = view.state.selection.getBookmark();
            view.dispatch(view.state.tr.setMeta(places, { place, bookmark }));
            const answer = inOrder(html);
            // One after the other, in the order in which they were pasted.
            last = last.then(() => put(view, place, answer));
            return true;
          },
        },
      },
    }),
  ],
});
