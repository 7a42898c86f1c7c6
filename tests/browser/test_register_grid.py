"""The register's grid by keys, pointer and thumb, in a real browser: what a teacher lives in."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import PHONE, Window
from tests.browser.test_every_page import RULES

pytestmark = pytest.mark.browser

SELF = "el => [el.parentElement.rowIndex, el.cellIndex]"


@dataclass
class Sheet:
    """An open register, spoken of by row and column; row 1 is the first pupil."""

    window: Window
    page: Page
    keys: CDPSession
    column: int = 0

    def cell(self, row: int, column: int = 0) -> Locator:
        """Return a cell; column 0 is the one the grid begins in."""
        place = column or self.column
        return self.page.locator(f"#book tbody tr:nth-child({row}) > :nth-child({place + 1})")

    @property
    def here(self) -> tuple[int, int]:
        """Row and column of the cell in focus."""
        row, column = self.page.evaluate(f"({SELF})(document.activeElement.closest('td, th'))")
        return row, column

    def column_texts(self, rows: int, column: int = 0) -> list[str]:
        """Return what the first rows of a column show."""
        return [self.cell(row, column).inner_text() for row in range(1, rows + 1)]

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def strike(self, key: str, code: str) -> None:
        """Press a key of another layout: what it writes, and where it lies."""
        press = {"key": key, "code": code}
        self.keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key, **press})
        self.keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **press})

    def paste(self, text: str) -> None:
        """Paste a text, as from a sheet."""
        self.page.evaluate(
            """text => {
                const data = new DataTransfer();
                data.setData('text/plain', text);
                const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true});
                document.activeElement.dispatchEvent(event);
            }""",
            text,
        )

    def delivered(self) -> None:
        """Wait until the header says that everything reached the school."""
        state = self.page.locator("#saving")
        expect(state).to_have_attribute("data-state", "delivered", timeout=15_000)

    def clear(self, rows: int) -> None:
        """Empty the first rows of the column one began in, and go to its first cell."""
        self.cell(1).click()
        for _ in range(rows):
            self.press("Delete", "Enter")
        self.cell(1).click()


@pytest.fixture
def sheet(window: Callable[..., Window]) -> Sheet:
    """Return the teacher's geometry of 7 «Ә», in Kazakh, in the column of the last lesson."""
    return opened(window(language="kk"))


def opened(seen: Window) -> Sheet:
    seen.enter("teacher")
    page = seen.page
    page.goto(f"{seen.origin}/register/")
    shelf = page.locator("section", has=page.locator("h2", has_text="7 «Ә»"))
    shelf.get_by_role("link", name="Геометрия").first.click()
    expect(page.locator("#book-keys, .book-pad").first).to_be_attached()
    expect(page.locator("#saving")).to_have_attribute("data-state", "delivered")
    start = page.locator("#book td[tabindex='0']")
    found = Sheet(seen, page, page.context.new_cdp_session(page))
    found.column = start.evaluate(SELF)[1]
    start.focus()
    return found


def test_points_and_letters_act_at_once_and_reach_the_school(sheet: Sheet) -> None:
    sheet.clear(6)

    sheet.press("9", "Enter", "7", "ArrowDown", "1", "0", "Enter", "8", "9", "Enter")
    sheet.strike("ж", "Semicolon")
    sheet.press("Enter")
    sheet.strike("к", "KeyR")
    sheet.press("6")

    assert sheet.column_texts(6) == ["9", "7", "10", "9", "ж", "к 6"]
    sheet.delivered()
    sheet.page.reload()
    assert sheet.column_texts(6) == ["9", "7", "10", "9", "ж", "к 6"]
    assert sheet.window.faults() == []


