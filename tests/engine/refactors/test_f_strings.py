"""Texts become f-strings and f-strings calls of `format`: what is converted, and every way in which it would differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refactoring_case import attempt, done, offered, printed, refused, same


def converted(expression, before="", name="to-f-string"):
    """The expression that it becomes, in `x = …`; the cursor stands at its beginning."""
    after = done(name, f"{before}x = ¦{expression}\n")
    return after.removeprefix(before).removeprefix("x = ").removesuffix("\n")


def reason(expression, before="", name="to-f-string"):
    """Why the expression stays."""
    return refused(name, f"{before}x = ¦{expression}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a %s b" % (a,)', 'f"a {a!s} b"'),
        ("'%s, %r and %a' % (a, b, c)", "f'{a!s}, {b!r} and {c!a}'"),
        ('"%5s|%-5s|%.2s|%5.2r" % (a, b, c, d)', 'f"{a!s:>5}|{b!s:<5}|{c!s:.2}|{d!r:>5.2}"'),
        ('"%d%%" % len(a)', 'f"{len(a)}%"'),
        ('"%5d|%-5d|%05d|%+d|% d|%i" % (1, 2, 3, 4, 5, 6)', 'f"{1:5d}|{2:<5d}|{3:05d}|{4:+d}|{5: d}|{6}"'),
        ('"%x %#X %o" % (1, 2, 3)', 'f"{1:x} {2:#X} {3:o}"'),
        ('"%.2f %g %08.3e" % (1.5, float(a), 1)', 'f"{1.5:.2f} {float(a):g} {1:08.3e}"'),
        ('"%d" % True', 'f"{True:d}"'),
        ('"%s" % str(a)', 'f"{a!s}"'),
        ('"%s" % "b"', "f\"{'b'}\""),
        ('"{%s}" % (a,)', 'f"{{{a!s}}}"'),
        ('"%(a)s-%(b)s" % {"a": c, "b": d}', 'f"{c!s}-{d!s}"'),
        ('"%(a)s-%(a)s" % {"a": c}', 'f"{c!s}-{c!s}"'),
        ('r"\\%s" % (a,)', 'rf"\\{a!s}"'),
        ('u"\\t%s\\N{EM DASH}" % (a,)', 'f"\\t{a!s}\\N{EM DASH}"'),
        ('("a %s"\n    "b %s {}" % (a, b))', '(f"a {a!s}"\n    f"b {b!s} {{}}")'),
        ('("a %s"  # one\n    "b") % (a,)', '(f"a {a!s}"  # one\n    "b")'),
        ('"""a\n%s""" % (a["b"],)', 'f"""a\n{a[\'b\']!s}"""'),
        ('"%s" % (a["b"],)', "f\"{a['b']!s}\""),
        ('"%s" % ({1: 2},)', 'f"{ {1: 2}!s}"'),
        ('"%s" % (lambda: a)', 'f"{(lambda: a)!s}"'),
        ('"%s" % [b for b in a]', 'f"{[b for b in a]!s}"'),
        ('"%s %s" % (a if b else c, d.e[0])', 'f"{a if b else c!s} {d.e[0]!s}"'),
        ('"%s".strip() + "%s" % (a,)', 'f"{a!s}"'),
    ],
)
def test_percent(before, after):
    marked = before.replace('+ "%s" %', '+ ¦"%s" %') if "strip" in before else f"¦{before}"
    text = done("to-f-string", f"x = {marked}\n").removeprefix("x = ").removesuffix("\n")
    assert text.removeprefix('"%s".strip() + ') == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"{} {}".format(a, b)', 'f"{a} {b}"'),
        ('"{0} {1} {0}".format(a, b)', 'f"{a} {b} {a}"'),
        ('"{a} {b!r:>5}".format(a=c, b=d)', 'f"{c} {d!r:>5}"'),
        ('"{1} {0}".format(a, "b")', "f\"{'b'} {a}\""),
        ('"{a.b[0].c} {a[d]}".format(a=e)', "f\"{e.b[0].c} {e['d']}\""),
        ('"{:{}} {:.{}}".format(a, b, c, d)', 'f"{a:{b}} {c:.{d}}"'),
        ('"{0:{w}}".format(a, w=b)', 'f"{a:{b}}"'),
        ('"{{{}}}".format(a)', 'f"{{{a}}}"'),
        ('"{:%Y-%m}".format(a)', 'f"{a:%Y-%m}"'),
        ("'{}'.format(a['b'])", "f'{a[\"b\"]}'"),
        ('"{0.a}".format(b + c)', 'f"{(b + c).a}"'),
        ('"\\N{EM DASH}{}".format(a)', 'f"\\N{EM DASH}{a}"'),
        ('("{}"\n "{}").format(a, b)', '(f"{a}"\n f"{b}")'),
        ('"{}".format(a).strip()', 'f"{a}".strip()'),
        ('"{} {}".format(a(), 1)', 'f"{a()} {1}"'),
    ],
)
def test_format(before, after):
    assert converted(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a" + str(b) + "c{" + repr(d)', 'f"a{b!s}c{{{repr(d)}"'),
        ("str(a) + 'b'", "f'{a!s}b'"),
        ('"a" + str(b["c"]) + "d"', "f\"a{b['c']!s}d\""),
        ('"a" + ("b" if c else "d")', "f\"a{('b' if c else 'd')}\""),
        ("'a' + str(b) + \"c\"", "f'a{b!s}c'"),
        ('"a" + str(b + c)', 'f"a{b + c!s}"'),
    ],
)
def test_sums(before, after):
    assert converted(before) == after


def test_a_name_that_is_bound_can_be_evaluated_at_any_time():
    source = 'def f(a):\n    return ¦"{1} {0}".format(a, b.c)\n'
    assert 'f"{b.c} {a}"' in done("to-f-string", source)
    assert "evaluated" in refused(
        "to-f-string", source.replace("return", "if b: d = 1\n    return").replace("(a,", "(d,")
    )


def test_a_name_that_is_only_given_texts_is_a_text():
    assert converted('"a" + b', "b = 'c'\n") == 'f"a{b}"'
    assert "may be no plain text" in reason('"a" + b', "b = 'c'\nb = d\n")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('"%s" % a', "tuple"),
        ('"%s" % a.b', "tuple"),
        ('"%s" % (a)', "tuple"),
        ('"%d" % (a,)', "integer"),
        ('"%d" % (1.5,)', "integer"),
        ('"%f" % (a,)', "float"),
        ('"%.3d" % (1,)', "integer"),
        ('"%c" % (65,)', "counterpart"),
        ('"%*d" % (5, 1)', "counterpart"),
        ('"%05s" % ("a",)', "counterpart"),
        ('"%s %s" % (a,)', "more values"),
        ('"%s" % (a, b)', "fewer values"),
        ('"a" % (b,)', "fewer values"),
        ('"%(a)s" % (b,)', "fit together"),
        ('"%s" % {"a": b}', "fit together"),
        ('"%(a)s" % {b: c}', "plain texts"),
        ('"%s" % (*a,)', "certain"),
        ('"\\x25s %s" % (a,)', "percent sign"),
        ('"%s" % ("\\n".join(a),)', "backslash"),
        ('"%s" % (a(\n    b),)', "line break"),
        ('"%s" % (a["b\'c"],)', "quotes"),
        ('"%s" % (f"{a}",)', "quotes"),
        ('("%s" %  # why\n    (a,))', "comment"),
        ('_("%s" % (a,))', "translated"),
        ('gettext.ngettext("%s" % (a,), b, 2)', "translated"),
    ],
)
def test_percent_that_would_differ(expression, why):
    start = expression.index('"')
    assert why in refused("to-f-string", f"x = {expression[:start]}¦{expression[start:]}\n")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('"{} {}".format(*a)', "unpacked"),
        ('"{a}".format(**b)', "unpacked"),
        ('"{} {0}".format(a)', "numbers"),
        ('"{} {}".format(a)', "not given"),
        ('"{a}".format(b)', "not given"),
        ('"{0} {0}".format(a())', "as often"),
        ('"{0}".format(a, b())', "as often"),
        ('"{1} {0}".format(a(), b())', "evaluated"),
        ('"{1} {0}".format(a, b.c)', "evaluated"),
        ('"{a:{b:{c}}}".format(a=1, b=2, c=3)', "read"),
        ('"\\x7b{}".format(a)', "brace"),
        ('"{0[\\x61]}".format(a)', "read"),
        ('"{}".format(  # why\n    a)', "comment"),
        ('"{}".format(b for b in a)', "unpacked"),
        ('_("{}".format(a))', "translated"),
    ],
)
def test_format_that_would_differ(expression, why):
    start = expression.index('"')
    assert why in refused("to-f-string", f"x = {expression[:start]}¦{expression[start:]}\n")


