"""Markdown into the body of a case: `##` headings become sections, and what is in between becomes blocks."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.translation import override
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from practices.blocks import HEADINGS
from practices.choices import Language

SECTION_TAGS = ("h1", "h2")
TAGS = {"a", "b", "br", "h3", "i", "li", "ol", "p", "ul"}
SCHEMES = {"http", "https", "mailto", "tel"}
CAPTION = re.compile(r"(?:Tabel|Table): (.+)", re.DOTALL)
ATTRIBUTION = re.compile(r"— (.+)", re.DOTALL)
# What our rich text calls by another name, or does not have: the words stay.
_SAME = {"strong": "b", "em": "i", "h1": "h3", "h2": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}

RawBlock = dict[str, Any]


@dataclass
class _Section:
    """A section while it is read."""

    title: str = ""
    content: list[RawBlock] = field(default_factory=list)
    text: list[Token] = field(default_factory=list)

    def add(self, kind: str, value: Any) -> None:
        """Close the text so far, and add a block after it."""
        html = _html(self.text)
        if html:
            self.content.append({"type": "text", "value": html})
        self.text = []
        if kind:
            self.content.append({"type": kind, "value": value})

    def raw(self) -> RawBlock:
        """Return the section as a StreamField keeps it."""
        self.add("", None)
        known = _known_headings().get(self.title.casefold(), "")
        own = "" if known else self.title
        return {"type": "section", "value": {"heading": known, "own_heading": own, "content": self.content}}


def build_body(markdown: str) -> list[RawBlock]:
    """Return the sections of a Markdown text, as a StreamField keeps them; without headings there is one."""
    sections = [_Section()]
    for node in _parse(markdown).children:
        if node.type == "heading" and node.tag in SECTION_TAGS:
            sections.append(_Section(plain(node)))
        else:
            _add(sections[-1], node)
    raw = [section.raw() for section in sections]
    return [
        block
        for block in raw
        if block["value"]["content"] or block["value"]["heading"] or block["value"]["own_heading"]
    ]


def first_paragraph(markdown: str) -> str:
    """Return the words of the first paragraph of a Markdown text."""
    return next((plain(node) for node in _parse(markdown).children if node.type == "paragraph"), "")


def plain(node: SyntaxTreeNode) -> str:
    """Return the words of a piece of Markdown, without markup; a hard line break is a newline."""
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    leaves = (leaf for leaf in node.walk() if not leaf.children)
    return "".join(breaks.get(leaf.type, leaf.content) for leaf in leaves).strip()


@cache
def _reader() -> MarkdownIt:
    """Return the reader: CommonMark and tables; HTML in the text stays text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _code)
    reader.add_render_rule("code_block", _code)
    reader.add_render_rule("code_inline", lambda _self, tokens, index, *_: escape(tokens[index].content))
    reader.add_render_rule("image", _image)
    for name in ("hr", "blockquote_open", "blockquote_close"):
        reader.add_render_rule(name, lambda *_: "")
    return reader


def _code(_self: Any, tokens: list[Token], index: int, *_rest: Any) -> str:
    """Return lines of code as a paragraph of lines."""
    lines = tokens[index].content.strip("\n").split("\n")
    return f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"


def _image(_self: Any, tokens: list[Token], index: int, *_rest: Any) -> str:
    """Return an image as a link to it: an import takes in no files."""
    token = tokens[index]
    return f'<a href="{escape(token.attrGet("src"))}">{escape(token.content or token.attrGet("src"))}</a>'


@cache
def _known_headings() -> dict[str, str]:
    """Return the known headings by their names in every language, lower case."""
    found = {key: key for key in HEADINGS}
    for language in Language.values:
        with override(language):
            found |= {str(label).casefold(): key for key, label in HEADINGS.items()}
    return found


def _parse(markdown: str) -> SyntaxTreeNode:
    """Return the text as a tree."""
    return SyntaxTreeNode(_reader().parse(markdown))


def _add(section: _Section, node: SyntaxTreeNode) -> None:
    """Add a piece of the text to a section: a table or a quote as a block of its own, the rest as text."""
    if node.type == "table":
        caption = _take_caption(section)
        section.add("table", _table(node, caption))
    elif node.type == "blockquote" and (quote := _quote(node)):
        section.add("quote", quote)
    else:
        section.text += node.to_tokens()


def _take_caption(section: _Section) -> str:
    """Return the caption that stands right before a table, and take it out of the text."""
    last = section.text[-3:]
    if [token.type for token in last] != ["paragraph_open", "inline", "paragraph_close"]:
        return ""
    match = CAPTION.fullmatch(plain(SyntaxTreeNode(last)))
    if match is None:
        return ""
    section.text = section.text[:-3]
    return match[1]


def _table(node: SyntaxTreeNode, caption: str) -> RawBlock:
    """Return a table of texts."""
    rows = [[plain(cell) for cell in row.children] for part in node.children for row in part.children]
    columns = [{"type": "text", "heading": heading} for heading in rows[0]]
    return {"columns": columns, "rows": [{"values": row} for row in rows[1:]], "caption": caption}


def _quote(node: SyntaxTreeNode) -> RawBlock | None:
    """Return a quotation when its last paragraph says whose words they are, as in "— projectleider"."""
    if any(child.type != "paragraph" for child in node.children) or len(node.children) < 2:
        return None
    *words, name = [plain(child) for child in node.children]
    match = ATTRIBUTION.fullmatch(name)
    return {"text": "\n\n".join(words), "attribution": match[1]} if match else None


def _html(tokens: list[Token]) -> str:
    """Return pieces of text as rich text."""
    for token in tokens:
        token.tag = _SAME.get(token.tag, token.tag)
        for child in token.children or []:
            child.tag = _SAME.get(child.tag, child.tag)
    rendered = _reader().renderer.render(_one_line_items(tokens), _reader().options, {})
    return nh3.clean(
        rendered, tags=TAGS, attributes={"a": {"href"}, "*": set()}, url_schemes=SCHEMES, link_rel=None
    ).strip()


def _one_line_items(tokens: list[Token]) -> list[Token]:
    """Return the tokens with one paragraph per item of a list; what were more are lines."""
    result: list[Token] = []
    paragraphs: list[int] = []  # how many each item had so far, from the outermost item inwards
    for token in tokens:
        if token.type == "list_item_open":
            paragraphs.append(0)
        elif token.type == "list_item_close":
            paragraphs.pop()
        elif paragraphs and token.type == "paragraph_open":
            if paragraphs[-1]:
                result.append(Token("html_inline", "", 0, content="<br>"))
            paragraphs[-1] += 1
        if token.type in ("paragraph_open", "paragraph_close"):
            token.hidden = bool(paragraphs)
        result.append(token)
    return result
