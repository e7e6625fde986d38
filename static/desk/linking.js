// The dialog for links, in place of the editor's own: one field for an address, or for words of a page of this site, which
// the desk then offers below it. The desk also says what an address means; if it does not answer, whole addresses do.
import { Link as Base, Plugin, crel, getMarkRange, pm } from "django-prose-editor/editor";

const PAUSE = 150;
const PATIENCE = 5000;
const LONGEST = 100;
const EMPTY = "Type an address, or words of a title.";
const SILENT = "The desk does not answer, so no page can be looked up. Give a whole address, such as https://example.org/.";

const counted = (number) =>
  number === 1 ? "1 page of this site. The arrow keys lead to it." : `${number} pages of this site. The arrow keys lead to them.`;

// As in text/addresses.py, for where nobody asks the desk.
const MAIL = /^[^\s@/:?#]+@[^\s@/:?#.]+(?:\.[^\s@/:?#.]+)+$/;

// What an address means where the desk does not answer; empty for words.
const completed = (typed) => {
  const own = typed.startsWith(`${location.origin}/`) ? typed.slice(location.origin.length) : typed;
  if (/^(https?:\/\/[^\s/]|mailto:[^\s@]+@[^\s@]|tel:\+?\d|\/(?!\/)|#)\S*$/i.test(own)) return own;
  if (MAIL.test(typed)) return `mailto:${typed}`;
  return /^([\p{L}\p{N}-]+\.)+\p{L}{2,}(:\d+)?([/?#]\S*)?$/u.test(typed) ? `https://${typed}` : "";
};

const ask = async (typed) => {
  const address = document.querySelector("meta[name=links]").content;
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal: AbortSignal.timeout(PATIENCE) });
    return await answer.json();
  } catch {
    return { address: completed(typed), said: SILENT, offers: [], isSilence: true };
  }
};

// The link in which the cursor or the whole selection is.
const linkAt = ({ selection, storedMarks, schema }) => {
  const { $from, to, empty } = selection;
  const type = schema.marks.link;
  if (empty && !type.isInSet(storedMarks || $from.marks())) return null;
  const range = getMarkRange($from, type);
  if (!range || range.to < to) return null;
  return { ...range, attrs: type.isInSet($from.doc.nodeAt(range.from).marks).attrs };
};

const put = ({ view, link }, attrs, words) => {
  const { tr, selection, storedMarks, schema } = view.state;
  const mark = schema.marks.link.create(attrs);
  const { from, to } = link ?? selection;
  if (from === to) {
    tr.replaceSelectionWith(schema.text(words, mark.addToSet(storedMarks || selection.$from.marks())), false);
    // What is typed next is no part of it.
    tr.removeStoredMark(mark.type);
  } else tr.removeMark(from, to, mark.type).addMark(from, to, mark);
  view.dispatch(tr.setMeta("preventAutolink", true));
};

let count = 0;

class LinkDialog {
  constructor(view) {
    const { doc, selection } = view.state;
    this.view = view;
    this.link = linkAt(view.state);
    this.asked = {};
    this.chosen = -1;
    this.build(`link-${++count}`);
    const words = doc.textBetween(selection.from, selection.to, " ").trim();
    this.field.value = this.link?.attrs.href ?? (words.length > LONGEST ? "" : words);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.field.select();
    if (this.field.value) this.look();
  }

  build(id) {
    const button = (type, words, act) => {
      const made = crel("button", { type, textContent: words });
      if (act) made.addEventListener("click", act);
      return made;
    };
    this.field = crel("input", {
      id, type: "text", autocomplete: "off", spellcheck: false, role: "combobox", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-said`,
    });
    this.list = crel("ul", { id: `${id}-list`, role: "listbox", "aria-label": "Pages of this site", hidden: true });
    this.said = crel("p", { id: `${id}-said`, role: "status" });
    const remove = this.link && button("button", "Remove link", () => this.remove());
    const form = crel("form", { noValidate: true }, [
      crel("h2", { id: `${id}-title`, textContent: this.link ? "Change the link" : "Set a link" }),
      crel("label", { htmlFor: id, textContent: "Address, or words of a title" }),
      this.field,
      this.list,
      this.said,
      crel("div", { className: "prose-editor-dialog-buttons" }, [
        button("submit", this.link ? "Change link" : "Set link"),
        ...(remove ? [remove] : []),
        button("button", "Cancel", () => this.dialog.close()),
      ]),
    ]);
    this.dialog = crel("dialog", { className: "prose-editor-dialog link-dialog", "aria-labelledby": `${id}-title` }, [form]);
    this.listen(form);
  }

  listen(form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("input", () => {
      this.say("");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE);
    });
    this.field.addEventListener("keydown", (event) => this.press(event));
    // The mouse leaves the field in its place.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const place = [...this.list.children].indexOf(event.target.closest("li"));
      if (place >= 0) this.take(this.offers[place]);
    });
    this.dialog.addEventListener("close", () => {
      clearTimeout(this.timer);
      this.dialog.remove();
      this.view.focus();
    });
  }

  press(event) {
    // While letters are put together, as in Chinese, the keys choose among those.
    if (event.isComposing || this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.chosen + step);
    else if (event.key === "Escape") this.show([]);
    else if (event.key === "Enter" && this.chosen >= 0) this.take(this.offers[this.chosen]);
    else return;
    event.preventDefault();
  }

  // One before the first and one behind the last is the field itself.
  choose(place) {
    const size = this.offers.length + 1;
    this.chosen = ((place + 1 + size) % size) - 1;
    [...this.list.children].forEach((option, number) => option.setAttribute("aria-selected", number === this.chosen));
    const option = this.list.children[this.chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  show(offers) {
    this.offers = offers;
    this.list.replaceChildren(
      ...offers.map(({ title, said, language, direction }, number) =>
        crel("li", { id: `${this.list.id}-${number}`, role: "option" }, [
          crel("span", { textContent: title, lang: language, dir: direction || "auto" }),
          crel("small", { textContent: said }),
        ]),
      ),
    );
    this.list.hidden = !offers.length;
    this.field.setAttribute("aria-expanded", Boolean(offers.length));
    this.choose(-1);
  }

  say(words, isWrong = false) {
    this.said.textContent = words;
    this.field.setAttribute("aria-invalid", isWrong);
  }

  // Asked once for what is typed, but again where there was no answer. Nothing, if something else is wanted meanwhile.
  async answer(typed) {
    clearTimeout(this.timer);
    const turn = (this.turn = Symbol("turn"));
    if (this.asked.typed !== typed) this.asked = { typed, answer: ask(typed) };
    const answer = await this.asked.answer;
    if (answer.isSilence) this.asked = {};
    return turn === this.turn && typed === this.typed && this.dialog.open ? answer : null;
  }

  get typed() {
    return this.field.value.trim();
  }

  async look() {
    const { typed } = this;
    if (!typed) return this.show([]);
    const answer = await this.answer(typed);
    if (!answer) return;
    const { offers, address } = answer;
    this.show(offers);
    if (offers.length && !address) this.say(counted(offers.length));
  }

  async submit() {
    const { typed } = this;
    if (!typed) return this.say(EMPTY, true);
    const answer = await this.answer(typed);
    if (!answer) return;
    const { address, said, offers } = answer;
    if (!address) {
      this.show(offers);
      return this.say(said, true);
    }
    this.set({ href: address, title: this.link?.attrs.title ?? null }, offers[0]?.title ?? typed);
  }

  take({ address, title }) {
    this.set({ href: address }, title);
  }

  set(attrs, words) {
    this.dialog.close();
    put(this, attrs, words);
  }

  remove() {
    const { tr, schema } = this.view.state;
    this.dialog.close();
    this.view.dispatch(tr.removeMark(this.link.from, this.link.to, schema.marks.link));
  }
}

const mayLink = (state) => pm.commands.toggleMark(state.schema.marks.link)(state);

// While a note is open, in it.
const viewOf = ({ view, state }) => view.nodeDOM(state.selection.from)?.note?.inner ?? view;

const open = (view) => {
  if (mayLink(view.state)) new LinkDialog(view);
  return true;
};

// An address that was typed becomes a link as soon as a space or a new line follows. The editor's own way to do so counts
// the letters of notes and not where these begin and end, and so links the letters beside.
const WEB = /^(?:https?:\/\/\S{3,}|www\.\S+\.\S+)$/i;

const addressOf = (word) => {
  if (MAIL.test(word)) return `mailto:${word}`;
  if (!WEB.test(word)) return null;
  return /^www/i.test(word) ? `https://${word}` : word;
};

// As long as the places in it: what is no text, such as a note, counts as so many spaces.
const textBefore = ({ parent, parentOffset }) => {
  let text = "";
  parent.forEach((node) => (text += node.isText ? node.text : " ".repeat(node.nodeSize)));
  return text.slice(0, parentOffset);
};

const linkWordBefore = (tr, $place, type) => {
  const text = textBefore($place).trimEnd();
  const typed = text.match(/\S*$/)[0].replace(/^[([{«“‘"']+/, "");
  const word = typed.replace(typed.includes("(") ? /[.,;:!?…»”’"'\]]+$/ : /[.,;:!?…»”’"'\])]+$/, "");
  const href = addressOf(word);
  const from = $place.start() + text.length - typed.length;
  const to = from + word.length;
  const { link, code } = type.schema.marks;
  if (!href || !$place.parent.type.allowsMarkType(type)) return;
  if (tr.doc.rangeHasMark(from, to, link) || tr.doc.rangeHasMark(from, to, code)) return;
  tr.addMark(from, to, type.create({ href }));
};

// [[from, to]] of what was put in, as it lies now.
const putIn = (transactions) => {
  const { maps } = new pm.transform.Mapping(transactions.flatMap(({ mapping }) => mapping.maps));
  return maps.flatMap((map, number) => {
    const after = new pm.transform.Mapping(maps.slice(number + 1));
    const ranges = [];
    map.forEach((_, __, from, to) => from < to && ranges.push([after.map(from, -1), after.map(to)]));
    return ranges;
  });
};

const linksAddresses = (type) =>
  new Plugin({
    appendTransaction: (transactions, _, { doc, tr }) => {
      if (transactions.some((one) => one.getMeta("preventAutolink") || pm.history.isHistoryTransaction(one))) return null;
      for (const [from, to] of putIn(transactions)) {
        const [$from, $to] = [doc.resolve(from), doc.resolve(to)];
        if (!$from.sameParent($to) && $from.parent.inlineContent) linkWordBefore(tr, $from, type);
        else if ($to.parent.inlineContent && /\s$/.test(textBefore($to))) linkWordBefore(tr, $to, type);
      }
      return tr.docChanged ? tr : null;
    },
  });

// The address with which a note ends, when its field is left.
const complete = (view, place) => {
  const { tr, doc, schema } = view.state;
  linkWordBefore(tr, doc.resolve(place), schema.marks.link);
  if (tr.docChanged) view.dispatch(tr);
};

export const Link = Base.extend({
  addOptions() {
    return { ...this.parent?.(), autolink: false };
  },

  addStorage: () => ({ open, complete }),

  addProseMirrorPlugins() {
    return [...(this.parent?.() ?? []), linksAddresses(this.type)];
  },

  addCommands() {
    return { ...this.parent?.(), addLink: () => ({ editor }) => open(viewOf(editor)) };
  },

  addKeyboardShortcuts: () => ({ "Mod-k": ({ editor }) => open(viewOf(editor)) }),

  addMenuItems({ menu, buttons }) {
    this.parent?.({ menu, buttons });
    menu.defineItem({
      name: "link",
      groups: "link",
      button: buttons.material("insert_link", "Link (Ctrl+K)"),
      command: (editor) => open(viewOf(editor)),
      enabled: ({ state }) => mayLink(state),
      active: (editor) => editor.isActive("link"),
    });
  },
});
