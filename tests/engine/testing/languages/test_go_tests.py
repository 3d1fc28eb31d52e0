import pytest

from beast_lsp.engine.testing.languages.golang.probe import probe, read, with_beacons
from beast_lsp.engine.testing.languages.golang.rendering import case_names, render
from beast_lsp.engine.testing.languages.golang.targets import package, result_types, targets
from beast_lsp.engine.testing.languages.golang.values import expected, for_type, values_of
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Parameter
from beast_lsp.engine.testing.languages.trees import tree_of

SOURCE = """\
package words

type Box struct{ W int }

func Shorten(text string, most int) (string, error) { return text, nil }
func day(n int) string { switch n { case 7: return "sun"; default: return "" } }
func Find(text string) (at int, ok bool) { return 0, false }
func Sum(n ...int) (t int) { return }
func NewBox(w int) *Box { return &Box{W: w} }
func (b *Box) Area(k int) int { if k > 3 { return 1 }; return k }
"""
TREE = tree_of("go", SOURCE)
TARGETS = {one.qualified: one for one in targets(TREE)}


def test_functions_and_methods_of_what_is_made_are_targets():
    assert set(TARGETS) == {"Shorten", "day", "Find", "Sum", "NewBox", "Box.Area"}
    assert TARGETS["Box.Area"].constructor == (Parameter("w", "int"),)
    assert TARGETS["Sum"].parameters == (Parameter("n", "int", is_rest=True),)
    assert package(TREE) == "words"


@pytest.mark.parametrize(
    "text",
    [
        "func main() int { return 1 }",
        "func F() {}",
        "func F[T any](a T) T { return a }",
        "func F() (int, string, error) { return 0, x, nil }",
        "type T struct{}\nfunc (t T) M() int { return 1 }",
        "func F(",
    ],
)
def test_what_a_test_can_not_call_or_state_is_no_target(text):
    assert targets(tree_of("go", f"package p\n{text}\n")) == []


@pytest.mark.parametrize(
    ("result", "types"),
    [
        ("int", ("int", "")),
        ("(string, error)", ("string", "error")),
        ("(at int, ok bool)", ("int", "bool")),
        ("(t int)", ("int", "")),
        ("(int, string)", ("", "")),
        ("", ("", "")),
    ],
)
def test_results_are_a_value_and_what_comes_beside_it(result, types):
    assert result_types(result) == types


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int", "-1"),
        ("uint8", "0"),
        ("[]string", "nil"),
        ("map[string]int", "map[string]int{}"),
        ("[]byte", '[]byte("a")'),
    ],
)
def test_values_come_from_types(type_, value):
    assert value in for_type(type_)


@pytest.mark.parametrize("type_", ["uint", "*Box", "func() int", "io.Reader", "chan int", "T"])
def test_no_negative_unsigned_and_nothing_for_other_types(type_):
    assert not any(one.startswith("-") for one in for_type(type_))


def test_cases_of_a_switch_are_tried():
    day = TARGETS["day"]
    assert {"6", "7", "8"} <= set(values_of(day.parameters[0], day))


@pytest.mark.parametrize(
    ("shown", "type_", "wanted"),
    [
        ('"a"', "string", '"a"'),
        ("0x5", "uint8", "5"),
        ('words.Box{W:2, T:"words.x"}', "Box", 'Box{W:2, T:"words.x"}'),
        ('[]string{"a"}', "[]string", '[]string{"a"}'),
        ("[]string(nil)", "[]string", "nil"),
        ('map[string]int{"a":1}', "map[string]int", 'map[string]int{"a":1}'),
        ("-3", "int", "-3"),
    ],
)
def test_what_go_shows_is_source_of_the_package(shown, type_, wanted):
    assert expected(shown, "words", type_) == wanted


@pytest.mark.parametrize(
    "shown",
    ["(*words.Box)(0xc000)", "(func())(0x47)", "NaN", "+Inf", "os.Exit(1)", "1\nvar x = 2", "", "a + b", "(*int)(nil)"],
)
def test_what_is_no_literal_is_refused(shown):
    assert expected(shown, "words", "int") is None


def outcome(line, name="Shorten"):
    return read([{"id": 1, **line}], {1: Call(TARGETS[name], ('"a"', "2"))}, "words")[1]


def test_lines_of_a_probe_are_looked_at_like_any_input():
    assert outcome({"value": '"a"', "beside": None, "hits": [3, "x"]}).regions == {(3, 3)}
    assert outcome({"value": '""', "beside": "no"}).error == "error"
    assert outcome({"value": "4", "beside": True}, "Find").form == "equal true"
    assert outcome({"panic": "oh"}) is None
    assert outcome({"value": 4}) is None


def test_probes_and_beacons_are_code():
    text, places = probe(TREE, {3: Call(TARGETS["Shorten"], ('"a"', "2"))}, "/out")
    assert 'Shorten("a", 2)' in text.split("\n")[next(iter(places)) - 1]
    for one in (text, with_beacons(TREE)):
        assert not tree_of("go", one).tree.root_node.has_error
    assert with_beacons(TREE).count("beastHit(") == 9


def test_cases_of_a_function_are_a_table():
    shorten = TARGETS["Shorten"]
    cases = [
        Case(Call(shorten, ('"ab"', "1")), Outcome('"a"', "equal", "text")),
        Case(Call(shorten, ('"ab"', "0")), Outcome("", "error", "error", "error")),
    ]
    assert render("words", cases) == (
        'package words\n\nimport "testing"\n\n'
        "func TestShorten(t *testing.T) {\n\ttests := []struct {\n\t\tname string\n\t\ttext string\n\t\tmost int\n"
        "\t\twant string\n\t\twantErr bool\n\t}{\n"
        '\t\t{name: "returns a for ab and 1", text: "ab", most: 1, want: "a"},\n'
        '\t\t{name: "fails for ab and 0", text: "ab", most: 0, wantErr: true},\n'
        "\t}\n\tfor _, tt := range tests {\n\t\tt.Run(tt.name, func(t *testing.T) {\n"
        "\t\t\tgot, err := Shorten(tt.text, tt.most)\n\t\t\tif (err != nil) != tt.wantErr {\n"
        '\t\t\t\tt.Fatalf("Shorten() error = %v, wantErr %v", err, tt.wantErr)\n\t\t\t}\n'
        '\t\t\tif err == nil && got != tt.want {\n\t\t\t\tt.Errorf("Shorten() = %v, want %v", got, tt.want)\n'
        "\t\t\t}\n\t\t})\n\t}\n}\n"
    )
    assert case_names(cases) == ["TestShorten/returns_a_for_ab_and_1", "TestShorten/fails_for_ab_and_0"]


@pytest.mark.parametrize(
    ("name", "arguments", "told", "line"),
    [
        ("Sum", ("1", "2"), Outcome("3", "equal", ""), "got := Sum(tt.n...)"),
        ("Find", ('"a"',), Outcome("0", "equal true", ""), "got, ok := Find(tt.text)"),
        ("day", ("7",), Outcome('"sun"', "equal", ""), "func Test_day(t *testing.T) {"),
        ("NewBox", ("7",), Outcome("&Box{W:7}", "deep", ""), "if !reflect.DeepEqual(got, tt.want) {"),
        ("Box.Area", ("7",), Outcome("1", "equal", ""), "got := NewBox(2).Area(tt.k)"),
    ],
)
def test_calls_take_what_the_table_holds(name, arguments, told, line):
    call = Call(TARGETS[name], arguments, ("2",) if name == "Box.Area" else ())
    text = render("words", [Case(call, told)])
    assert line in text
    assert not tree_of("go", text).tree.root_node.has_error