@pytest.mark.parametrize(
    "expression",
    [
        '"a" + b',
        '"a" + b()',
        'a + "b"',
        '"a" + (b or "c")',
    ],
)
def test_a_sum_with_what_may_be_no_text_stays(expression):
    assert "may be no plain text" in reason(expression)


@pytest.mark.parametrize(
    "source",
    [
        "x = ¦a % b\n",
        "x = a ¦% 'b'\n",
        'x = b"¦%s" % a\n',
        'x = f"¦{a}"\n',
        'x = "¦a" + "b"\n',
        'x = ["¦a"] + b\n',
        'log.info("¦%s", a)\n',
        'x = _("¦%s") % a\n',
        'x = "¦{}".join(a)\n',
        'x = a.format("¦b")\n',
        'x = "¦a".format()\n',
        "x = ¦a + b\n",
        "def f():\n    ¦return 1\n",
    ],
)
def test_an_f_string_is_not_offered(source):
    assert not offered("to-f-string", source)


def test_another_str_is_no_str():
    assert "may be no plain text" in reason('"a" + str(b)', "from m import str\n")


@pytest.mark.parametrize("expression", ['"%s %s" % (a, a.pop())', '"{} {}".format(a, a.pop())'])
def test_values_are_shown_after_all_are_evaluated(expression):
    assert "evaluated after" in reason(expression, "a = [1, 2]\n")


