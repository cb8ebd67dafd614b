"""Each type of page in a real browser: accessible, steady, light, self-contained, and it fits the screen."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESKTOP, NARROW = (
    {"width": 390, "height": 844},
    {"width": 1440, "height": 900},
    {"width": 320, "height": 640},
)
VISITOR = [
    "/",
    "/en/",
    "/zoeken/",
    "/zoeken/?q=schulden",
    "/zoeken/?q=xqzzyw",
    "/en/zoeken/?q=schulden&soort=case",
    "/praktijkvoorbeelden/",
    "/praktijkvoorbeelden/?provincie=landelijk&pagina=2",
    "/praktijkvoorbeelden/betalingsachterstand-amsterdam/",
    "/praktijkvoorbeelden/precisielandbouw-van-den-borne/",
    "/praktijkvoorbeelden/rioolgemalen-rijnland/hergebruik/",
    "/embed/praktijkvoorbeelden/rioolgemalen-rijnland/",
    "/organisaties/",
    "/organisaties/?q=breda",
    "/organisaties/gemeente-breda/",
    "/over/",
    "/privacy/",
    "/toegankelijkheid/",
    "/contact/",
    "/api/",
    "/en/api/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/bestaat-niet/",
]
MEMBER = [
    "/leden/",
    "/leden/?q=algoritmes",
    "/accounts/profiel/",
    "/accounts/profiel/bewerken/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]
PAGES = [("", address) for address in VISITOR] + [("member", address) for address in MEMBER]
BODY_KILOBYTES, SCRIPT_KILOBYTES = 90, 25


def open_page(page_of: Callable[..., Any], role: str, address: str, **options: Any) -> tuple[Any, list[str]]:
    """Return a window with the page, and the errors that the browser reports, except that of a 404."""
    page = page_of(role, **options)
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda line: (
            found.append(line.text) if line.type in {"error", "warning"} and "404" not in line.text else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("http://localhost", "data:")) else found.append(asked.url)
        ),
    )
    page.goto(address, wait_until="load")
    return page, found


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_a_page_is_accessible_and_fits_on_the_narrowest_screen(
    page_of: Callable[..., Any], check_accessible: Callable[..., None], role: str, address: str
) -> None:
    page, complaints = open_page(page_of, role, address, viewport=PHONE)
    check_accessible(page, DESKTOP)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert complaints == []


@pytest.mark.parametrize(
    "address", ["/", "/praktijkvoorbeelden/betalingsachterstand-amsterdam/", "/zoeken/?q=schulden"]
)
def test_nothing_moves_while_a_page_loads(page_of: Callable[..., Any], address: str) -> None:
    page, _complaints = open_page(page_of, "", address, viewport=PHONE)
    shift = """async () => {
        let sum = 0;
        const add = (entries) => entries.forEach((entry) => { sum += entry.value; });
        const observer = new PerformanceObserver((list) => add(list.getEntries()));
        observer.observe({type: "layout-shift", buffered: true});
        await document.fonts.ready;
        // Each frame reports what moved before it.
        for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
        add(observer.takeRecords());
        return sum;
    }"""
    assert page.evaluate(shift) <= 0.02


def test_a_case_is_lighter_than_the_home_page_of_the_best(page_of: Callable[..., Any]) -> None:
    page = page_of()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto("/praktijkvoorbeelden/betalingsachterstand-amsterdam/", wait_until="networkidle")
    weighed = sum(size for request, size in sizes.items() if kinds.get(request) != "Image") / 1024
    scripts = sum(size for request, size in sizes.items() if kinds.get(request) == "Script") / 1024
    assert weighed <= BODY_KILOBYTES
    assert scripts <= SCRIPT_KILOBYTES
    assert len(sizes) > 3  # it did weigh something


def test_only_the_two_cookies_that_are_needed(page_of: Callable[..., Any]) -> None:
    visitor, _complaints = open_page(page_of, "", "/zoeken/?q=schulden")
    assert visitor.context.cookies() == []
    member, _complaints = open_page(page_of, "member", "/accounts/profiel/bewerken/")
    assert {cookie["name"] for cookie in member.context.cookies()} <= {"sessionid", "csrftoken"}


def test_every_control_can_be_reached_and_seen_with_the_keyboard(page_of: Callable[..., Any]) -> None:
    page, _complaints = open_page(page_of, "", "/praktijkvoorbeelden/", viewport=DESKTOP)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#inhoud"
    for _ in range(25):
        page.keyboard.press("Tab")
        visible = """() => {
            const styles = ({outlineStyle, boxShadow}) => [outlineStyle, boxShadow];
            const has = (element) => styles(getComputedStyle(element)).some((style) => style !== "none");
            const element = document.activeElement;
            return element.getBoundingClientRect().width > 0 && (has(element) || has(element.parentElement));
        }"""
        assert page.evaluate(visible), page.evaluate("document.activeElement.outerHTML")
