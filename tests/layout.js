// What is wrong with the layout of a page as it stands: text beside the page, cut off, or over other text.
() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) faults.push(`the page is ${root.scrollWidth} px wide`);

  const words = node => node.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
  // Cut off on purpose: what only screen readers read, teasers of three lines, and what scrolls, as a field with words.
  const cutOnPurpose = ".unseen, .teaser, .scroll, input";
  const cuts = style => [style.overflowX, style.overflowY].some(value => value !== "visible");
  for (const element of document.body.querySelectorAll("*")) {
    if (element.matches(cutOnPurpose) || !element.checkVisibility() || !cuts(getComputedStyle(element))) continue;
    const tooWide = element.scrollWidth > element.clientWidth + 1, tooHigh = element.scrollHeight > element.clientHeight + 1;
    if (element.clientWidth && (tooWide || tooHigh)) faults.push(`“${words(element)}” is cut off`);
  }

  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest(".unseen, .skip, option, script, style")) continue;
    if (!parent.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })) continue;
    const frame = parent.closest(cutOnPurpose)?.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const { top, bottom } = box;
      // What a frame hides on either side covers nothing there.
      const left = Math.max(box.left, frame?.left ?? box.left), right = Math.min(box.right, frame?.right ?? box.right);
      // Lines that are set tight touch; letters reach over half of the height.
      const slack = (bottom - top) * 0.25;
      const seen = !frame || bottom - slack <= frame.bottom;
      if (right - left > 2 && seen) pieces.push({ node, left, right, top: top + slack, bottom: bottom - slack });
    }
  }
  pieces.sort((one, other) => one.top - other.top);
  pieces.forEach((one, place) => {
    for (let next = place + 1; next < pieces.length && pieces[next].top < one.bottom; next++) {
      const other = pieces[next];
      const overlaps = Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2;
      if (overlaps && one.node !== other.node) faults.push(`“${words(one.node)}” and “${words(other.node)}” overlap`);
    }
  });
  return faults;
}
