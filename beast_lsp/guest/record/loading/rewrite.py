"""Rewrites a syntax tree so that operands of comparisons pass through two hooks.

An operand stays the expression it was, on its line, and is handed on as it is, so that the order of evaluation, the
operators' own methods and short circuits are those of the source.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from .sites import COMPARING, READING, Sites

OPERAND = "_beast_operand"
TRUTH = "_beast_truth"
Node = TypeVar("Node", bound=ast.AST)


def rewritten(tree: ast.Module, sites: Sites) -> ast.Module:
    """The tree with hooks; `sites` is filled with what their numbers mean."""
    Rewriter(sites).visit(tree)
    return ast.fix_missing_locations(tree)


class Rewriter(ast.NodeTransformer):
    """Wraps what is compared, asked for its truth, looked up or handed to a function that reads text."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites

    def _operand(self, site: int, index: int, node: ast.expr) -> ast.expr:
        arguments: list[ast.expr] = [ast.Constant(site), ast.Constant(index), node]
        return placed(ast.Call(ast.Name(OPERAND, ast.Load()), arguments, []), node)

    def _truth(self, node: ast.expr) -> ast.expr:
        site = self.sites.add("truth", (), node.lineno)
        return placed(ast.Call(ast.Name(TRUTH, ast.Load()), [ast.Constant(site), node], []), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An annotation is no comparison."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """Defaults may be read by others; annotations are left alone."""
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Each operand passes, so a chain of comparisons ends where it ended."""
        self.generic_visit(node)
        names = tuple(type(operator).__name__ for operator in node.ops)
        site = self.sites.add("compare", names, node.lineno)
        node.left = self._operand(site, 0, node.left)
        node.comparators = [self._operand(site, at + 1, each) for at, each in enumerate(node.comparators)]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Each side is a decision of its own."""
        self.generic_visit(node)
        node.values = [self._truth(each) for each in node.values]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A decision within one line."""
        self.generic_visit(node)
        node.test = self._truth(node.test)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """So are the conditions of a comprehension."""
        self.generic_visit(node)
        node.ifs = [self._truth(each) for each in node.ifs]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A look-up: which keys would be there."""
        if not isinstance(node.ctx, ast.Load) or isinstance(node.slice, ast.Slice) or is_starred(node.slice):
            self.generic_visit(node)
            return node
        self.generic_visit(node)
        site = self.sites.add("item", (), node.lineno)
        node.value = self._operand(site, 0, node.value)
        node.slice = self._operand(site, 1, node.slice)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Calls that compare, or that take text of a certain form."""
        self.generic_visit(node)
        name = called_name(node)
        if (name not in COMPARING and name not in READING) or any(isinstance(each, ast.Starred) for each in node.args):
            return node
        site = self.sites.add("call", (name,), node.lineno)
        if isinstance(node.func, ast.Attribute) and not is_super(node.func.value):
            node.func.value = self._operand(site, 0, node.func.value)
        node.args[:3] = [self._operand(site, at + 1, each) for at, each in enumerate(node.args[:3])]
        return node

    def visit_Match(self, node: ast.AST) -> ast.AST:
        """The subject of a match is compared with the values of its cases."""
        self.generic_visit(node)
        values = [each.value for each in ast.walk(node) if type(each).__name__ == "MatchValue"]  # type: ignore[attr-defined] # From 3.10 on.
        constants = tuple(ast.unparse(each) for each in values)
        site = self.sites.add("match", constants, node.lineno)  # type: ignore[attr-defined]
        node.subject = self._operand(site, 0, node.subject)  # type: ignore[attr-defined]
        return node


def placed(new: ast.expr, old: ast.expr) -> ast.expr:
    """The new node at the old one's place, its children that have none included."""
    for each in ast.walk(new):
        if not hasattr(each, "lineno") and isinstance(each, ast.expr):
            ast.copy_location(each, old)
    return new


def called_name(node: ast.Call) -> str:
    """The last name of what is called, "" where it has none."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_super(node: ast.expr) -> bool:
    """Whether this is `super(…)`."""
    return isinstance(node, ast.Call) and called_name(node) in {"super", OPERAND}


def is_starred(node: ast.expr) -> bool:
    """Whether this index unpacks something (`x[*a]`)."""
    return isinstance(node, ast.Tuple) and any(isinstance(each, (ast.Starred, ast.Slice)) for each in node.elts)
