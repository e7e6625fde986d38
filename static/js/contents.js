// Marks in the list of contents the part that is being read, and keeps that entry in view where the list scrolls in itself.
// Without it the list is a list.
(function () {
  "use strict";
  const list = document.querySelector(".contents > div");
  const links = [...list.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const passed = new Set();
  let current = null;

  // Only the list moves, and not under the hand of whoever is choosing from it.
  function bring(link) {
    if (list.matches(":hover, :focus-within")) return;
    const outer = list.getBoundingClientRect(), inner = link.getBoundingClientRect();
    if (inner.top < outer.top + 48) list.scrollTop += inner.top - outer.top - 48;
    else if (inner.bottom > outer.bottom - 48) list.scrollTop += inner.bottom - outer.bottom + 48;
  }

  function mark(link) {
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    current = link;
    if (link && list.scrollHeight > list.clientHeight) bring(link);
  }

  // A part begins to be read when its heading has come up to the first third of the window.
  const watch = new IntersectionObserver((changes) => {
    changes.forEach(({ target, isIntersecting }) => (isIntersecting ? passed.add(target) : passed.delete(target)));
    mark(links[headings.findLastIndex((heading) => passed.has(heading))] ?? null);
  }, { rootMargin: "10000000px 0px -66% 0px" });
  headings.forEach((heading) => watch.observe(heading));
})();
