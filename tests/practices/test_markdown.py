"""Markdown becomes blocks and Markdown again; after the first time nothing changes any more."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from practices.blocks import BodyStreamBlock, SectionValue, section_text
from practices.exchange.markdown_in import build_body, first_paragraph
from practices.exchange.markdown_out import Written, write_body, write_text

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=25)
MARKS = (
    "## ,### ,- ,1. ,> ,**,_,*,`,[,](,),](https://e.example),<b>,&amp;,\\,    ,Tabel: ,— ,"
    "![x](/y.png),|,  \n,#,="
).split(",")
LINES = [
    "```\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "\n",
    "\n\n",
    "---\n",
    "Aanpak\n",
    "<https://e.example>",
]
MARKUP = st.sampled_from(MARKS + LINES)
MARKDOWN = st.lists(st.one_of(WORDS, MARKUP), max_size=30).map("".join)
LETTERS = WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
INLINE = st.recursive(
    st.one_of(LETTERS, st.just("<br/>")),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(["b", "i"]), st.lists(inner, max_size=4).map("".join)
    ),
    max_leaves=6,
)
ITEM = st.builds("<li>{}</li>".format, INLINE)
LIST = st.builds(
    "<{0}>{1}{2}</{0}>".format, st.sampled_from(["ul", "ol"]), ITEM, st.lists(ITEM, max_size=3).map("".join)
)
LINK = st.builds(
    '<p>{} <a href="https://e.example/?a=1&amp;b=(2)">{}</a>{}</p>'.format, LETTERS, INLINE, LETTERS
)
RICH = st.lists(
    st.one_of(LINK, LIST, st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h3"]), INLINE)),
    max_size=5,
).map("".join)


def sections(body: list[dict[str, Any]]) -> list[SectionValue]:
    """Return the sections of a body."""
    return [block.value for block in BodyStreamBlock().to_python(body)]


def written(body: list[dict[str, Any]]) -> Written:
    """Return the Markdown of a body."""
    return write_body(sections(body))


def html(markdown: str) -> str:
    """Return the first text block of the body that this Markdown becomes."""
    return str(build_body(markdown)[0]["value"]["content"][0]["value"])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(MARKDOWN)
@example("# a\n# b # #\n\n### c ##")
@example("> a\n>\n> — b")
@example("1. a\n\n   b\n- c")
def test_markdown_that_was_written_stays_the_same(markdown: str) -> None:
    once = written(build_body(markdown)).markdown
    assert written(build_body(once)).markdown == once


@settings(max_examples=150, deadline=None, derandomize=True)
@given(MARKDOWN)
def test_blocks_that_were_written_come_back_as_blocks_that_an_editor_can_save(markdown: str) -> None:
    block = BodyStreamBlock()
    body = build_body(written(build_body(markdown)).markdown)
    assert build_body(written(body).markdown) == body
    assert bool(block.get_prep_value(block.to_python(body))) == bool(body)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(RICH)
@example("<ul><li>a</li></ul><p><br/></p><ul><li>b</li></ul>")
@example('<p>Let op!<a href="https://e.example">hier</a></p>')
@example("<ol><li><br/></li><li>tweede</li></ol>")
def test_rich_text_of_an_editor_is_written_once_and_for_all(rich: str) -> None:
    content = [{"type": "text", "value": rich}]
    body = [{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": content}}]
    once = written(body).markdown
    assert written(build_body(once)).markdown == once


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1), st.text(max_size=30))
def test_no_word_of_a_plain_paragraph_is_lost(word: str, rest: str) -> None:
    body = build_body(f"## Aanpak\n\n{write_text(word)}")
    assert section_text(sections(body)[0]).strip() == word


@pytest.mark.parametrize(
    ("markdown", "headings"),
    [
        ("Zonder kop.", [("", "")]),
        ("## Aanpak\n\nA\n\n## Eigen kop\n\nB", [("aanpak", ""), ("", "Eigen kop")]),
        ("Vooraf.\n\n## RESULTAAT\n\nA", [("", ""), ("resultaat", "")]),
        ("## Geleerde lessen\n\n### Tussenkop\n\nA", [("geleerde-lessen", "")]),
        ("## Leeg", [("", "Leeg")]),
        ("", []),
    ],
)
def test_headings_become_sections_and_unknown_ones_keep_their_text(
    markdown: str, headings: list[tuple[str, str]]
) -> None:
    values = [block["value"] for block in build_body(markdown)]
    assert [(value["heading"], value["own_heading"]) for value in values] == headings
    assert written(build_body(markdown)).markdown.casefold() == markdown.casefold()


def test_tables_and_quotes_become_blocks_of_their_own() -> None:
    table = "Tabel: Meldingen\n\n| Jaar | Aantal |\n| --- | --- |\n| 2023 | 1\\|2 |"
    markdown = f"## Resultaat\n\nVoor.\n\n{table}\n\n> Begin klein.\n>\n> — leider"
    content = build_body(markdown)[0]["value"]["content"]
    assert [block["type"] for block in content] == ["text", "table", "quote"]
    assert content[1]["value"]["caption"] == "Meldingen"
    assert content[1]["value"]["rows"] == [{"values": ["2023", "1|2"]}]
    assert content[2]["value"] == {"text": "Begin klein.", "attribution": "leider"}
    assert written(build_body(markdown)).markdown == markdown


@pytest.mark.parametrize(
    "danger",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[klik](javascript:alert(1))",
        "[klik](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        '[a](https://e.example "x\\" onmouseover=\\"alert(1)")',
    ],
)
def test_nothing_that_runs_gets_in(danger: str) -> None:
    found = html(danger)
    assert "<script" not in found
    assert "<img" not in found
    assert 'href="javascript' not in found
    assert 'href="data' not in found
    assert "title=" not in found


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript&amp;#58;alert(1)",
        "javascript&amp;colon;alert(1)",
        "&amp;#106;avascript&amp;#x3a;alert(1)",
        "data&amp;#58;text/html,x",
        "vbscript:x",
    ],
)
def test_nothing_that_runs_gets_out(address: str) -> None:
    body = [{"type": "text", "value": f'<p>Lees <a href="{address}">verder</a>.</p>'}]
    section = {"heading": "aanpak", "own_heading": "", "content": body}
    assert written([{"type": "section", "value": section}]).markdown.endswith("Lees verder.")


def test_an_entity_that_stands_in_an_address_as_letters_stays_so() -> None:
    rich = '<p>Lees <a href="https://e.example/?a=1&amp;amp;b=2">verder</a>.</p>'
    body = [
        {
            "type": "section",
            "value": {"heading": "aanpak", "own_heading": "", "content": [{"type": "text", "value": rich}]},
        }
    ]
    once = written(body).markdown
    assert "(https://e.example/?a=1&amp;amp;b=2)" in once
    assert written(build_body(once)).markdown == once


def test_images_and_documents_are_links() -> None:
    assert (
        html("![Een gemaal](https://e.example/gemaal.png)")
        == '<p><a href="https://e.example/gemaal.png">Een gemaal</a></p>'
    )


def test_the_first_paragraph_is_plain_text() -> None:
    assert first_paragraph(
        "## Kop\n\n- lijst\n\nEen [koppeling](https://e.example) en **nadruk**.\nVerder."
    ) == ("Een koppeling en nadruk. Verder.")


def test_a_figure_a_call_out_and_a_video_are_text_and_a_link() -> None:
    content = [
        {
            "type": "figure",
            "value": {"number": "30%", "unit": "minder water", "label": "per ton", "source": "evaluatie"},
        },
        {"type": "callout", "value": {"title": "Mag dit?", "text": "<p>Vraag het.</p>"}},
        {"type": "video", "value": {"title": "Zo werkt het", "url": "https://e.example/v"}},
    ]
    found = written([{"type": "section", "value": {"heading": "", "own_heading": "Kop", "content": content}}])
    assert found.markdown == (
        "## Kop\n\n30% minder water: per ton (bron: evaluatie)\n\n**Mag dit?**\n\nVraag het.\n\n[Zo werkt het](https://e.example/v)"
    )
    assert found.without_form == ("cijfer", "let op")
