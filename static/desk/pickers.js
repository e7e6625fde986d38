// What a field that picks from a list says of a name that is not in it, and the way on: an entry of the list itself, which
// opens the window that adds one, with the name filled in. The server words both, and leaves out the keys it is given as
// chosen already.
"use strict";
{
  const equipped = new WeakSet();

  const adder = (select) => select.closest(".related-widget-wrapper")?.querySelector(".add-related");

  const equip = (select) => {
    const { dataAdapter, options } = django.jQuery(select).data("select2");
    const words = options.get("translations").dict;
    options.set("templateResult", ({ text, found_by }) => (found_by ? `${text} · “${found_by}”` : text));
    const [asked, stock] = [dataAdapter.ajaxOptions.data, words.noResults];

    dataAdapter.ajaxOptions.data = (params) => {
      const keys = [...select.selectedOptions].map((option) => option.value).join(",");
      return { ...asked(params), ...(select.dataset.chosen && { [select.dataset.chosen]: keys }) };
    };
    dataAdapter.processResults = ({ results, pagination, said, add }, { term }) => {
      words.noResults = said ? () => said : stock;
      if (add && adder(select) && !pagination.more) {
        results.push({ id: "add", text: results.length ? add : `${said} ${add}`, name: term.trim() });
      } else if (said && results.length && !add) results.unshift({ text: said, disabled: true });
      return { results, pagination };
    };
  };

  // The other window is easily missed, on a large screen or behind this one: the field says that it is there.
  const sayOpened = (select, name) => {
    const wrapper = select.closest(".related-widget-wrapper");
    wrapper.nextElementSibling?.matches(".opened") && wrapper.nextElementSibling.remove();
    const words = `Go on in the window that has opened: “${name}” is chosen here once it is saved there.`;
    const said = Object.assign(document.createElement("p"), { className: "help opened", textContent: words });
    said.setAttribute("role", "status");
    wrapper.after(said);
    django.jQuery(select).one("change select2:opening", () => said.remove());
  };

  // Whoever closes the window without adding finds the field as it was.
  const openAdder = (select, name) => {
    const { id, href } = adder(select);
    const address = new URL(href);
    address.searchParams.set("name", name);
    django.jQuery(select).select2("close");
    window.showRelatedObjectPopup({ id, href: address.href });
    sayOpened(select, name);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const $ = window.django?.jQuery;
    if (!$) return;
    // Fields are drawn when the page is ready and when a row is added; each is equipped before it asks for the first time.
    $(document).on("select2:opening", "select.admin-autocomplete", ({ target }) => {
      if (!equipped.has(target)) equip(target);
      equipped.add(target);
    });
    $(document).on("select2:selecting", "select.admin-autocomplete", (event) => {
      const { name } = event.params.args.data;
      if (!name) return;
      event.preventDefault();
      openAdder(event.target, name);
    });
  });
}
