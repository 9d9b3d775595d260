"""Definitions made to hurt, in YAML: each by a name, with the end that it must come to where it must be refused."""

from instruments.reading import MAX_BAND_SETS, MAX_FINDINGS, MAX_ITEMS, MAX_NAMES, MAX_SCALES
from instruments.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from tests.instruments.forms import HEAD, ITEMS, SUM

SOUND = HEAD + ITEMS + SUM
ONE_FINDING = "findings:\n  one: {source: ours, when: "


def items(number, more=""):
    return HEAD + "items:\n" + "".join(f"  q{n}: {{answers: often{more}}}\n" for n in range(1, number + 1))


def scales(number, formula="sum: q1"):
    return "scales:\n" + "".join(f"  s{n}: {{{formula}}}\n" for n in range(number))


def findings(number, when="{item: q1, is: 1}"):
    return "findings:\n" + "".join(f"  f{n}: {{source: ours, when: {when}}}\n" for n in range(number))


def band_sets(number):
    one = "of: total, purpose: screening, population: x, source: ours, bands: {0-6: a}"
    return "bands:\n" + "".join(f"  b{n}: {{{one}}}\n" for n in range(number))


def flow(number, opening, inner, closing):
    return "a: " + opening * number + inner + closing * number + "\n"


def repeated_names(names):
    """A sum of `names` names, written as ranges of a hundred."""
    return items(100) + "scales: {t: {sum: [" + ", ".join(["q1..q100"] * (names // 100)) + "]}}\n"


def with_value(words):
    """The sound definition with one text replaced."""
    return SOUND.replace("publisher: Nobody", f"publisher: {words}")


# At each bound the file is read, one over it is refused; MAX_VALUES counts keys, values and brackets alike.
BOUNDS = {
    "items": (MAX_ITEMS, lambda n: items(n) + scales(1)),
    "scales": (MAX_SCALES, lambda n: HEAD + ITEMS + scales(n)),
    "findings": (MAX_FINDINGS, lambda n: SOUND + findings(n)),
    "band sets": (MAX_BAND_SETS, lambda n: SOUND + band_sets(n)),
    "names in ranges": (MAX_NAMES // 100, lambda n: repeated_names(n * 100)),
    "bytes": (MAX_BYTES, lambda n: SOUND + "#" * (n - len(SOUND.encode()) - 1) + "\n"),
}

REFUSED = {
    **{
        f"code in a {what}": with_value(word)
        for what, word in {
            "python tag": "!!python/object/apply:os.system ['true']",
            "python name": "!!python/name:os.system",
            "python module": "!!python/module:os",
            "new object": "!!python/object/new:subprocess.Popen [['true']]",
            "local tag": "!run x",
            "tagged binary": "!!binary aGVsbG8=",
            "tagged set": "!!set {a: null}",
            "tagged text": "!!str x",
            "verbatim tag": "!<tag:yaml.org,2002:python/tuple> [1]",
        }.items()
    },
    "alias": with_value("&a Nobody") + "notes: [*a]\n",
    "alias without anchor": with_value("*a"),
    "alias in itself": with_value("&a [*a]"),
    "merge key": SOUND + "codes: {<<: {loinc: x}}\n",
    "merge of an anchor": SOUND.replace("answers:\n", "answers: &x\n") + "codes: {<<: *x}\n",
    "billion laughs": "a: &a [x]\n"
    + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "laughs in mappings": "a: &a {x: y}\n"
    + "".join(f"{b}: &{b} {{p: *{a}, q: *{a}}}\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "two documents": SOUND + "---\n" + SOUND,
    "a hundred documents": "--- a\n" * 100,
    "a directive": "%TAG ! tag:x,2026:\n---\n" + SOUND,
    "yaml 1.1": "%YAML 1.1\n---\n" + SOUND,
    "yaml 9.9": "%YAML 9.9\n---\n" + SOUND,
    **{
        f"{what} {depth} deep": flow(depth, *shape)
        for depth in (MAX_DEPTH + 1, 100, 1000, 5000, 40_000)
        for what, shape in {
            "lists": ("[", "x", "]"),
            "mappings": ("{a: ", "x", "}"),
            "open lists": ("[", "", ""),
            "open mappings": ("{a: ", "", ""),
            "explicit keys": ("? ", "", ""),
            "dashes": ("- ", "", ""),
        }.items()
        if len(shape[0]) * depth < MAX_BYTES
    },
    "keys 700 deep": "".join(" " * n + "a:\n" for n in range(700)),
    "values over the most": SOUND + "notes: [" + "x, " * MAX_VALUES + "]\n",
    "keys over the most": SOUND + "".join(f"k{n}: 1\n" for n in range(MAX_VALUES)),
    "a key twice": SOUND + "minutes: 3\nminutes: 3\n",
    "a key twenty thousand times": "a: 1\n" * 20_000,
    "a key twice, once in quotes": SOUND + 'minutes: 3\n"minutes": 3\n',
    **{
        f"minutes of {word[:24]!r}": SOUND + f"minutes: {word}\n"
        for word in (
            *(
                "9" * 19,
                "9" * 400,
                "9" * 200_000,
                "-1",
                "0",
                "241",
                "1.0",
                "1e3",
                "1e999999999",
                "-1e99999999",
            ),
            *(
                ".nan",
                ".inf",
                "-.inf",
                "0x10",
                "0o17",
                "0b1",
                "1_000",
                "12:30:45",
                "2026-11-22",
                "yes",
                "~",
                "''",
            ),
            *("NaN", "Infinity", "1" + "0" * 4300, "٣", "１２", "1 2", "+ 1", "1e", "1.5e+3000"),  # noqa: RUF001
        )
    },
    **{
        f"an answer worth {word[:20]!r}": HEAD.replace("2: Often", f"{word}: Often") + ITEMS + SUM
        for word in ("9" * 18, "9" * 500, "1e3", ".nan", "true", "null", "-10000000", "[1]", "{a: 1}")
    },
    **{
        f"a version of {word[:20]!r}": SOUND.replace('"1.0.0"', word)
        for word in (
            "1.0.0.0",
            "1.0",
            "'" + "1" * 9000 + "'",
            "'1.0.0\\n'",
            "2026-11-22T00:00:00Z",
            '"1.0.0\\u0000"',
        )
    },
    **{
        f"an id of {word[:20]!r}": SOUND.replace("instrument: tiny", f"instrument: {word}")
        for word in (
            "../../etc/passwd",
            "'a/b'",
            "A",
            "a--b",
            "'-a'",
            "a-" * 5000,
            "' '",
            "'{{7*7}}'",
            '"a\\u0000"',
        )
    },
    **{
        f"{what} bytes": content
        for what, content in {
            "utf-16": SOUND.encode("utf-16"),
            "utf-16 without a mark": SOUND.encode("utf-16-le"),
            "utf-32": SOUND.encode("utf-32"),
            "latin-1": SOUND.replace("Never", "Nié").encode("latin-1"),
            "overlong": SOUND.encode().replace(b"Never", b"\xc0\xae"),
            "surrogate": SOUND.encode().replace(b"Never", b"\xed\xa0\x80"),
            "cut short": SOUND.encode() + b"# \xe2\x82",
            "nul": SOUND.encode().replace(b"Never", b"Ne\0ver"),
            "only nul": b"\0" * 1000,
            "escape": SOUND.encode().replace(b"Never", b"\x1b[2J"),
            "zip": b"PK\x03\x04" + b"\0" * 500,
            "gzip": b"\x1f\x8b\x08" + b"\0" * 500,
            "pickle": b"cos\nsystem\n(S'true'\ntR.",
            "python": b"import os\nos.system('true')\n",
            "no": b"",
            "white": b" \n\t\n  ",
            "mark only": b"\xef\xbb\xbf",
        }.items()
    },
    "an answer set of itself": SOUND.replace("often}", "[often]}"),
    "an item asked if itself": SOUND.replace("q2: {", "q2: {asked_if: {item: q2, is: 1}, "),
    "items asked if each other": SOUND.replace("q1: {", "q1: {asked_if: {item: q2, is: 1}, ").replace(
        "q2: {", "q2: {asked_if: {item: q1, is: 1}, "
    ),
    "a score of itself": HEAD + ITEMS + "scales: {t: {score: t}}\n",
    "scores of each other": HEAD + ITEMS + "scales: {t: {score: u}, u: {score: t}}\n",
    "a table of itself": HEAD + ITEMS + "scales: {t: {table: {of: t, 0: 1}}}\n",
    "findings of each other": SOUND
    + "findings:\n  a: {source: ours, when: b}\n  b: {source: ours, when: a}\n",
    **{
        f"a {word} of nothing": HEAD + ITEMS + f"scales: {{t: {{{word}: []}}}}\n"
        for word in ("sum", "max", "min", "mean", "count")
    },
    "a maximum of nobody": HEAD + ITEMS + "scales: {t: {sum: [{max: [q8..q9]}]}}\n",
    "a T-score table of two billion": HEAD
    + ITEMS
    + "scales:\n  t: {sum: q1..q3, weights: {q1: 1000}, multiply: 1000000}\n  u: {table: {of: t, 0: 1}}\n",
    "a T-score table with a hole": HEAD + ITEMS + "scales: {t: {sum: q1}, u: {table: {of: t, 0: 1, 2: 3}}}\n",
    "a table that turns": HEAD + ITEMS + "scales: {t: {sum: q1}, u: {table: {of: t, 0: 1, 1: 9, 2: 3}}}\n",
    "bands of two billion": HEAD + ITEMS + "scales: {t: {sum: q1..q3, multiply: 1000000}}\n" + band_sets(1),
    "a range of a billion": HEAD + ITEMS + "scales: {t: {sum: q1..q999999999}}\n",
    "five thousand unknown names": items(500)
    + "scales: {t: {sum: ["
    + ", ".join(f"x{n}" for n in range(5000))
    + "]}}\n",
    "five long unknown names": items(500) + "scales: {t: {sum: [" + ", ".join(["x" * 20_000] * 5) + "]}}\n",
    "a thousand unknown keys": SOUND + "".join(f"minute{n}: 1\n" for n in range(4000)),
    "not, four hundred deep": SOUND + ONE_FINDING + "{not: " * 400 + "x" + "}" * 400 + "}\n",
    "any, twenty deep": SOUND + ONE_FINDING + "{any: [" * 20 + "x" + "]}" * 20 + "}\n",
    "chains of gates": items(1)
    + "".join(f"  q{n}: {{answers: often, asked_if: {{item: q{n - 1}, is: 1}}}}\n" for n in range(2, 400))
    + scales(1),
    "chains of scores": HEAD
    + ITEMS
    + "scales:\n  s0: {sum: q1}\n"
    + "".join(f"  s{n}: {{score: s{n - 1}}}\n" for n in range(1, 99)),
    "chains of findings": SOUND
    + findings(1)
    + "".join(f"  f{n}: {{source: ours, when: {{not: f{n - 1}}}}}\n" for n in range(1, 299)),
    "a regular expression": SOUND + "findings: {one: {source: ours, when: {item: q1, matches: '(a+)+$'}}}\n",
    "an expression": SOUND + "findings: {one: {source: ours, when: \"__import__('os').system('true')\"}}\n",
    "a template": SOUND + "findings: {one: {source: ours, when: '{{ self.__init__ }}'}}\n",
}

READ = {
    "sound": SOUND,
    "a mark before it": b"\xef\xbb\xbf" + SOUND.encode(),
    "windows line ends": SOUND.replace("\n", "\r\n"),
    "code in a label": HEAD.replace("Never", "\"__import__('os').system('true')\"") + ITEMS + SUM,
    "a template in a label": HEAD.replace("Never", '"{{ 7 * 7 }} ${7*7} <%= 7 %>"') + ITEMS + SUM,
    "markup in a label": HEAD.replace("Never", '"<img src=x onerror=alert(1)>"') + ITEMS + SUM,
    "a format in a label": HEAD.replace("Never", '"{0.__class__} %s %(x)s {item}"') + ITEMS + SUM,
    "right-to-left signs": HEAD.replace("Never", '"\\u202eNever\\u202c\\u2066"') + ITEMS + SUM,
    "names of ours": SOUND.replace("total:", "key:"),
    "weights at the most": HEAD
    + ITEMS
    + "scales: {t: {sum: q1..q3, weights: {q1: 1000}, multiply: 1000000}}\n",
    "wide any": SOUND + ONE_FINDING + "{any: [" + "{item: q1, is: 1}, " * 1000 + "]}}\n",
    "many scales over many items": items(MAX_ITEMS) + scales(MAX_SCALES),
    "a long label": with_value('"' + "x" * 100_000 + '"'),
    "escapes": with_value('"' + "\\u0041" * 30_000 + '"'),
    "comments": SOUND + "# x\n" * 30_000,
}
