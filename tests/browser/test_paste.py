"""A paste from Word keeps the formats that the field has, and nothing that its writer deleted."""

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PAGES = "/cms/api/main/pages/?slug=privacy&locale=nl"
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>
p.MsoNormal {mso-style-unhide:no}</style></head>
<body lang=NL><!--StartFragment-->
<p class=MsoTitle>Meten in de stad<o:p></o:p></p>
<h2><span style='mso-fareast-font-family:"Times New Roman"'>Aanpak<o:p></o:p></span></h2>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>We maten CO<sub>2</sub> per <b>m<sup>2</sup></b><del cite="mailto:iemand"
datetime="2026-01-01"> en
niemand wist dat</del><span class=msoDel> geheim</span><s style='mso-bidi-font-weight:bold'> weg</s>.<span
class=MsoCommentReference><a class=msocomanchor id="_anchor_1" href="#_msocom_1">[A1]</a></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span>Kijk</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span>Meet</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='font-family:Symbol'>·</span><span>&nbsp;&nbsp; </span>Eerste punt</p>
<p class=MsoListParagraph style='mso-list:l1 level2 lfo2'>o&nbsp; ook dit</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'>-5 graden</p>
<p class=MsoListParagraph style='mso-list:l2 level1 lfo3'>1.&nbsp;&nbsp;Vergelijk</p>
<script>steel(1)</script>
<h4>Cijfers</h4>
<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Jaar</b><o:p></o:p></p></td>
 <td><p class=MsoNormal>Meldingen<o:p></o:p></p></td></tr>
 <tr><td>
 <p class=MsoNormal>2024<o:p></o:p></p></td><td><p class=MsoNormal>84</p><p
 class=MsoNormal>samen</p></td></tr></table>
<div style='mso-element:comment-list'><p class=MsoCommentText>Klopt dit wel?</p></div>
<!--EndFragment--></body></html>"""
KEPT = [
    ("header-two", "Meten in de stad"),
    ("header-two", "Aanpak"),
    ("unstyled", "We maten CO₂ per m²."),
    ("ordered-list-item", "Kijk"),
    ("ordered-list-item", "Meet"),
    ("unordered-list-item", "Eerste punt"),
    ("unordered-list-item", "ook dit"),
    ("unordered-list-item", "-5 graden"),
    ("ordered-list-item", "Vergelijk"),
    ("header-three", "Cijfers"),
    ("unstyled", "Jaar | Meldingen"),
    ("unstyled", "2024 | 84 samen"),
]
PASTE = """(editor, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", "zonder opmaak");
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
KEPT_TEXT = "([input, text]) => input.value.includes(text) && input.value"


@pytest.fixture
def paste(page_of: Callable[..., Any]) -> Callable[[str, str], Any]:
    """Return a function that pastes HTML over a page in the editor.

    It returns the blocks of the page once the given text is among them.
    """
    page = page_of("moderator")
    page.goto(f"/cms/pages/{page.request.get(PAGES).json()['items'][0]['id']}/edit/")
    editor = page.locator("[data-contentpath=body] [contenteditable=true]")

    def paste(html: str, text: str) -> Any:
        editor.press("Control+a")
        editor.evaluate(PASTE, html)
        field = page.locator("input[name=body]").element_handle()
        return json.loads(page.wait_for_function(KEPT_TEXT, arg=[field, text]).json_value())["blocks"]

    return paste


def test_word_keeps_its_headings_lists_and_tables_and_loses_what_was_taken_out(
    paste: Callable[[str, str], Any],
) -> None:
    blocks = paste(WORD, "We maten")
    assert [(block["type"], block["text"].strip()) for block in blocks] == KEPT
    bold = [
        block["text"][style["offset"] :][: style["length"]]
        for block in blocks
        for style in block["inlineStyleRanges"]
    ]
    assert bold == ["m²", "Jaar"]


def test_a_page_loses_its_scripts_and_styles(paste: Callable[[str, str], Any]) -> None:
    blocks = paste(
        "<p>Van een site<script>steel(1)</script></p><style>p {color: red}</style><p><del>Oud</del></p>",
        "Van een site",
    )
    assert [block["text"] for block in blocks] == ["Van een site", "Oud"]
