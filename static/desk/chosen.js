// A field that takes several rows is not offered again those that it holds; the server leaves out the keys it is given.
"use strict";
django.jQuery(() => {
  document.querySelectorAll("select[data-chosen]").forEach((select) => {
    const { ajaxOptions } = django.jQuery(select).data("select2").dataAdapter;
    const asked = ajaxOptions.data;
    ajaxOptions.data = (params) => ({
      ...asked(params),
      [select.dataset.chosen]: [...select.selectedOptions].map((option) => option.value).join(","),
    });
  });
});