@pytest.mark.parametrize("expression", ['"%s %s" % (a, a["x"])', '"%r %r" % (self, self.cached)'])
def test_looking_into_a_value_may_change_how_it_looks(expression):
    assert "evaluated after" in reason(expression)


def test_a_class_that_shows_itself_may_do_anything():
    before = "class A:\n    def __str__(self):\n        print('shown')\n        return 'A'\na, b = A(), A()\n"
    assert "evaluated after" in reason('"%s %s" % (a, b.c)', before)
    assert converted('"%s %s" % (a, b)', before) == 'f"{a!s} {b!s}"'
    assert "evaluated after" in reason('"%s %s" % (a, unbound)', before)
    assert "as often" in reason('"{0} {0}".format(str(a))', before)


def test_texts_and_numbers_do_not_change_while_others_are_evaluated():
    assert converted('"%s %s" % (len(a), b())') == 'f"{len(a)} {b()!s}"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('f"{a} {b!r:>5}"', '"{} {!r:>5}".format(a, b)'),
        ('f"{a:{b}.{c}} {d}"', '"{:{}.{}} {}".format(a, b, c, d)'),
        ('f"{{{a}}}\\n"', '"{{{}}}\\n".format(a)'),
        ('rf"\\d{a}"', 'r"\\d{}".format(a)'),
        ('f"{a, 1}"', '"{}".format((a, 1))'),
        ('f"{(lambda: 1)}"', '"{}".format((lambda: 1))'),
        ("f'{a[\"b\"]}'", "'{}'.format(a[\"b\"])"),
        ('f"{a.b} {c[0]}".strip()', '"{} {}".format(a.b, c[0]).strip()'),
    ],
)
def test_an_f_string_becomes_a_call_of_format(before, after):
    assert converted(before, name="from-f-string") == after


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('f"{a=}"', "counterpart"),
        ('f"{a} {b()}"', "evaluated after"),
        ('f"\\x7b{a}"', "brace"),
        ('f"{a}" "b"', "part of another"),
    ],
)
def test_an_f_string_that_would_differ(expression, why):
    assert why in refused("from-f-string", f"x = {expression[:2]}¦{expression[2:]}\n")


@pytest.mark.parametrize("source", ['f"¦doc"\n', 'x = "¦{a}"\n', "x = ¦a\n", 'x = b"¦a"\n'])
def test_a_call_of_format_is_not_offered(source):
    assert not offered("from-f-string", source)


values = ["'é'", "-7", "True", "2.5", "len(t)", "str(t)", "[1]", "'it' + 's'", "(3,)", "None", "t", "t[0]", "1e300"]
specifiers = st.from_regex(r"[-+ #0]{0,2}(|1|7)(|\.0|\.3)[sradiuxXofFeEgG%]", fullmatch=True)
texts = st.text(st.sampled_from("a{}é \"'"), max_size=3)


@given(st.lists(st.tuples(texts, specifiers, st.sampled_from(values)), min_size=1, max_size=4), st.booleans())
def test_percent_prints_what_it_printed(pieces, is_triple):
    text = "".join(f"{before}%{specifier}" for before, specifier, _ in pieces)
    given_values = [value for _, specifier, value in pieces if specifier != "%"]
    quote = '"""' if is_triple else '"'
    body = text.replace('"', '\\"')
    source = f"t = [1, 'b']\nprint(¦{quote}{body}{quote} % ({''.join(value + ',' for value in given_values)}))\n"
    outcome = attempt("to-f-string", source)
    if outcome.plan is not None:
        assert printed(outcome.text) == printed(outcome.before["main.py"])


fields = st.from_regex(r"(|!r|!s)(|:|:>6|:06|:\.2|:x|:,|:é<5)", fullmatch=True)


@given(st.lists(st.tuples(texts, fields, st.sampled_from(values)), min_size=1, max_size=4), st.booleans())
def test_format_and_back_print_what_they_printed(pieces, is_numbered):
    escaped = [before.replace("{", "{{").replace("}", "}}").replace('"', "") for before, _, _ in pieces]
    numbers = [str(number) if is_numbered else "" for number in range(len(pieces))]
    text = "".join(f"{a}{{{n}{field}}}" for a, n, (_, field, _) in zip(escaped, numbers, pieces, strict=True))
    source = f't = [1, "b"]\nprint(¦"{text}".format({", ".join(value for _, _, value in pieces)}))\n'
    outcome = attempt("to-f-string", source)
    assert outcome.plan is not None or "evaluated" in outcome.refusal
    if outcome.plan is not None:
        assert printed(outcome.text) == printed(outcome.before["main.py"])
        same("from-f-string", outcome.text.replace('print(f"', 'print(f"¦'))
