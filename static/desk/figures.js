// Pictures in a text: chosen, dropped or pasted, uploaded at once, and standing there with their caption, with words for
// those who cannot see them and with the name of who made them.
import { Node, Plugin, crel, pm } from "django-prose-editor/editor";

const NAME = "picture";
const KINDS = ["image/png", "image/jpeg", "image/webp"];
const NO_ANSWER = "The picture was not uploaded: the desk did not answer. Try again in a moment.";

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
    const answer = await fetch(address(), { method: "POST", body, headers: { "X-CSRFToken": token } });
    return await answer.json();
  } catch {
    return { said: NO_ANSWER };
  }
};

// What is on its way, and what came of it: {number: sentence}. It is no part of the text.
const underWay = new Map();
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

const give = (view, upload, attributes) => {
  const place = view.isDestroyed ? null : placeOf(view.state, upload);
  if (place === null) return;
  const { attrs } = view.state.doc.nodeAt(place);
  view.dispatch(view.state.tr.setNodeMarkup(place, null, { ...attrs, ...attributes }).setMeta("addToHistory", false));
};

const upload = async (view, file, number, replaces) => {
  const { key, said } = await send(file, replaces);
  if (key) underWay.delete(number);
  else underWay.set(number, said ?? NO_ANSWER);
  give(view, number, key ? { key, upload: null } : {});
};

const announce = (file) => {
  last += 1;
  underWay.set(last, `Uploading ${file.name || "the picture"}…`);
  return last;
};

const insert = (view, files, place = null) => {
  for (const file of files) {
    const number = announce(file);
    const node = view.state.schema.nodes[NAME].create({ upload: number });
    const { tr } = view.state;
    view.dispatch(place === null ? tr.replaceSelectionWith(node) : tr.insert(place, node));
    upload(view, file, number);
    focusOn(view, number);
  }
};

const focusOn = (view, number) => {
  const place = placeOf(view.state, number);
  if (place !== null) view.nodeDOM(place)?.picture?.alternative.focus();
};

const field = (label, help, input) => {
  const frame = crel("label", {}, [crel("span", { className: "picture-label", textContent: label }), input]);
  if (help) frame.append(crel("span", { className: "picture-help", textContent: help }));
  return frame;
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
    this.status = crel("p", { className: "picture-status" });
    this.status.setAttribute("role", "status");
    this.contentDOM = crel("figcaption");
    this.alternative = crel("textarea", { rows: 2 });
    this.credit = crel("input", { type: "text", autocomplete: "off" });
    this.alternative.addEventListener("input", () => this.set("alt", this.alternative.value));
    this.credit.addEventListener("input", () => this.set("credit", this.credit.value));
    this.credit.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    const frame = crel("div", { className: "picture-fields" }, [
      field("What it shows", "For readers who cannot see it: the point of the picture, in a sentence or two.", this.alternative),
      field("Who made it", "Such as “Photo: Amina Diallo”.", this.credit),
      crel("p", { className: "picture-buttons" }, [
        button("Another picture…", () => this.replace()),
        button("Take it out", () => this.takeOut()),
      ]),
    ]);
    this.picture = crel("div", { className: "picture-shown" }, [this.image, this.status]);
    this.picture.contentEditable = frame.contentEditable = "false";
    this.dom = crel("figure", { className: "picture" }, [this.picture, this.contentDOM, frame]);
    this.dom.picture = this;
    this.frame = frame;
    this.update(node);
  }

  update(node) {
    if (node.type.name !== NAME) return false;
    const { key, alt, credit, upload: number } = node.attrs;
    const shown = key ? `${address()}${key}-480.webp` : "";
    if (shown && this.image.getAttribute("src") !== shown) this.image.src = shown;
    this.image.hidden = !key;
    const words = number === null ? "" : (underWay.get(number) ?? "This picture was not uploaded. Choose it again.");
    if (this.status.textContent !== words) this.status.textContent = words;
    if (this.alternative.value !== alt) this.alternative.value = alt;
    if (this.credit.value !== credit) this.credit.value = credit;
    this.contentDOM.classList.toggle("is-empty", !node.content.size);
    return true;
  }

  set(name, value) {
    this.view.dispatch(this.view.state.tr.setNodeAttribute(this.getPos(), name, value));
  }

  // Its words stay; the address of the one before leads to the new one.
  replace() {
    choose(false, ([file]) => {
      const { key } = this.view.state.doc.nodeAt(this.getPos()).attrs;
      const number = announce(file);
      this.set("upload", number);
      upload(this.view, file, number, key);
    });
  }

  takeOut() {
    const place = this.getPos();
    this.view.focus();
    this.view.dispatch(this.view.state.tr.delete(place, place + this.view.state.doc.nodeAt(place).nodeSize));
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

const filesIn = (transfer) => [...(transfer?.files ?? [])].filter((file) => KINDS.includes(file.type));

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
            if (!files.length || !takesPictures(view)) return false;
            event.preventDefault();
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
            insert(view, files, place === undefined ? null : pm.transform.dropPoint(view.state.doc, place, onePicture(view)));
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
  },
});

const onePicture = (view) => new pm.model.Slice(pm.model.Fragment.from(view.state.schema.nodes[NAME].create()), 0, 0);