@pytest.mark.parametrize(
    ("key", "code", "shown"),
    [
        *(("ж", "Semicolon", "ж"), ("д", "KeyL", "д"), ("а", "KeyF", "а"), ("к", "KeyR", "к")),
        *(("н", "KeyY", "ж"), ("у", "KeyE", "д"), ("б", "Comma", "а"), ("о", "KeyJ", "к")),
        *((";", "Semicolon", "ж"), ("l", "KeyL", "д"), ("f", "KeyF", "а"), ("r", "KeyR", "к")),
        *(("Ж", "Semicolon", "ж"), ("ұ", "Digit9", "9"), ("ә", "Digit2", "2")),
    ],
)
def test_the_same_keys_act_in_every_layout(sheet: Sheet, key: str, code: str, shown: str) -> None:
    sheet.press("Delete")

    sheet.strike(key, code)

    assert sheet.cell(1).inner_text() == shown


@pytest.mark.parametrize(
    ("keys", "to"),
    [
        (("ArrowDown", "ArrowRight"), (2, 1)),
        (("Enter", "Enter", "Shift+Enter"), (2, 0)),
        (("Control+Home",), (1, -9)),
        (("Home", "Tab"), (1, -8)),
        (("Home", "ArrowDown", "Shift+Tab"), (1, 99)),
        (("Control+ArrowDown",), (28, 0)),
        (("PageDown", "ArrowUp"), (10, 0)),
        (("ArrowUp",), (0, 0)),
        (("ArrowUp", "ArrowDown"), (1, 0)),
    ],
)
def test_keys_move_as_in_a_sheet(sheet: Sheet, keys: tuple[str, ...], to: tuple[int, int]) -> None:
    entries = sheet.page.locator("#book thead th[data-k]").count()
    row, column = to
    place = {-9: 1, -8: 2, 99: entries}.get(column, sheet.column + column)

    sheet.press(*keys)

    assert sheet.here == (row, place)


def test_the_ring_is_thick_and_the_head_of_the_column_stays_in_sight(sheet: Sheet) -> None:
    for keys in (("Control+End",), ("Control+Home",), ("Control+ArrowDown",)):
        sheet.press(*keys)
        ring, head, seen = sheet.page.evaluate(
            """() => {
                const cell = document.activeElement, place = cell.getBoundingClientRect();
                const top = document.querySelector('#book thead th').getBoundingClientRect();
                const middle = [place.x + place.width / 2, place.y + place.height / 2];
                return [getComputedStyle(cell).outlineWidth,
                        top.top >= document.querySelector('.top').getBoundingClientRect().bottom,
                        cell.contains(document.elementFromPoint(...middle))];
            }"""
        )
        assert (ring, head, seen) == ("3px", True, True), keys


def test_tab_leaves_after_escape_and_does_not_trap(sheet: Sheet) -> None:
    sheet.press("Tab")
    assert sheet.page.evaluate("document.activeElement.closest('#book') !== null")

    sheet.press("Escape", "Tab")

    assert sheet.page.evaluate("document.activeElement.closest('#book') === null")


def test_what_was_done_is_taken_back_and_done_again_step_by_step(sheet: Sheet) -> None:
    sheet.clear(3)
    sheet.press("1", "0", "Enter", "8", "Enter", "ArrowUp", "Delete")

    sheet.press("Control+z")
    assert sheet.column_texts(2) == ["10", "8"]
    sheet.press("Control+z")
    assert sheet.column_texts(2) == ["10", ""]
    sheet.press("Control+z")
    assert sheet.column_texts(2) == ["", ""]
    sheet.press("Control+y", "Control+Shift+z")
    assert sheet.column_texts(2) == ["10", "8"]
    sheet.delivered()


def test_a_column_pastes_from_a_sheet_whole_or_not_at_all(sheet: Sheet) -> None:
    sheet.clear(4)

    sheet.paste("8\r\n\r\nж\r\nк 10\r\n")
    assert sheet.column_texts(4) == ["8", "", "ж", "к 10"]
    sheet.press("Control+z")
    assert sheet.column_texts(4) == ["", "", "", ""]

    for text, words in (
        ("7\nabc", "2-жол: «abc»"),
        ("7\n11", "2-жол: 11 балл"),
        ("7\n" * 40, "Көшірілген жол саны артық: 40"),
    ):
        sheet.paste(text)
        expect(sheet.page.locator("#book-fault")).to_contain_text(words)
        assert sheet.column_texts(4) == ["", "", "", ""]


