"""What a function is given that isn't plain: what names and docstrings tell, and what stands in."""

from record_case import cases_of, shown


def texts_of(source, seconds=1.0):
    return "\n".join(shown(case) for case in cases_of(source, seconds=seconds))


def test_the_name_of_a_parameter_tells_which_text_is_meant():
    source = """
        def secured(url: str) -> str:
            scheme, mark, rest = url.partition("://")
            return "https" + mark + rest
    """
    assert "secured('https://example.com/path?q=1')" in texts_of(source)


def test_a_docstring_tells_the_class_of_a_parameter():
    source = '''
        class Graph:
            def __init__(self, size: int):
                self.size = size

        def doubled(G):
            """Twice the size.

            Parameters
            ----------
            G : graph
                Which is not touched.
            """
            return compute(G)

        def compute(one):
            return getattr(one, "si" + "ze") * 2
    '''
    assert "doubled(Graph(" in texts_of(source, 2.0)


def test_a_sentence_about_a_parameter_tells_no_class():
    source = '''
        class Graph: ...

        def shown(name):
            """Text.

            name : this is what is put in front of the graph when it is shown to a reader
            """
            return f"<{name}>"
    '''
    assert "Graph(" not in texts_of(source)


def test_a_collaborator_that_cannot_be_made_is_stood_in_for_and_what_it_is_asked_is_asserted():
    source = """
        class Sender:
            def __init__(self):
                raise OSError("no line")
            def send(self, text): ...

        def greet(sender: Sender, name: str) -> None:
            sender.send("Hello " + name)
    """
    found = texts_of(source)
    assert "sender = Mock(spec=Sender)" in found
    assert "sender.mock_calls == [call.send('Hello abc')]" in found


def test_what_can_be_made_is_not_stood_in_for():
    source = """
        class Sender:
            def send(self, text): ...

        def greet(sender: Sender, name: str) -> str:
            sender.send(name)
            return "Hello " + name
    """
    assert "Mock(" not in texts_of(source)


def test_a_stand_in_gets_the_attributes_that_other_functions_ask_of_it():
    source = """
        def told(request):
            return helper([request])

        def helper(found):
            one = found[0]
            return "<" + one.user.name + ">"
    """
    assert "told(SimpleNamespace(user=SimpleNamespace(name='abc')))" in texts_of(source)


def test_what_a_method_of_a_stand_in_gives_can_be_asked_in_turn():
    source = """
        class Urls:
            def __init__(self, ds):
                self.ds = ds

            def database(self, name):
                db = self.ds.get_database(name)
                return "/" + db.route
    """
    found = texts_of(source)
    assert "SimpleNamespace(route='abc')" in found
    assert "result == '/abc'" in found


def test_another_value_tells_a_sum_from_a_product():
    cases = cases_of("def joined(a: int, b: int) -> int:\n    return a + b\n")
    assert len({case["act"] for case in cases}) >= 3


def test_an_object_that_needs_an_event_loop_is_made_and_called_within_one():
    source = """
        import asyncio

        class Jar:
            def __init__(self):
                self._loop = asyncio.get_running_loop()
                self.items = []

            def add(self, name: str) -> int:
                self.items.append(name)
                return len(self.items)
    """
    added = [case for case in cases_of(source, seconds=2.0) if case["target"] == "Jar.add"]
    assert any("jar.items == ['abc']" in shown(case) for case in added)
    assert all(case["is_async"] for case in added)
