// Notes in a text: a number where the note stands, and below it a field for its words while the number is chosen. What is
// typed there is part of the text itself: of its saving, its undoing and its history.
import { Node, crel, pm } from "django-prose-editor/editor";

const { EditorView } = pm.view;
const { EditorState, NodeSelection, TextSelection } = pm.state;
const NAME = "footNote";
const TITLE = "Note (Ctrl+Alt+F)";

class NoteView {
  constructor(node, outer, getPos) {
    this.outer = outer;
    this.getPos = getPos;
    // The style sheet counts.
    this.number = crel("span", { className: "note-number" });
    this.number.setAttribute("role", "button");
    this.dom = crel("foot-note", {}, [this.number]);
    this.dom.note = this;
    this.dom.addEventListener("click", () => this.focus());
    this.update(node);
  }

  update(node) {
    if (node.type.name !== NAME) return false;
    this.node = node;
    const words = node.textContent;
    this.number.setAttribute("aria-label", words ? `Note: ${words}` : "An empty note");
    this.number.title = words || "This note is empty. Choose it and write.";
    this.dom.classList.toggle("is-empty", !words);
    if (this.inner) this.takeOver(node);
    return true;
  }

  // What has changed outside: by undoing, or by a version that was taken over.
  takeOver(node) {
    const { state } = this.inner;
    const start = node.content.findDiffStart(state.doc.content);
    if (start === null) return;
    const { a, b } = node.content.findDiffEnd(state.doc.content);
    const overlap = Math.max(start - Math.min(a, b), 0);
    const change = state.tr.replace(start, b + overlap, node.slice(start, a + overlap));
    this.inner.dispatch(change.setMeta("from outside", true));
  }

  selectNode() {
    this.dom.classList.add("is-open");
    this.number.setAttribute("aria-expanded", "true");
    if (!this.inner) this.open();
  }

  deselectNode() {
    this.dom.classList.remove("is-open");
    this.number.setAttribute("aria-expanded", "false");
    this.close();
  }

  open() {
    const field = crel("span", { className: "note-field" });
    this.dom.append(field);
    this.inner = new EditorView(field, {
      state: EditorState.create({
        doc: this.node,
        plugins: [pm.keymap.keymap(this.keys()), pm.keymap.keymap(pm.commands.baseKeymap)],
      }),
      attributes: { class: "note-words", role: "textbox", "aria-multiline": "true", "aria-label": "Words of the note" },
      dispatchTransaction: (change) => this.pass(change),
    });
  }

  close() {
    this.inner?.destroy();
    this.inner = null;
    this.dom.querySelector(".note-field")?.remove();
  }

  focus() {
    if (!this.inner || this.inner.hasFocus()) return;
    const { state } = this.inner;
    this.inner.focus();
    this.inner.dispatch(state.tr.setSelection(TextSelection.atEnd(state.doc)));
  }

  leave() {
    this.outer.dom.editor.storage.link.complete(this.outer, this.getPos() + 1 + this.node.content.size);
    const place = this.getPos() + this.node.nodeSize;
    this.outer.focus();
    this.outer.dispatch(this.outer.state.tr.setSelection(TextSelection.create(this.outer.state.doc, place)));
    return true;
  }

  keys() {
    const { marks, nodes } = this.outer.state.schema;
    const outside = (command) => () => command(this.outer.state, this.outer.dispatch);
    return {
      Escape: () => this.leave(),
      Enter: () => this.leave(),
      "Shift-Enter": (state, dispatch) => {
        dispatch(state.tr.replaceSelectionWith(nodes.hardBreak.create()));
        return true;
      },
      "Mod-b": pm.commands.toggleMark(marks.bold),
      "Mod-i": pm.commands.toggleMark(marks.italic),
      "Mod-k": () => this.outer.dom.editor.storage.link.open(this.inner),
      "Mod-z": outside(pm.history.undo),
      "Mod-y": outside(pm.history.redo),
      "Shift-Mod-z": outside(pm.history.redo),
    };
  }

  // What changes in the field changes in the text, at its place there.
  pass(change) {
    const { state, transactions } = this.inner.state.applyTransaction(change);
    this.inner.updateState(state);
    if (change.getMeta("from outside")) return;
    const outer = this.outer.state.tr;
    const moved = pm.transform.StepMap.offset(this.getPos() + 1);
    transactions.forEach(({ steps }) => steps.forEach((step) => outer.step(step.map(moved))));
    if (outer.docChanged) this.outer.dispatch(outer);
  }

  stopEvent(event) {
    return Boolean(this.inner?.dom.contains(event.target));
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.close();
  }
}

const chosen = ({ state, view }) =>
  state.selection instanceof NodeSelection && state.selection.node.type.name === NAME
    ? view.nodeDOM(state.selection.from).note
    : null;

export const FootNote = Node.create({
  name: NAME,
  group: "inline",
  content: "(text|hardBreak)*",
  marks: "bold italic link subscript superscript code foreignWords",
  inline: true,
  // The cursor passes it in one step.
  atom: true,

  parseHTML: () => [{ tag: "foot-note" }],
  renderHTML: () => ["foot-note", 0],
  addNodeView: () => ({ node, view, getPos }) => new NoteView(node, view, getPos),

  addCommands: () => ({
    // What is selected becomes the words of the note.
    addNote:
      () =>
      ({ state, tr, dispatch }) => {
        const { $from, $to } = state.selection;
        const type = state.schema.nodes[NAME];
        if (!$from.sameParent($to) || !$from.parent.type.contentMatch.matchType(type)) return false;
        const words = $from.parent.slice($from.parentOffset, $to.parentOffset).content;
        if (dispatch) {
          tr.replaceRangeWith($from.pos, $to.pos, type.create(null, type.validContent(words) ? words : null));
          tr.setSelection(NodeSelection.create(tr.doc, $from.pos));
        }
        return type.validContent(words);
      },
  }),

  addKeyboardShortcuts() {
    const enter = () => {
      chosen(this.editor)?.focus();
      return Boolean(chosen(this.editor));
    };
    return {
      "Mod-Alt-f": () => this.editor.commands.addNote() && enter(),
      Enter: enter,
    };
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: NAME,
      groups: "nodes",
      button: buttons.text("Note", TITLE),
      command: (editor) => {
        editor.chain().focus().addNote().run();
        chosen(editor)?.focus();
      },
      enabled: (editor) => editor.can().addNote(),
      active: (editor) => editor.isActive(NAME),
    });
  },
});