def test_a_range_is_copied_cleared_and_filled(sheet: Sheet) -> None:
    sheet.clear(3)
    sheet.press("7", "Enter", "8", "Enter", "9", "ArrowUp", "ArrowUp")

    sheet.press("Shift+ArrowDown", "Shift+ArrowDown")
    copied = sheet.page.evaluate(
        """() => {
            const data = new DataTransfer();
            const event = new ClipboardEvent('copy', {clipboardData: data, bubbles: true});
            document.activeElement.dispatchEvent(event);
            return data.getData('text/plain');
        }"""
    )
    assert copied == "7\n8\n9"
    assert sheet.page.locator("#book [aria-selected='true']").count() == 3
    sheet.press("Delete")
    assert sheet.column_texts(3) == ["", "", ""]
    sheet.press("Control+z")
    assert sheet.column_texts(3) == ["7", "8", "9"]


def test_points_that_cannot_be_are_told_and_do_not_stay(sheet: Sheet) -> None:
    sheet.clear(1)

    sheet.press("0")
    expect(sheet.page.locator("#book-fault")).to_contain_text("1–10 аралығында")
    assert sheet.cell(1).get_attribute("aria-invalid") == "true"
    sheet.press("Enter")

    assert sheet.cell(1).inner_text() == ""
    expect(sheet.page.locator("#book-fault")).to_be_hidden()


def test_a_change_is_announced_in_words(sheet: Sheet) -> None:
    sheet.clear(1)

    sheet.strike("а", "KeyF")
    expect(sheet.page.locator("#book-said")).to_have_text("ауырды")
    sheet.press("9")
    expect(sheet.page.locator("#book-said")).to_have_text("9 балл")
    sheet.press("Backspace")
    expect(sheet.page.locator("#book-said")).to_have_text("бос")


def test_a_card_takes_a_comment_and_tells_what_was_corrected(sheet: Sheet) -> None:
    sheet.clear(2)
    sheet.press("6")
    sheet.delivered()

    sheet.press("F2")
    dialog = sheet.page.locator("dialog[open]")
    assert dialog.locator("#value").input_value() == "6"
    found = Axe().run(sheet.page, options=RULES).response["violations"]
    assert [violation["id"] for violation in found] == []
    dialog.locator("#value").fill("8")
    dialog.locator("#comment").fill("Тақтада шығарды")
    dialog.locator("#reason").fill("Қате бастым")
    sheet.press("Enter")
    expect(dialog).to_be_hidden()
    assert sheet.here == (1, sheet.column)
    sheet.press("Enter", "7", "ArrowUp")
    sheet.delivered()
    sheet.press("F2")

    expect(dialog).to_contain_text("6 → 8")
    expect(dialog).to_contain_text("Қате бастым")
    assert dialog.locator("#comment").input_value() == "Тақтада шығарды"
    sheet.press("Escape", "9")
    sheet.delivered()
    sheet.press("F2")
    expect(dialog).to_contain_text("8 → 9")
    assert dialog.locator("#comment").input_value() == "Тақтада шығарды"


def test_why_opens_beside_the_mark_and_gives_the_focus_back(sheet: Sheet) -> None:
    sheet.press("End", "Enter")

    dialog = sheet.page.locator("dialog[open]")
    expect(dialog).to_contain_text("kz-2024")
    last = sheet.here if sheet.page.evaluate("document.activeElement.closest('td')") else None
    sheet.press("Escape")

    assert last is None
    assert sheet.here[0] == 1
    assert "mark-cell" in sheet.page.evaluate("document.activeElement.className")


