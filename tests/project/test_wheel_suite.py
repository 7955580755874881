"""What the suite against the wheel takes along finds all it imports away from the checkout."""

import ast

from tests.packaging.test_wheel import NOT_AGAINST_THE_WHEEL
from tests.project.sources import ROOT

ONLY_IN_THE_CHECKOUT = ("tests.project", "tests.packaging", "tools", "benchmarks")


def test_it_imports_nothing_that_only_the_checkout_has() -> None:
    found = [
        f"{path.relative_to(ROOT)} {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if not NOT_AGAINST_THE_WHEEL.intersection(path.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if any(name == root or name.startswith(f"{root}.") for root in ONLY_IN_THE_CHECKOUT)
    ]
    assert not found


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []
