"""The main job in a real browser: asked, answered with its disclosure, frustrated, handed over, served, returned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.e2e.conftest import Product

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
DISCLOSURE = "理财非存款，产品有风险，投资须谨慎"
RISING = [
    "你们那个稳健理财到底怎么样啊",
    "你这回答的什么啊，我问的不是这个",
    "问了半天一点用都没有，浪费我时间",
    "什么破客服，气死我了，太差劲了！！！",
]


def ask(chat: Frame | Page, text: str) -> None:
    chat.get_by_role("textbox", name="输入您的问题").fill(text)
    chat.get_by_role("button", name="发送", exact=True).click()


def messages(chat: Frame | Page, sender: str) -> Locator:
    return chat.locator(f'[data-seq][data-sender="{sender}"]')


def chat_frame(page: Page) -> Frame:
    """The bubble's chat: its iframe stands in a closed shadow root, so it is found among the page's frames."""
    for _ in range(100):
        found = next((frame for frame in page.frames if "/chat/" in frame.url), None)
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the bubble opened no chat")


def sign_in(console: Page, product: Product) -> None:
    console.goto(f"{product.base}/console/")
    console.get_by_role("textbox", name="用户名").fill("demo")
    console.get_by_label("密码", exact=True).fill(product.password)
    console.get_by_role("button", name="登录").click()


def wait_for_bot(chat: Frame | Page, more_than: int) -> None:
    expect(messages(chat, "bot").nth(more_than)).to_be_visible(timeout=30_000)


def test_customer_is_answered_frustrated_handed_over_served_and_returned(
    product: Product, browser: Browser, pictures: Path
) -> None:
    customer = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    failures: list[str] = []
    customer.on("pageerror", lambda error: failures.append(str(error)))
    customer.goto(product.base)
    customer.wait_for_function("window.Tingxin !== undefined")
    customer.screenshot(path=pictures / "demo-desktop.png")
    customer.evaluate("Tingxin.open()")
    chat = chat_frame(customer)
    expect(chat.get_by_role("textbox", name="输入您的问题")).to_be_visible()

    ask(chat, "R2的理财有哪些")
    expect(chat.get_by_text(DISCLOSURE).first).to_be_visible(timeout=30_000)
    customer.screenshot(path=pictures / "bubble-desktop.png")

    waiting = chat.locator('[data-testid="state-banner"][data-state="waiting"]')
    for text in RISING:
        seen = messages(chat, "bot").count()
        ask(chat, text)
        expect(messages(chat, "bot").nth(seen).or_(waiting).first).to_be_visible(timeout=30_000)
        if waiting.count():
            break
    expect(waiting).to_contain_text(re.compile(r"排队|前面|等待"), timeout=30_000)
    customer.screenshot(path=pictures / "bubble-waiting-desktop.png")

    console = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    console.on("pageerror", lambda error: failures.append(str(error)))
    sign_in(console, product)
    console.get_by_role("tab", name=re.compile("排队")).click()
    item = console.get_by_test_id("queue-item").first
    expect(item).to_be_visible(timeout=15_000)
    item.click()
    expect(console.get_by_test_id("handoff-reason")).to_contain_text(re.compile("情绪|不满|未被理解|重复"))
    expect(console.get_by_test_id("emotion-curve")).to_be_visible()
    expect(console.get_by_test_id("transcript")).to_contain_text("R2的理财有哪些")
    expect(console.get_by_test_id("transcript")).to_contain_text(re.compile("愤怒|不满|失望"))
    console.wait_for_timeout(800)  # the curve draws itself
    console.screenshot(path=pictures / "console-waiting.png")
    console.get_by_role("button", name="接入").first.click()
    expect(chat.get_by_test_id("state-banner")).to_contain_text("8001", timeout=15_000)

    reply = "您好，我是8001号客服，之前的对话我都看到了，给您添麻烦了，我马上为您处理。"
    console.get_by_role("textbox", name="回复客户").fill(reply)
    console.get_by_role("button", name="发送", exact=True).click()
    expect(messages(chat, "agent").filter(has_text="马上为您处理")).to_be_visible(timeout=15_000)

    bot_before = messages(chat, "bot").count()
    ask(chat, "好的，我想问R2理财的手续费")
    expect(console.get_by_test_id("transcript")).to_contain_text("我想问R2理财的手续费", timeout=15_000)
    customer.wait_for_timeout(4_000)
    assert messages(chat, "bot").count() == bot_before, "the bot spoke while a human serves"
    console.screenshot(path=pictures / "console-serving.png")
    customer.screenshot(path=pictures / "bubble-human-desktop.png")

    console.get_by_role("button", name="转回智能客服").click()
    confirm = console.get_by_role("dialog").get_by_role("button", name=re.compile("确"))
    if confirm.count():
        confirm.first.click()
    expect(messages(chat, "system").filter(has_text="智能客服").last).to_be_visible(timeout=15_000)
    ask(chat, "活期利率多少")
    wait_for_bot(chat, bot_before)
    assert failures == []


def test_customer_on_a_phone_reads_the_disclosure_on_the_h5_page(
    product: Product, browser: Browser, pictures: Path
) -> None:
    page = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN"
    ).new_page()
    page.goto(f"{product.base}/h5/")
    ask(page, "有没有一年期的理财")
    expect(page.get_by_text(DISCLOSURE).first).to_be_visible(timeout=30_000)
    page.screenshot(path=pictures / "h5-phone.png")
    page.get_by_role("button", name="转人工").first.click()
    expect(page.get_by_test_id("state-banner")).to_contain_text(re.compile("排队|前面|等待"), timeout=15_000)
    page.screenshot(path=pictures / "h5-phone-waiting.png")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} px wide on a 390 px phone"


def test_page_that_is_reloaded_shows_the_same_conversation_once(product: Product, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    page.goto(f"{product.base}/h5/")
    ask(page, "信用卡年费怎么收")
    expect(messages(page, "bot").last).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1_500)
    before = [item.get_attribute("data-seq") for item in page.locator("[data-seq]").all()]
    page.reload()
    expect(messages(page, "customer").filter(has_text="信用卡年费怎么收")).to_have_count(1, timeout=15_000)
    page.wait_for_timeout(1_000)
    after = [item.get_attribute("data-seq") for item in page.locator("[data-seq]").all()]
    assert after == before
    assert len(set(after)) == len(after)
