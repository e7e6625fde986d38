// The language of a quotation, or of words within a text, where it is not the text's own. The desk knows languages by their
// names and tags; what is stored is the tag.
import { Extension, Mark, crel } from "django-prose-editor/editor";

const WORDS = "foreignWords";
const TITLE = "Language of a quotation, or of the words that are selected";
const SILENT = "The desk did not answer. Try again in a moment.";

const ask = async (words) => {
  const address = document.querySelector("meta[name=languages]").content;
  const answer = await fetch(words === undefined ? address : `${address}?${new URLSearchParams({ words })}`);
  return answer.json();
};

let names;
const knownNames = async () => {
  names ??= await ask().then(({ names }) => names, () => undefined);
  return names ?? {};
};

// What the button is about: a quotation, when the cursor is in one or all of its words are selected; else words.
const quotationAt = ($place) => {
  for (let depth = $place.depth; depth > 0; depth--) {
    if ($place.node(depth).type.name === "blockquote") return { node: $place.node(depth), at: $place.before(depth) };
  }
  return null;
};

const isWhole = (quotation, { $from, $to, empty }) =>
  quotation && !empty && (!$from.sameParent($to) || quotation.node.textContent === $from.doc.textBetween($from.pos, $to.pos));

const aim = ({ state }) => {
  const { selection, schema, storedMarks } = state;
  const { $from, $to, empty } = selection;
  const type = schema.marks[WORDS];
  const quotation = quotationAt($from);
  const marks = (empty && (storedMarks ?? $from.marks())) || [];
  const own = type.isInSet(marks);
  if (quotation && !own && (empty || isWhole(quotation, selection))) return { quotation, lang: quotation.node.attrs.lang };
  if (empty && own) return { lang: own.attrs.lang };
  if (empty || $from.parent.type.spec.code || !$from.parent.inlineContent) return null;
  const [first] = $from.parent === $to.parent ? marksBetween(state, $from.pos, $to.pos, type) : [];
  return { lang: first?.attrs.lang ?? null };
};

const marksBetween = (state, from, to, type) => {
  const found = [];
  state.doc.nodesBetween(from, to, (node) => found.push(type.isInSet(node.marks)));
  return found.filter(Boolean);
};

const give = (editor, lang) => {
  const target = aim(editor);
  const chain = editor.chain().focus();
  if (target?.quotation) {
    const { node, at } = target.quotation;
    chain.command(({ tr }) => tr.setNodeMarkup(at, null, { ...node.attrs, lang })).run();
  } else if (target) {
    // The cursor alone means all the words that are marked around it.
    const there = editor.state.selection.empty ? chain.extendMarkRange(WORDS) : chain;
    (lang ? there.setMark(WORDS, { lang }) : there.unsetMark(WORDS)).run();
  }
};

const openDialog = (editor) => {
  const { quotation, lang } = aim(editor);
  const list = crel("datalist", { id: "known-languages" });
  const help = crel("p", { className: "prose-editor-help", id: "language-help", textContent: "A name such as French, or a tag such as pt-BR." });
  const fault = crel("p", { className: "language-fault", role: "alert" });
  const field = crel("input", { id: "language-typed", type: "text", value: lang ?? "", required: true, autocomplete: "off" });
  field.setAttribute("list", list.id);
  field.setAttribute("aria-describedby", help.id);
  const words = quotation ? "Language of the quotation" : "Language of these words";
  const none = crel("button", { type: "button", textContent: "As the rest", hidden: !lang });
  const cancel = crel("button", { type: "button", textContent: "Cancel" });
  const form = crel("form", {}, [
    crel("div", { className: "prose-editor-dialog-field" }, [crel("label", { htmlFor: field.id, textContent: words }), field, list, help, fault]),
    crel("div", { className: "prose-editor-dialog-buttons" }, [crel("button", { type: "submit", textContent: "Set" }), none, cancel]),
  ]);
  const dialog = crel("dialog", { className: "prose-editor-dialog", "aria-label": words }, [form]);

  const finish = (lang) => {
    dialog.close();
    give(editor, lang);
  };
  const suggest = (names) => {
    list.append(...Object.keys(names).map((value) => crel("option", { value })));
    const name = Object.keys(names).find((name) => names[name] === lang);
    if (name && field.value === lang) field.value = name;
  };
  const refuse = (words) => {
    fault.textContent = words;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { tag, said } = await ask(field.value).catch(() => ({ said: SILENT }));
    // Who has closed the dialog meanwhile wants none.
    if (!dialog.open) return;
    tag ? finish(tag) : refuse(said);
  });
  none.addEventListener("click", () => finish(null));
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    editor.view.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  field.select();
  knownNames().then(suggest);
};

const ForeignWords = Mark.create({
  name: WORDS,
  // Around bold and italic, within a link: as text/nesting.py writes them.
  priority: 500,
  addAttributes: () => ({ lang: { default: null } }),
  parseHTML: () => [{ tag: "span[lang]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

export const OtherLanguage = Extension.create({
  name: "otherLanguage",
  addExtensions: () => [ForeignWords],
  addGlobalAttributes: () => [{ types: ["blockquote"], attributes: { lang: { default: null } } }],

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "otherLanguage",
      groups: "nodes",
      button: buttons.text("Language", TITLE),
      command: openDialog,
      enabled: (editor) => aim(editor) !== null,
      active: (editor) => Boolean(aim(editor)?.lang),
    });
  },
});
