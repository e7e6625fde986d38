// Pictures in a text: chosen, dropped or pasted, uploaded at once, and standing there with their caption, alternative text
// and credit.
import { Node, Plugin, crel, pm } from "django-prose-editor/editor";

const NAME = "picture";
const KINDS = ["image/png", "image/jpeg", "image/webp"];
const NO_ANSWER = "The picture was not uploaded: the desk did not answer. Try again in a moment.";
const LOST = { said: "This picture was not uploaded. Choose it again.", isRefused: true };
const GONE = "This picture is not here. Put another in its place, or take it out.";
const PAUSE = 150;
// An upload that takes longer has come to nothing.
const MOST = 10 * 60 * 1000;
const SILENT = "The desk did not answer. Try again in a moment.";

const address = () => document.querySelector("meta[name=pictures]")?.content;

// Pictures belong to reports: the texts that hang on one, such as biographies, have none.
const takesPictures = (view) => {
  const field = view.dom.closest(".prose-editor")?.querySelector("textarea");
  return Boolean(address() && field && !field.name.includes("-"));
};

const send = async (file, replaces) => {
  const body = new FormData();
  body.append("file", file);
  if (replaces) body.append("replaces", replaces);
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const how = { headers: { "X-CSRFToken": token }, signal: AbortSignal.timeout(MOST) };
    const answer = await fetch(address(), { method: "POST", body, ...how });
    return await answer.json();
  } catch {
    return { said: NO_ANSWER };
  }
};

// What is on its way, and what was refused: {number: { said, isRefused }}. It is no part of the text.
const underWay = new Map();
// What has arrived: {number: key}. A figure that was undone before and is redone after it finds its picture here.
const arrived = new Map();
let last = 0;

const choose = (isMany, then) => {
  const field = crel("input", { type: "file", accept: KINDS.join(), multiple: isMany });
  field.addEventListener("change", () => then([...field.files]));
  field.click();
};

// Its place now, whatever was typed meanwhile; nothing where it was taken out.
const placeOf = (state, upload) => {
  let found = null;
  state.doc.descendants((node, place) => {
    if (node.type.name === NAME && node.attrs.upload === upload) found = place;
    return found === null;
  });
  return found;
};

// Attribute by attribute: were the whole figure put in anew, undoing would not find what was typed in it meanwhile. That
// another picture takes the place of one is undone like what is typed.
const give = (view, upload, key) => {
  const place = view.isDestroyed ? null : placeOf(view.state, upload);
  if (place === null) return;
  const isAnother = Boolean(view.state.doc.nodeAt(place).attrs.key);
  view.dispatch(view.state.tr.setNodeAttribute(place, "upload", null).setMeta("addToHistory", false));
  view.dispatch(view.state.tr.setNodeAttribute(place, "key", key).setMeta("addToHistory", isAnother));
};

// Where the text itself does not change, the editor would draw nothing anew.
const refuse = (view, number, said) => {
  underWay.set(number, { said, isRefused: true });
  const place = view.isDestroyed ? null : placeOf(view.state, number);
  if (place !== null) view.nodeDOM(place)?.picture?.update(view.state.doc.nodeAt(place));
};

const upload = async (view, file, number, replaces) => {
  const { key, said } = await send(file, replaces);
  if (key) {
    underWay.delete(number);
    arrived.set(number, key);
    give(view, number, key);
  } else {
    refuse(view, number, said ?? NO_ANSWER);
    letGo(number);
  }
  goOn();
};

const announce = (file) => {
  last += 1;
  underWay.set(last, { said: `Uploading ${file.name || "the picture"}…`, isRefused: false });
  return last;
};

// Saving waits for pictures on their way into a text of the form, and for those that were refused: without its key, a
// picture would be left out of the text with all that is said of it.
let held = null;

const figuresOf = (part) => [...part.querySelectorAll("figure.picture")].map((figure) => figure.picture);
const isOnItsWay = ({ node: { attrs } }) => underWay.get(attrs.upload)?.isRefused === false;
const areOnTheirWay = (part) => figuresOf(part).some(isOnItsWay);