def test_the_figures_follow_what_was_entered(sheet: Sheet) -> None:
    sheet.clear(1)
    sheet.delivered()
    percent = sheet.page.locator("#book tbody tr:nth-child(1) td.sum")
    before = percent.inner_text()

    sheet.press("1")
    sheet.delivered()

    expect(percent).not_to_have_text(before)


def test_what_the_school_has_not_got_yet_is_there_after_a_reload(sheet: Sheet) -> None:
    sheet.clear(2)
    sheet.delivered()
    page = sheet.page
    page.route("**/sync/**", lambda route: route.abort())

    sheet.press("5", "Enter")
    sheet.strike("д", "KeyL")
    expect(page.locator("#saving")).to_have_attribute("data-state", "waiting", timeout=15_000)
    expect(page.locator("#saving .waiting")).to_contain_text("мектепке әлі жеткен жоқ: 2")
    page.reload()
    expect(sheet.cell(2)).to_have_text("д")
    assert sheet.column_texts(2) == ["5", "д"]
    page.unroute("**/sync/**")
    page.reload()
    sheet.delivered()

    page.reload()
    assert sheet.column_texts(2) == ["5", "д"]


def test_a_refused_entry_is_told_in_words_until_its_author_lets_it_go(sheet: Sheet) -> None:
    sheet.clear(1)
    sheet.delivered()
    page = sheet.page
    refused = (
        """{"at": "", "answers": [{"op_id": "x", "status": "refused", "code": "x","""
        """ "words": "Мектептің сөзі."}]}"""
    )
    page.route(
        "**/sync/**", lambda route: route.fulfill(body=refused, content_type="application/json")
    )

    sheet.press("5")
    notice = page.locator("#book-notice")
    expect(notice).to_contain_text("Мектептің сөзі.", timeout=15_000)
    expect(page.locator("#saving")).to_have_attribute("data-state", "refused")
    page.unroute("**/sync/**")
    notice.get_by_role("button").nth(1).click()

    expect(page.locator("#saving")).to_have_attribute("data-state", "delivered", timeout=15_000)
    assert sheet.cell(1).inner_text() == ""


def test_a_thumb_enters_a_column_by_the_pad(window: Callable[..., Window]) -> None:
    sheet = opened(window(PHONE))
    sheet.clear(3)

    for face in ("10", "ж", "7"):
        sheet.page.locator(".book-pad").get_by_role("button", name=face, exact=True).click()

    assert sheet.column_texts(3) == ["10", "ж", "7"]
    assert sheet.here == (4, sheet.column)
    wide = sheet.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE
    found = Axe().run(sheet.page, options=RULES).response["violations"]
    assert [violation["id"] for violation in found] == []
    sheet.delivered()


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_names_stay_where_they_are_while_a_term_scrolls_by(
    window: Callable[..., Window], width: int
) -> None:
    sheet = opened(window(width))
    sheet.page.goto(sheet.page.url.split("?")[0] + "?term=1")
    name = sheet.page.locator("#book tbody th").first
    box = sheet.page.locator("#book-box")
    expect(sheet.page.locator("#book")).to_have_attribute("role", "grid")
    box.evaluate("box => { box.scrollLeft = 0; }")
    before = name.bounding_box()

    box.evaluate("box => { box.scrollLeft = 300; }")

    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert name.bounding_box() == before
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= width


def test_who_only_reads_moves_and_opens_cards_and_changes_nothing(
    window: Callable[..., Window],
) -> None:
    seen = window(language="kk")
    seen.enter("deputy_head")
    page = seen.page
    page.goto(f"{seen.origin}/register/")
    page.get_by_role("link", name="7 «Ә»").click()
    page.locator(".books a", has_text="Геометрия").click()
    start = page.locator("#book td[tabindex='0']")
    start.focus()
    before = start.inner_text()

    page.keyboard.press("9")
    page.keyboard.press("Delete")

    assert start.inner_text() == before
    page.keyboard.press("F2")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    assert dialog.locator("form").count() == 0
    assert seen.faults() == []
