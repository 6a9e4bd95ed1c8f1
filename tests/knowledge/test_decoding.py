from __future__ import annotations

import pytest

from bot.knowledge.decoding import NotText, decode

TABLE = "id,question\r\nA,你好，我的银行卡丢了怎么办，请问是不是要先挂失\r\n"


def refusal(content: bytes) -> NotText:
    with pytest.raises(NotText) as caught:
        decode(content)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        *(
            TABLE.encode(name)
            for name in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
        ),
        b"\xef\xbb\xbf" + TABLE.encode("utf-8-sig"),  # saved with the mark twice
    ],
)
def test_every_encoding_that_excel_writes_is_read_alike(content: bytes) -> None:
    assert decode(content) == TABLE


@pytest.mark.parametrize(
    "garbled",
    [
        TABLE.encode().decode("latin-1"),
        TABLE.encode().decode("cp1252", "ignore"),
        "id,question\r\nA,ä½ å¥½\r\n",
        "id,question\r\nA,锟斤拷锟斤拷\r\n",
        "id,question\r\nA,怎么\ufffd\ufffd户\r\n",
        TABLE.encode("gb18030").decode("latin-1"),
        TABLE.encode().decode("gb18030", "ignore"),
    ],
)
def test_text_saved_in_the_wrong_encoding_is_refused_with_its_line_and_how_to_save_it(garbled: str) -> None:
    error = refusal(garbled.encode())
    assert error.line == 2
    assert "乱码" in str(error) and "CSV UTF-8" in str(error)


def test_utf8_with_a_lost_byte_is_refused_though_gb18030_can_read_it() -> None:
    damaged = TABLE.encode().replace("失".encode(), "失".encode()[:2])
    damaged.decode("gb18030")
    assert "不是 UTF-8（第 2 行起）" in str(refusal(damaged))


def test_encodings_that_gb18030_can_read_but_not_make_sense_of_are_refused() -> None:
    assert "无法识别文件编码" in str(
        refusal("id,question\nA,你好，我的銀行卡丟了怎麼辦，請問是不是要先掛失\n".encode("big5"))
    )


@pytest.mark.parametrize(
    "text",
    [
        "A,××××银行的卡，尾号××××，····\n",
        "A,Crédit Agricole 在 Zürich 和 São Paulo 能取款吗，café né à Orléans\n",
        "A,帳戶開立需要什麼證件，銀行幾點開門\n",
        "A,手续费 0.5‰，约合 €20、£15、¥100，温度 25°±1\n",
        "A,把字调大👴，谢谢🙏\n",
        "A,浣熊、铪、䶮、鏄\n",
    ],
)
def test_natural_text_with_rare_signs_is_no_garbled_text(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "Excel 工作簿（.xlsx）"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel 工作簿（.xls）"),
        (b"%PDF-1.7", "PDF 文件"),
        ("\ufeff\n<html><table><tr><td>编号</td></tr></table></html>".encode(), "网页"),
    ],
)
def test_another_kind_of_file_is_named(content: bytes, said: str) -> None:
    error = refusal(content)
    assert said in str(error) and "另存为" in str(error)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_nul_is_refused_with_its_line_whatever_the_line_ends(end: str) -> None:
    assert refusal(f"id,question{end}A,怎么办{end}B,怎\0么办{end}".encode()).line == 3


def test_bytes_of_no_encoding_name_the_line() -> None:
    assert "从第 2 行起" in str(refusal(b"id,question\nA,\xff\xff\n"))


def test_broken_utf16_is_refused() -> None:
    assert "UTF-16" in str(refusal(TABLE.encode("utf-16")[:-1]))
