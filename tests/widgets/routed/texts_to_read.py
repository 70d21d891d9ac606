"""Texts that a page is likely to read in another way than Python."""

TRAPS = [
    "",
    " \t\n\x0b\x1c\x85\u2028\u3000 ",
    "İstanbul ISTANBUL ısı",  # noqa: RUF001 - one letter becomes two
    "STRASSE Straße ẞ ﬁﬂ ǅ",
    "ΟΔΥΣΣΕΥΣ ΟΔΟΣ. Σ ΑΣ'Α ΣΑΣ ΑΣ\u0301 Α.Σ Α\u00adΣ\u00adΑ",  # noqa: RUF001 - the sigma that ends a word
    "e\u0301te\u0301 क्षत्रिय हिन्दी ไทยภาษา 中文字 日本語テキスト",  # marks are no letters
    "😀 👍🏽 👨\u200d👩\u200d👧 1️⃣ a😀b",
    "\ud83d half \ude00 \udc00\ud800",  # halves of letters
    "snake_case __init__ x_ _y a-b o'clock d’accord",
    "٣٤ ²³ ½ Ⅷ ⅷ ㊿ 12,50 € 4711",
    "\u1c80\u1e9e\u2126\u212a\U00010400\U0001e900\u10a0\u13a0",  # rare capitals
    "\ufeffbom zero\u200bwidth non\u00a0breaking\u202fspaces",
    "a b c I x",
]
