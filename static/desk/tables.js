// Which cells of a table head the others: its first row, its first column, or both. And the end of a text that ends in a
// table, which the browser takes for the paragraph before it: there is no place for words behind one until they are typed.
import { Extension, pm, updateAttrsDialog } from "django-prose-editor/editor";

const { Selection } = pm.state;

const tableAt = ({ state: { selection: { $from } } }) => {
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === "table") return $from.node(depth);
  }
  return null;
};

const all = (node, test) => {
  let holds = node.childCount > 0;
  node.forEach((child) => (holds &&= test(child)));
  return holds;
};

const isHeader = (cell) => cell?.type.name === "tableHeader";
const isHeaderRow = (table) => all(table.firstChild, isHeader);
const isHeaderColumn = (table) => all(table, (row) => isHeader(row.firstChild));

const count = (title) => ({ type: "number", format: "number", title, min: "1", max: "100" });

const ask = updateAttrsDialog(
  { rows: count("Rows"), cols: count("Columns"), head: { title: "Header row", enum: ["Yes", "No"] } },
  { title: "Insert a table", submitText: "Insert table" },
);

const toEnd = ({ editor: { state, view } }) => {
  const { doc, tr } = state;
  const behind = { type: "gapcursor", pos: doc.content.size };
  const end = doc.lastChild.type.name === "table" ? Selection.fromJSON(doc, behind) : Selection.atEnd(doc);
  view.dispatch(tr.setSelection(end).scrollIntoView());
  return true;
};

export const HeaderCells = Extension.create({
  name: "headerCells",

  addCommands: () => ({
    // In place of the editor's own, which makes a table without heads unless one asks for them.
    insertTableWithOptions:
      () =>
      ({ editor }) => {
        ask(editor, { rows: "3", cols: "3", head: "Yes" }).then((asked) => {
          if (!asked) return;
          const [rows, cols] = [Number.parseInt(asked.rows, 10) || 3, Number.parseInt(asked.cols, 10) || 3];
          editor.chain().focus().insertTable({ rows, cols, withHeaderRow: asked.head === "Yes" }).run();
        });
        return true;
      },
  }),

  addKeyboardShortcuts: () => ({ "Mod-End": toEnd, "Meta-ArrowDown": toEnd }),

  addMenuItems({ buttons, menu }) {
    const define = (name, words, command, is) =>
      menu.defineItem({
        name,
        groups: "table",
        button: buttons.text(words, `${words}: its cells head the others`),
        command: (editor) => editor.chain().focus()[command]().run(),
        hidden: (editor) => !tableAt(editor),
        active: (editor) => Boolean(tableAt(editor)) && is(tableAt(editor)),
      });
    define("table:headerRow", "Header row", "toggleHeaderRow", isHeaderRow);
    define("table:headerColumn", "Header column", "toggleHeaderColumn", isHeaderColumn);
  },
});
