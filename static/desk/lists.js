// Items of lists that begin with no words: with a list, a picture, a quotation. The editor wants a paragraph there, and would
// tear such an item apart as it reads it. So it finds an empty one, which is never stored.
import { ListItem as Base } from "django-prose-editor/editor";

const BLOCKS = "ul, ol, blockquote, pre, table, figure, hr, h1, h2, h3, h4, h5, h6";

const isSaying = (node) => node.nodeType === Node.ELEMENT_NODE || (node.nodeType === Node.TEXT_NODE && node.data.trim());

const contentElement = (item) => {
  const first = [...item.childNodes].find(isSaying);
  if (first instanceof Element && first.matches(BLOCKS)) item.prepend(document.createElement("p"));
  return item;
};

export const ListItem = Base.extend({ parseHTML: () => [{ tag: "li", contentElement }] });