const hold = (event) => {
  const missing = figuresOf(event.target).filter((figure) => !figure.node.attrs.key || isOnItsWay(figure));
  if (!missing.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = event;
  if (missing.some(isOnItsWay)) wait();
  else stop(missing[0]);
};

const statusOf = (form) => form.querySelector("[data-typed]");

// What typing.js has to say meanwhile is said afterwards.
const wait = () => {
  const status = statusOf(held.target);
  if (!status || "meanwhile" in status.dataset) return;
  status.dataset.meanwhile = status.textContent;
  status.textContent = "Waits for a picture to be uploaded …";
};

const endWaiting = () => {
  const status = statusOf(held.target);
  if (!status || !("meanwhile" in status.dataset)) return;
  status.textContent = status.dataset.meanwhile;
  delete status.dataset.meanwhile;
};

const stop = (figure) => {
  endWaiting();
  const status = statusOf(held.target);
  if (status) status.textContent = "Nothing is saved yet: a picture was not uploaded.";
  figure.alternative.focus();
  held = null;
};

const letGo = (number) => {
  const figure = held && figuresOf(held.target).find(({ node: { attrs } }) => attrs.upload === number);
  if (figure) stop(figure);
};

const goOn = () => {
  if (!held || areOnTheirWay(held.target)) return;
  const { target, submitter } = held;
  endWaiting();
  held = null;
  target.requestSubmit(submitter);
};

document.addEventListener("submit", hold, { capture: true });
window.addEventListener("beforeunload", (event) => areOnTheirWay(document) && event.preventDefault());

// Behind what is selected, which stays.
const placeBehind = ({ selection: { $to }, schema }) => {
  for (let depth = $to.depth; depth > 0; depth--) {
    const index = $to.indexAfter(depth - 1);
    if ($to.node(depth - 1).canReplaceWith(index, index, schema.nodes[NAME])) return $to.after(depth);
  }
  return $to.pos;
};

const insert = (view, files, place = placeBehind(view.state)) => {
  const first = last + 1;
  for (const file of files) {
    const number = announce(file);
    const node = view.state.schema.nodes[NAME].create({ upload: number });
    view.dispatch(view.state.tr.insert(place, node));
    place += node.nodeSize;
    upload(view, file, number);
  }
  focusOn(view, first);
};

const focusOn = (view, number) => {
  const place = placeOf(view.state, number);
  if (place !== null) view.nodeDOM(place)?.picture?.alternative.focus();
};

// A picture that is here already, in a figure of its own; its alternative text there is still to be written.
const insertStored = (view, key) => {
  const node = view.state.schema.nodes[NAME].create({ key });
  view.dispatch(view.state.tr.insert(placeBehind(view.state), node));
  view.state.doc.descendants((one, place) => {
    if (one === node) view.nodeDOM(place).picture.alternative.focus();
  });
};

const counted = (number) => (number === 1 ? "1 picture." : `${number} pictures, the newest first.`);

const found = async (typed) => {
  try {
    const answer = await fetch(`${address()}found/?q=${encodeURIComponent(typed)}`);
    const { pictures } = await answer.json();
    return { pictures, said: pictures.length ? counted(pictures.length) : "No picture is called so." };
  } catch {
    return { pictures: [], said: SILENT };
  }
};

let dialogs = 0;

// The newest pictures that this person may use, or those of a name: each a button.
class StoredPictures {
  constructor(view) {
    this.view = view;
    this.build(`pictures-${++dialogs}`);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.look();
  }

  build(id) {
    this.field = crel("input", { id, type: "text", autocomplete: "off", spellcheck: false });
    this.list = crel("ul");
    this.said = crel("p");
    this.said.setAttribute("role", "status");
    const form = crel("form", { noValidate: true }, [
      crel("h2", { id: `${id}-title`, textContent: "A picture that is here already" }),
      crel("label", { htmlFor: id, textContent: "Words of its name" }),
      this.field,
      this.said,
      this.list,
      button("Cancel", () => this.dialog.close()),
    ]);
    this.dialog = crel("dialog", { className: "prose-editor-dialog link-dialog picture-dialog" }, [form]);
    this.dialog.setAttribute("aria-labelledby", `${id}-title`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.look();
    });
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE);
    });
    this.dialog.addEventListener("close", () => {
      clearTimeout(this.timer);
      this.dialog.remove();
      if (!this.isChosen) this.view.focus();
    });
  }

  async look() {
    clearTimeout(this.timer);
    const turn = (this.turn = Symbol("turn"));
    const { pictures, said } = await found(this.field.value.trim());
    if (turn !== this.turn) return;
    this.said.textContent = said;
    this.list.replaceChildren(...pictures.map((picture) => crel("li", {}, [this.offer(picture)])));
  }

  offer({ key, name, said }) {
    const made = button("", () => this.take(key));
    made.append(
      crel("img", { src: `${address()}${key}-480.webp`, alt: "", loading: "lazy" }),
      crel("span", { textContent: name, dir: "auto" }),
      crel("small", { textContent: said }),
    );
    return made;
  }

  take(key) {
    this.isChosen = true;
    this.dialog.close();
    insertStored(this.view, key);
  }
}

let fields = 0;

const field = (label, help, input) => {
  const id = `picture-help-${(fields += 1)}`;
  input.setAttribute("aria-describedby", id);
  return crel("div", {}, [
    crel("label", {}, [crel("span", { className: "picture-label", textContent: label }), input]),
    crel("span", { id, className: "picture-help", textContent: help }),
  ]);
};

