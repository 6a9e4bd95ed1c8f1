"""From the bytes of a table to its text: which encoding, and is it text at all? Pure functions.

Excel and the bank's systems write UTF-8 with and without byte order mark, UTF-16 and GB18030, and all of these are
read. What went wrong before the file came here (a workbook renamed to .csv, text saved in the wrong encoding) is
refused with what to do about it: imported, it would be shown to customers.
"""

from __future__ import annotations

import re
from itertools import islice

SAVE_AS = "请在 Excel 或 WPS 中打开原文件，选“另存为 → CSV UTF-8（逗号分隔）”"
MARKS = (  # UTF-32 first: the mark of UTF-16 is its beginning
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
OTHER_FILES = (
    (b"PK\x03\x04", "Excel 工作簿（.xlsx）"),
    (b"\xd0\xcf\x11\xe0", "旧版 Excel 工作簿（.xls）"),
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "Word 文档"),
)
_PAGE = re.compile(r"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)  # what many systems export as “Excel”
SAMPLE = 4096  # bytes that tell UTF-16 without a mark: its ASCII signs have a NUL each

# Text that was decoded wrongly and then saved:
_REPLACED = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_C1 = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # the bytes 80 to BF, read as Latin
_LATIN_UTF8 = re.compile(
    f"(?:[ä-é][{_C1}][{_C1} ]){{2}}"
)  # UTF-8 read as Latin: two Chinese characters (你好 as ä½ å¥½)
_LATIN_RUN = re.compile("[¡-ÿ]{4,}")  # GB18030 read as Latin (你好 as ÄãºÃ); natural text has no four in a row
_LATIN_LETTER = re.compile("[À-ÖØ-öø-ÿ]")  # but signs such as × do repeat: two of the run must be letters
# UTF-8 read as GB18030 (你好 as 浣犲ソ) and put back into bytes: four characters. By chance once in 10^9 characters.
_GB_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){4}")
_LETTER = re.compile(r"[^\x00-\x7f，。？！：；、（）“”‘’《》【】—…·\s]")  # and signs, but not those of every text
MIN_LETTERS = 8  # fewer say nothing about the encoding
COMMON_SHARE = 0.6  # of GB 2312's first plane; Chinese text has over .95, Big5 or UTF-8 read as GB18030 under .5
LETTERS_SAMPLE = 20_000  # looked at for the share


class NotText(ValueError):
    """The bytes are not the text of a table; ``line`` counts from 1, 0 is the file as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def decode(content: bytes) -> str:
    """Text of a file: by its byte order mark, else UTF-8, UTF-16 or GB18030, whichever it is.

    Raises:
        NotText: it is another kind of file, in no known encoding, damaged, or was saved wrongly before.
    """
    for start, kind in OTHER_FILES:
        if content.startswith(start):
            raise NotText(f"这是{kind}，不是 CSV 文本，改扩展名没有用。{SAVE_AS}")
    text = _decoded(content).lstrip("\ufeff")  # saved twice, it has two marks
    if "\0" in text:
        raise NotText("含有空字符，文件可能已损坏", _line(text, text.index("\0")))
    if _PAGE.match(text):
        raise NotText(f"这是网页（HTML/XML），不是 CSV 文本。{SAVE_AS}")
    _check_garbled(text)
    return text


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None) or _unmarked_utf16(content)
    if encoding:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            raise NotText(f"文件头标明是 {encoding[:6].upper()} 编码，内容却不是，文件可能已损坏。{SAVE_AS}") from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = content.count(b"\n", 0, error.start) + 1
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise NotText(f"既不是 UTF-8 也不是 GB18030 编码（从第 {bad} 行起无法识别）。{SAVE_AS}") from None
    letters = [match.group() for match in islice(_LETTER.finditer(text), LETTERS_SAMPLE)]
    if len(letters) >= MIN_LETTERS and sum(map(_is_common, letters)) < COMMON_SHARE * len(letters):
        raise NotText(f"无法识别文件编码：不是 UTF-8（第 {bad} 行起），按 GB18030 读出来是乱码。{SAVE_AS}")
    return text


def _unmarked_utf16(content: bytes) -> str | None:
    sample = content[:SAMPLE]
    if b"\0" not in sample:
        return None
    odd, even = sample[1::2], sample[::2]
    for high, low, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        # Half of the bytes of a header are NUL, all of them on one side.
        if high.startswith(b"\0\0") and b"\0" not in low:
            return name
    return None


def _is_common(char: str) -> bool:
    try:
        return b"\xb0" <= char.encode("gb2312")[:1] <= b"\xd7"
    except UnicodeEncodeError:
        return False


def _check_garbled(text: str) -> None:
    at = _garbled_at(text)
    if at is not None:
        shown = text[at : at + 8].split("\n")[0]
        raise NotText(
            f"文字是乱码（“{shown}”），这个文件曾以错误的编码打开后保存，内容已受损，请改用原文件重新保存。{SAVE_AS}",
            _line(text, at),
        )


def _garbled_at(text: str) -> int | None:
    """Where text begins that was once decoded wrongly; None for good text."""
    for pattern in (_REPLACED, _LATIN_UTF8):
        if found := pattern.search(text):
            return found.start()
    for run in _LATIN_RUN.finditer(text):
        if len(_LATIN_LETTER.findall(run.group())) > 1:
            return run.start()
    raw = text.encode("gb18030", "replace")
    back = _GB_UTF8.search(raw)
    return len(raw[: back.start()].decode("gb18030", "ignore")) if back else None


def _line(text: str, offset: int) -> int:
    """The line of an offset, counted as the CSV reader does: \\r\\n is one end of a line, \\r alone is one, too."""
    before = text[:offset]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1
