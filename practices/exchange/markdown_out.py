"""The body of a case as Markdown; reading that back and writing it again gives the same text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import groupby
from typing import Any, TypeGuard

from django.conf import settings
from django.utils.translation import gettext as _
from markdown_it.common.normalize_url import normalizeLink, validateLink
from wagtail.images.shortcuts import get_rendition_or_not_found
from wagtail.rich_text import expand_db_html

from practices.blocks import SectionValue
from practices.exchange.markdown_in import SCHEMES, build_body

IMAGE = "format-jpeg|width-1344"  # a size that the page shows too, so no other file is made
VOID = {"br", "hr", "img"}
LISTS = {"ul", "ol"}
MARKS = {"b": "**", "strong": "**", "i": "_", "em": "_"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}

_SPECIAL = re.compile(r"[\\`*\[\]<]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(
    r"(?m)^(?:(?=[>~|])|(?=#{1,6}(?:\s|$))|(?=[-+](?:\s|$))|(?=[-=:|\s]+$)(?=[-=:|])|(\d{1,9})(?=[.)](?:\s|$)))"
)


@dataclass
class _Element:
    """An element of rich text."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list["_Element | str"] = field(default_factory=list)


class _Tree(HTMLParser):
    """Reads rich text into a tree of elements; those that are still open are closed at the end."""

    def __init__(self, html: str) -> None:
        """Read."""
        super().__init__()
        self.open = [_Element("")]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = _Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those left open inside it."""
        if tag in {element.tag for element in self.open}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.open[-1].children.append(re.sub(r"[ \t\r\n]+", " ", data))


@dataclass(frozen=True)
class Written:
    """The Markdown of a body, and what was lost in it.

    `without_form` names the kinds of blocks that Markdown has no form for, `gone` what was deleted but is
    still named.
    """

    markdown: str
    without_form: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def write_body(sections: Iterable[SectionValue]) -> Written:
    """Return the body as Markdown; a figure or a call-out becomes text, an image or a document a link.

    A link to something that was deleted keeps its words; a deleted image or document is left out.
    """
    parts: list[str] = []
    lost: list[str] = []
    gone: list[str] = []
    for section in sections:
        if section.title:
            parts.append(_heading("## ", write_text(" ".join(section.title.split()))))
        for kind, same in groupby(section["content"], key=lambda block: block.block_type):
            blocks = list(same)
            values = [block.value for block in blocks]
            gone += filter(None, (_gone(block) for block in blocks))
            # Adjacent texts are read back as one text, so they are written as one.
            parts += (
                [write_html("".join(value.source for value in values))]
                if kind == "text"
                else [_block(kind, value) for value in values]
            )
            if kind in {"figure", "callout"}:
                lost.append(_name(blocks[0].block))
    return Written(
        "\n\n".join(part for part in parts if part), tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(gone))
    )


def _name(block: Any) -> str:
    """Return the name of a kind of block for use within a sentence."""
    label = str(block.label)
    return label[:1].lower() + label[1:]


def _gone(block: Any) -> str:
    """Return the name of what a block refers to and was deleted; empty when nothing is missing."""
    match block.block_type:
        case "image" if not block.value["image"]:
            return _name(block.block)
        case "document" if not block.value:
            return _name(block.block)
        case "text" | "callout":
            html = block.value if block.block_type == "text" else block.value["text"]
            return (
                _("koppeling") if "linktype" in html.source and "<a>" in expand_db_html(html.source) else ""
            )
    return ""


def write_text(text: str) -> str:
    """Return a text escaped, so that nothing in it is markup."""
    lines = (line.strip() for line in _SPECIAL.sub(lambda found: f"\\{found[0]}", text).split("\n"))
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\", "\n".join(lines))


def write_html(html: str) -> str:
    """Return rich text as Markdown."""
    return "\n\n".join(filter(None, _blocks(_Tree(expand_db_html(html)).open[0].children)))


def _block(kind: str, value: Any) -> str:
    """Return a block of a section as Markdown."""
    match kind:
        case "quote":
            return _quote(value)
        case "table":
            return _table(value)
        case "callout":
            return f"**{write_text(value['title'])}**\n\n{write_html(value['text'].source)}"
        case "figure":
            return _figure(value)
        case "image" if image := value["image"]:
            link = _link(
                image.contextual_alt_text or image.title, get_rendition_or_not_found(image, IMAGE).url
            )
            return f"{link} {write_text(value['caption'])}".strip()
        case "document" if value:
            return _link(value.title, value.url)
        case "video":
            return _link(value["title"], value["url"])
    return ""


def _figure(value: Any) -> str:
    """Return a figure as a sentence."""
    said = ": ".join(part for part in (f"{value['number']} {value['unit']}".strip(), value["label"]) if part)
    source = _("bron")
    return write_text(f"{said} ({source}: {value['source']})" if value["source"] else said)


def _quote(value: Any) -> str:
    """Return a quotation, with its attribution as the last paragraph."""
    words = [write_text(part).replace("\n", "\\\n") for part in re.split(r"\n\s*\n", value["text"].strip())]
    if not value["attribution"]:
        return "\n\n".join(words)
    lines = "\n\n".join([*words, f"— {write_text(value['attribution'])}"]).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _table(table: Any) -> str:
    """Return a table, after a paragraph with its caption."""
    rows = [
        [column["heading"] for column in table.columns],
        *([_cell(cell.value) for cell in row] for row in table.rows),
    ]
    if not table.columns:
        return ""
    lines = ["| " + " | ".join(_in_cell(text) for text in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(table.columns))
    caption = [f"Tabel: {write_text(' '.join(table.caption.split()))}"] if table.caption else []
    return "\n\n".join([*caption, "\n".join(lines)])


def _cell(value: Any) -> str:
    """Return the value of a cell; a whole number has no decimals."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def _in_cell(text: str) -> str:
    """Return a text escaped for a cell of a table."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(text.split())).replace("|", "\\|")


def _link(text: str, url: str) -> str:
    """Return a link; addresses of this site are written in full, as the file is read elsewhere."""
    full = f"{settings.WAGTAILADMIN_BASE_URL}{url}" if url.startswith("/") else url
    return _link_to(write_text(" ".join(text.split())), full)


def _link_to(label: str, url: str) -> str:
    """Return a link with this label, or the label alone when we or Markdown do not accept the address.

    Readers of Markdown resolve entities in addresses. So a literal one is escaped: it stays as it is, and
    cannot turn into another scheme.
    """
    address = _ENTITY.sub("&amp;", normalizeLink(url))
    if not label or not address or not _may_leave(url) or not validateLink(address):
        return label
    return f"[{label}](<{address}>)" if re.search(r"[\s()<>]", address) else f"[{label}]({address})"


def _may_leave(url: str) -> bool:
    """Tell whether an address has a known scheme or none, also after its entities are resolved again."""
    scheme, colon, _rest = unescape(url).partition(":")
    return not colon or scheme.lower() in SCHEMES or bool(re.search("[/?#]", scheme))


def _blocks(children: Iterable[_Element | str]) -> Iterator[str]:
    """Yield the paragraphs, headings and lists of a text; loose words become a paragraph."""
    loose: list[_Element | str] = []
    for child in _joined(children):
        if isinstance(child, str) or child.tag not in {"p", "div", "blockquote", *HEADINGS, *LISTS}:
            loose.append(child)
            continue
        yield from _paragraph(loose)
        loose = []
        if child.tag in LISTS:
            yield _list(child)
        else:
            yield from _paragraph(child.children, "### " if child.tag in HEADINGS else "")
    yield from _paragraph(loose)


def _words(part: _Element | str) -> str:
    """Return the words of a piece of rich text."""
    return part if isinstance(part, str) else "".join(_words(child) for child in part.children)


def _joined(children: Iterable[_Element | str]) -> list[_Element | str]:
    """Return the children with adjacent lists of the same kind joined, as Markdown reads them as one."""
    result: list[_Element | str] = []
    for child in children:
        last = result[-1] if result else None
        if isinstance(last, _Element) and last.tag in LISTS and not _words(child).strip():
            continue
        if _is_list(child) and isinstance(last, _Element) and child.tag == last.tag:
            result[-1] = _Element(child.tag, {}, [*last.children, *child.children])
        else:
            result.append(child)
    return result


def _paragraph(children: Iterable[_Element | str], prefix: str = "") -> Iterator[str]:
    """Yield the paragraph, if it has words; it loses its marks when reading it back would change it."""
    children = list(children)
    marked, unmarked = (_lines(_inline(children, has_marks)) for has_marks in (True, False))
    if prefix:
        marked, unmarked = (_heading(prefix, text.replace("\\\n", " ")) for text in (marked, unmarked))
    text = marked if _is_stable(marked) else unmarked
    if text:
        yield text


def _heading(prefix: str, text: str) -> str:
    """Return a heading, if it has words; `#` at its end is escaped, as it is part of the text."""
    return prefix + re.sub(r"(?<=\s)(?=#+$)", r"\\", text) if text else ""


def _is_stable(markdown: str) -> bool:
    """Tell whether reading this and writing it again gives the same."""
    raw = build_body(markdown)
    if not raw:
        return not markdown
    content = raw[0]["value"]["content"]
    if [block["type"] for block in content] != ["text"]:
        return False
    tree = _Tree(content[0]["value"]).open[0]
    found = [child for child in tree.children if not isinstance(child, str)]
    text = _lines(_inline(found[0].children, True))
    return len(found) == 1 and (_heading("### ", text) if found[0].tag in HEADINGS else text) == markdown


def _lines(text: str) -> str:
    """Return the text without extra spaces, escaped at the start of a line and before a link."""
    lines = (re.sub(" +", " ", line.strip()).replace("![", "\\![") for line in text.split("\n"))
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\", "\\\n".join(line for line in lines if line))


def _inline(children: Iterable[_Element | str], has_marks: bool) -> str:
    """Return words with their marks and links; a line break is a newline."""
    return "".join(_inline_part(child, has_marks) for child in children)


def _inline_part(part: _Element | str, has_marks: bool) -> str:
    """Return a piece of a paragraph; spaces at the ends of a mark or link go outside it, for Markdown."""
    if isinstance(part, str):
        return _SPECIAL.sub(lambda found: f"\\{found[0]}", part)
    if part.tag == "br":
        return "\n"
    inner = _inline(part.children, has_marks)
    words = inner.strip()
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    if part.tag == "a":
        return before + _link_to(words, part.attributes.get("href") or "") + after
    mark = MARKS.get(part.tag, "") if has_marks and words else ""
    return f"{before}{mark}{words}{mark}{after}" if words else inner


def _list(element: _Element, indent: str = "") -> str:
    """Return a list, with nested lists below their items."""
    lines: list[str] = []
    number = 1
    for item in (child for child in element.children if isinstance(child, _Element)):
        mark = "- " if element.tag == "ul" else f"{number}. "
        deeper = indent + " " * len(mark)
        text = next(_paragraph(child for child in item.children if not _is_list(child)), "").replace(
            "\n", "\n" + deeper
        )
        below = [_list(child, deeper) for child in _joined(item.children) if _is_list(child)]
        if text or any(below):
            lines += [f"{indent}{mark}{text}".rstrip(), *filter(None, below)]
            number += 1
    return "\n".join(lines)


def _is_list(child: "_Element | str") -> TypeGuard[_Element]:
    """Tell whether this is a list."""
    return isinstance(child, _Element) and child.tag in LISTS
