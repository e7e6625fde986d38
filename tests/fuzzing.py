"""What a hostile reader, or a strange one, puts into addresses: strategies for texts, parameters and parts of paths."""

from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

from text.keys import folded
from text.terms import LEFT_OUT, MARKS, words

LONG = 100_000
# Of a parameter's value, as it stands in the query.
VALUES = [
    b"", b"%00", b"a%00b", b"%ff", b"%c3%28", b"%ed%a0%80", b"%ef%bf%bf", b"%f4%90%80%80", b"\xff\xfe", b"%", b"%zz",
    b"%0b%0c%1f%7f", b"%e2%80%a8", b"%e2%80%ae", b"%0d%0aSet-Cookie:x=1", b"-1", b"0", b"1e9", b"99999999999", b"0000",
    b"10000", b"2147483648", b"9223372036854775808", b"1.5", b"NaN", b"%D9%A2%D9%A0%D9%A2%D9%A1", b"%C2%B2", b"'",
    b"%22", b"''%22%60", b"'%20OR%201=1--", b"1);DROP%20TABLE%20publications_report;--", b"%25", b"%25%25%27", b"_",
    b"%5C", b"%5C%27", b"*", b"a*", b"%28", b"{{7*7}}", b"{%25%20include%20%22x%22%20%25}", b"${7*7}", b"%u0041",
    b"../../etc/passwd", b"..%2f..%2f", b"None", b"null", b"true", b"[]", b"%5B%5D", b"a&b", b"+", b"%20", b"e_n",
    b"%EF%B7%BA" * 100, b"x" * LONG, b"%00" * 1000, b"x+" * 1000, b"%CC%81" * 2000,
]  # fmt: skip
# Of a part of a path, as a server hands it on.
PARTS = [
    b"\x00", b"a\x00b", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x0b\x1f\x7f", b"\xef\xbf\xbf", b"..", b".", b"'",
    b'"',
    b"<b>", b"%00", b"%2e%2e", b"a/b", b"//", b"\\", b"-", b"_", b"0", b"9" * 5000, b"x" * LONG,
    b"\r\nSet-Cookie: x=1", "é\u202e٢".encode(), b";", b"?", b"#", b" ",
]  # fmt: skip

# First and last sign of what is drawn from: letters of many scripts, their marks, and what may be mistaken for letters.
SCRIPTS = [
    ("a", "z"), ("A", "ſ"), ("\u0300", "\u036f"), ("Ͱ", "Ͽ"), ("Ѐ", "я"), ("\u0591", "ת"), ("\u0610", "ۿ"), ("ऀ", "ॿ"),
    ("ก", "๛"), ("က", "႟"), ("ក", "៹"), ("ᄀ", "ᇿ"), ("ぁ", "ヿ"), ("一", "丿"), ("가", "갿"), ("ﬀ", "ﷺ"), ("０", "ﾟ"),
    ("²", "¾"), ("‐", "⁰"), ("№", "⅓"), ("𝐀", "𝐳"), ("😀", "😏"), ("0", "9"), ("٠", "٩"), (" ", "/"), ("\x00", "\x1f"),
    ("\ud800", "\udfff"),
]  # fmt: skip
# What changes its length, its letters or its words where it is folded, and what searching engines read as a command.
TRICKS = [
    "ﬁ", "İ", "ı", "ß", "ẞ", "ﷺ", "ŉ", "ǰ", "ΐ", "ς", "½", "™", "①", "e\u0301", "น้ำ", "ｶﾞ", "שׁ", "בית־ספר", "لا", "٢",
    "\u202e", "\u200d", "\u00ad", "-", "−", "--", '"', '""', '-"', "“", "„", "«", "AND", "OR NOT", "*", "a*", "?", "~2",
    "^3", "title:", "text:[a TO z]", "(", ")", "{", "\\", "+", "&&", "%", "_", "'", "a'b", "[[:alpha:]]", "(a+)+$",
    "\x00", "<mark>", "</mark>", "&amp;", "<b>", "\u2028",
]  # fmt: skip


def script(first, last):
    return st.text(st.characters(min_codepoint=ord(first), max_codepoint=ord(last)), max_size=8)


bits = st.one_of(st.text(max_size=8), st.sampled_from(TRICKS), *(script(*ends) for ends in SCRIPTS))


def texts(*real, most=8):
    """Any words, with and without blanks between them, these real ones among them."""
    pieces = st.one_of(bits, st.sampled_from(real)) if real else bits
    apart, glued = st.lists(pieces, max_size=most).map(" ".join), st.lists(pieces, max_size=4).map("".join)
    return st.one_of(apart, apart, glued)


def is_plain(sign):
    """Whether it is a letter of which folding makes one, or a mark."""
    is_letter = sign.isalnum() and words(sign) == [LEFT_OUT.sub("", folded(sign))]
    return is_letter or (sign in MARKS and folded(sign) in ("", sign))


def letters(first, last):
    return [sign for sign in map(chr, range(ord(first), ord(last) + 1)) if is_plain(sign)]


# Nobody writes Korean in its smallest parts, which join over the marks between them.
JOINING = ("ᄀ", "ᇿ")
alphabets = [found for ends in SCRIPTS if ends != JOINING and (found := letters(*ends))]
written = st.one_of(*(st.text(st.sampled_from(found), min_size=1, max_size=6) for found in alphabets))
# Texts as somebody may write them: letters and marks of many scripts, blanks and points.
proper_texts = st.lists(st.one_of(written, st.sampled_from([" ", " ", ". ", "-", "־", "น้ำ"])), max_size=12).map("".join)


# Addresses


def in_query(text):
    return quote(text, errors="surrogatepass").encode()


def values(*real):
    """Of a parameter, as they stand in a query: these real ones, their beginnings, and anything else."""
    beginnings = st.builds(lambda word, end: word[:end], st.sampled_from(real), st.integers(1, 6))
    few = [value for value in VALUES if len(value) < 500]
    return st.one_of(
        st.sampled_from(real).map(in_query),
        beginnings.map(in_query),
        st.sampled_from(few),
        st.binary(max_size=6).map(quote_from_bytes).map(str.encode),
        st.integers(-(10**30), 10**30).map(lambda number: b"%d" % number),
        texts(*real).map(in_query),
    )


def queries(names, **real):
    """Of such names, some several times; `real`: what a parameter may well hold."""
    everything = [value for some in real.values() for value in some]
    pair = st.sampled_from(names).flatmap(
        lambda name: st.tuples(st.just(name.encode()), values(*real.get(name, everything)))
    )
    many = st.builds(lambda one, times: [one] * times, pair, st.sampled_from([2, 60, 400]))
    few = st.lists(pair, max_size=8)
    lists = st.one_of(few, few, st.builds(list.__add__, many, few))
    return lists.map(lambda pairs: b"&".join(name + b"=" + value for name, value in pairs))