const button = (words, then) => {
  const made = crel("button", { type: "button", textContent: words });
  made.addEventListener("click", then);
  return made;
};

class PictureView {
  constructor(node, view, getPos) {
    this.view = view;
    this.getPos = getPos;
    this.image = crel("img", { alt: "" });
    this.image.addEventListener("error", () => {
      this.gone = this.node.attrs.key;
      this.update(this.node);
    });
    this.status = crel("p", { className: "picture-status" });
    this.status.setAttribute("role", "status");
    this.contentDOM = crel("figcaption");
    this.alternative = crel("textarea", { rows: 2 });
    this.credit = crel("input", { type: "text", autocomplete: "off" });
    this.follow(this.alternative, "alt");
    this.follow(this.credit, "credit");
    this.credit.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    const frame = crel("div", { className: "picture-fields" }, [
      field("Alternative text", "What the picture shows, for readers who cannot see it: its point, in a sentence or two.", this.alternative),
      field("Credit", "Who made it: “Photo: Amina Diallo”.", this.credit),
      crel("p", { className: "picture-buttons" }, [
        button("Another picture…", () => this.replace()),
        button("Take it out", () => this.takeOut()),
      ]),
    ]);
    this.picture = crel("div", { className: "picture-shown" }, [this.image, this.status]);
    this.picture.addEventListener("click", () => this.select());
    this.picture.contentEditable = frame.contentEditable = "false";
    this.dom = crel("figure", { className: "picture" }, [this.picture, this.contentDOM, frame]);
    this.dom.picture = this;
    this.frame = frame;
    this.update(node);
  }

  update(node) {
    if (node.type.name !== NAME) return false;
    this.node = node;
    const { key, alt, credit, upload: number } = node.attrs;
    const isGone = Boolean(key) && key === this.gone;
    const shown = key ? `${address()}${key}-480.webp` : "";
    if (shown && this.image.getAttribute("src") !== shown) this.image.src = shown;
    this.image.hidden = !key || isGone;
    if (arrived.has(number)) queueMicrotask(() => give(this.view, number, arrived.get(number)));
    const { said, isRefused } = number === null ? { said: isGone ? GONE : "", isRefused: isGone } : (underWay.get(number) ?? LOST);
    if (this.status.textContent !== said) this.status.textContent = said;
    this.status.classList.toggle("is-refused", Boolean(isRefused));
    this.alternative.classList.toggle("is-missing", !alt.trim());
    if (this.alternative.value !== alt) this.alternative.value = alt;
    if (this.credit.value !== credit) this.credit.value = credit;
    this.contentDOM.classList.toggle("is-empty", !node.content.size);
    return true;
  }

  // What is typed in one go is one step for who undoes it in the text: a step for each letter would soon be all of them.
  follow(input, name) {
    let isBegun = false;
    input.addEventListener("blur", () => (isBegun = false));
    input.addEventListener("input", () => {
      this.set(name, input.value, !isBegun);
      isBegun = true;
    });
  }

  set(name, value, isStep) {
    const { tr } = this.view.state;
    this.view.dispatch(tr.setNodeAttribute(this.getPos(), name, value).setMeta("addToHistory", isStep));
  }

  // So that the keys for cutting, copying and deleting mean the picture, and no word elsewhere.
  select() {
    const { tr } = this.view.state;
    this.view.dispatch(tr.setSelection(pm.state.NodeSelection.create(tr.doc, this.getPos())));
    this.view.focus();
  }

  // Its words stay; the address of the one before leads to the new one.
  replace() {
    choose(false, ([file]) => {
      const { key } = this.view.state.doc.nodeAt(this.getPos()).attrs;
      const number = announce(file);
      this.set("upload", number, false);
      upload(this.view, file, number, key);
      // Does it still say what the picture shows?
      this.alternative.focus();
    });
  }

  takeOut() {
    const place = this.getPos();
    this.view.focus();
    this.view.dispatch(this.view.state.tr.delete(place, place + this.view.state.doc.nodeAt(place).nodeSize));
  }

  // Taken out in whatever way: nothing waits for it any more.
  destroy() {
    queueMicrotask(goOn);
  }

  selectNode() {
    this.dom.classList.add("is-chosen");
  }

  deselectNode() {
    this.dom.classList.remove("is-chosen");
  }

  stopEvent(event) {
    return this.frame.contains(event.target);
  }

  ignoreMutation({ type, target }) {
    return type !== "selection" && !this.contentDOM.contains(target);
  }
}

