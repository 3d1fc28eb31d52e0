"""Which module a test file tests."""

import pytest
from written_case import program_of

from beast_lsp.engine.testing import tested

SHOP = {"shop/__init__.py": "from shop._cart import total\n", "shop/_cart.py": "def total(): ...\n", "shop/tax.py": ""}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("tests/test_tax.py", "from shop import tax, total\ntotal()\ntotal()\ntax.x\n", "shop/tax.py"),
        ("tests/test_it.py", "from shop import tax, total\ntotal()\ntotal()\ntax.x\n", "shop/_cart.py"),
        ("tests/test_it.py", "from shop.tax import rate\nrate()\n", "shop/tax.py"),
        ("tests/test_shop_tax.py", "import shop.tax\nfrom shop import total\ntotal(total(1))\n", "shop/tax.py"),
        ("shop/test_cart.py", "from ._cart import total\n", "shop/_cart.py"),
        ("tests/test_it.py", "def test_a():\n    from shop.tax import rate\n", "shop/tax.py"),
    ],
)
def test_it_is_what_the_file_is_called_after_or_uses_most(name, text, expected):
    assert tested.tested_module(program_of({**SHOP, name: text}), name) == expected


@pytest.mark.parametrize("text", ["", "import os\nos.getcwd()\n", "from tests.helpers import x\nx()\n", "from (\n"])
def test_a_file_that_imports_nothing_of_the_project_tests_none_of_it(text):
    files = {**SHOP, "tests/test_it.py": text, "tests/helpers.py": "x = 1\n"}
    assert tested.tested_module(program_of(files), "tests/test_it.py") is None
