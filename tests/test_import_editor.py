"""What was imported is what the editor makes: opening and saving it changes nothing."""

import pytest
from django.urls import reverse

from publications.models import Report
from tests.factory import make_report
from text.richtext import from_markdown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = """
Words with *emphasis*, **strength**, ***both***, `code`, [a link](https://a.example/), [*an emphatic* link](/b/),
*emphasis with [a link](#c) in it*, [`code` in a link](/d/), H<sub>2</sub>O, x<sup>**2**</sup>,
**`code` that was strong**.

## A heading with *emphasis*

### Below it

- one
- two
  1. deeper
  2. still

     with a second paragraph
- three

4. begun at four
5. and five
6. - begun with a list
7. > begun with a quotation
8. ```
   begun with code
   ```

> A quotation.
>
> - with a list

| a | **b** |
|---|---|
| 1 | |
| <ul><li>x</li></ul> | two<br>lines |

<table><tr><th colspan="2">wide</th></tr><tr><td rowspan="2">high</td><td>1</td></tr><tr><td>2</td></tr></table>

```
code <b>
   more
```

---

![A map](https://images.example/map.png) and a line\\
break, &amp; a&nbsp;space that does not break. مرحبا 你好
"""


def test_saving_an_imported_text_in_the_editor_leaves_it_as_it_was(desk, site):
    report = make_report("Imported", body=from_markdown(BODY), lead=from_markdown("A *lead* with [a link](/a/)."))
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    for name in ("Lead", "Body"):
        editor = desk.get_by_role("textbox", name=name, exact=True)
        editor.click()
        editor.press("Control+End")
        editor.press_sequentially("x")
        editor.press("Backspace")
    desk.locator("[name=_save], [name=_continue]").first.click()
    assert "is saved" in desk.locator(".messagelist").inner_text()
    # Anything that had changed would be a version.
    assert not Report.objects.get().versions.exists()