// What is pasted or moved into a text that takes no pictures, without them. Of one that was cut open, as by who copies from
// the middle of a caption, the words are what was meant.
const wordsOf = (fragment, openAtStart, openAtEnd) => {
  const kept = [];
  fragment.forEach((node, _, number) => {
    const start = number ? 0 : openAtStart;
    const end = number < fragment.childCount - 1 ? 0 : openAtEnd;
    if (node.type.name !== NAME) {
      const content = wordsOf(node.content, start - 1, end - 1);
      // A quotation or a cell of a picture alone is none any more.
      if (content.size || !node.content.size) kept.push(node.isText ? node : node.copy(content));
    } else if (start > 0 || end > 0) kept.push(node.type.schema.nodes.paragraph.create(null, node.content));
  });
  return pm.model.Fragment.from(kept);
};

const withoutPictures = ({ content, openStart, openEnd }) => {
  const words = wordsOf(content, openStart, openEnd);
  const most = pm.model.Slice.maxOpen(words);
  return new pm.model.Slice(words, Math.min(openStart, most.openStart), Math.min(openEnd, most.openEnd));
};

const holdsPicture = ({ content }) => {
  let found = false;
  content.descendants((node) => {
    found ||= node.type.name === NAME;
    return !found;
  });
  return found;
};

// Of every kind: what is no picture gets its sentence, as it would from the button.
const filesIn = (transfer) => [...(transfer?.files ?? [])];

export const Picture = Node.create({
  name: NAME,
  group: "block",
  content: "inline*",
  isolating: true,
  defining: true,
  draggable: true,

  addAttributes: () => ({
    key: { default: null, rendered: false },
    alt: { default: "", rendered: false },
    credit: { default: "", rendered: false },
    upload: { default: null, rendered: false },
  }),

  parseHTML: () => [
    {
      tag: "figure",
      getAttrs: (figure) => {
        const image = figure.querySelector("img[data-picture]");
        if (!image) return false;
        const credit = figure.querySelector("small")?.textContent ?? "";
        return { key: image.dataset.picture, alt: image.getAttribute("alt") ?? "", credit };
      },
      contentElement: (figure) => figure.querySelector("figcaption") ?? document.createElement("figcaption"),
    },
  ],

  // Without an address: a browser would ask for it wherever this is written.
  renderHTML: ({ node }) => {
    const { key, alt, credit } = node.attrs;
    const image = ["img", { "data-picture": key, alt }];
    return ["figure", ...(key ? [image] : []), ...(credit ? [["small", credit]] : []), ["figcaption", 0]];
  },

  addNodeView: () => ({ node, view, getPos }) => new PictureView(node, view, getPos),

  addKeyboardShortcuts() {
    return {
      Enter: () => {
        const { $from } = this.editor.state.selection;
        if ($from.parent.type.name !== NAME) return false;
        const { schema, tr } = this.editor.state;
        const after = $from.after();
        tr.insert(after, schema.nodes.paragraph.create());
        this.editor.view.dispatch(tr.setSelection(pm.state.TextSelection.create(tr.doc, after + 1)).scrollIntoView());
        return true;
      },
    };
  },

  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        transformPasted: (slice, view) => (takesPictures(view) || !holdsPicture(slice) ? slice : withoutPictures(slice)),
        handleDOMEvents: {
          // A picture that was copied as such; where words came with it, these are what was meant.
          paste: (view, event) => {
            const files = filesIn(event.clipboardData);
            if (!files.length || event.clipboardData.getData("text/plain") || !takesPictures(view)) return false;
            event.preventDefault();
            insert(view, files);
            return true;
          },
          drop: (view, event) => {
            const files = filesIn(event.dataTransfer);
            // One that is moved within a text, or from another, comes as a file too.
            const isOurs = view.dragging || event.dataTransfer.getData("text/html").includes("data-pm-slice");
            if (!files.length || isOurs) return false;
            // The browser would open the file, and leave the form.
            event.preventDefault();
            if (!takesPictures(view)) return true;
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
            const free = place === undefined ? null : pm.transform.dropPoint(view.state.doc, place, onePicture(view));
            insert(view, files, free ?? undefined);
            return true;
          },
        },
      },
    }),
  ],

  addMenuItems({ buttons, menu, editor }) {
    menu.defineItem({
      name: NAME,
      groups: "nodes",
      button: buttons.text("Picture", "Picture: choose one and upload it"),
      command: ({ view }) => choose(true, (files) => insert(view, files)),
      hidden: ({ view }) => !takesPictures(view),
    });
    menu.defineItem({
      name: "stored-picture",
      groups: "nodes",
      button: buttons.text("Stored picture", "Stored picture: one that is here already"),
      command: ({ view }) => new StoredPictures(view),
      hidden: ({ view }) => !takesPictures(view),
    });
  },
});

const onePicture = (view) => new pm.model.Slice(pm.model.Fragment.from(view.state.schema.nodes[NAME].create()), 0, 0);
