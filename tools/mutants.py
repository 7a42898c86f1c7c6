"""Break the code that guards people's data, one small fault at a time, and see the tests notice.

python -m tools.mutants [--limit N] [--seed N] [--only PART] [--jobs N]

Each mutant is one changed place of one file (a comparison turned, a condition dropped, a statement
left out …) in a copy of the tree, and the tests of that file's guard run over it until the first
failure. A mutant that no test notices is printed with its line; at least 95 % must be noticed.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ROOT / ".venv" / "bin" / "pytest"
COPIED = (
    "src",
    "tests",
    "tools",
    "bench",
    "docs",
    "verifier",
    "pyproject.toml",
    "lock",
    "Makefile",
)
Faults = Iterator[tuple[str, ast.AST]]
TARGET = 0.95
PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Guard:
    """A file that guards, the tests that watch it, and the functions meant (all when empty)."""

    path: str
    tests: tuple[str, ...]
    functions: frozenset[str] = frozenset()


MATRIX = "tests/access/test_matrix.py"
GUARDS = (
    Guard("src/senim/rules/access.py", ("tests/rules/test_access.py", MATRIX)),
    Guard("src/senim/rules/fields.py", ("tests/rules/test_fields.py", MATRIX)),
    Guard("src/senim/rules/canonical.py", ("tests/rules/test_canonical.py",)),
    Guard("src/senim/rules/tree.py", ("tests/rules/test_tree.py",)),
    Guard("src/senim/ledger/services.py", ("tests/ledger", MATRIX)),
    Guard("src/senim/ledger/guard.py", ("tests/ledger", "tests/house/test_walls.py")),
    Guard("src/senim/base/scope.py", ("tests/base/test_scope.py", MATRIX)),
    Guard("src/senim/people/models.py", ("tests/access", "tests/people"), frozenset({"scope"})),
    Guard("src/senim/schools/models.py", ("tests/access", "tests/schools"), frozenset({"scope"})),
    Guard(
        "src/senim/journal/models.py",
        ("tests/access", "tests/journal"),
        frozenset({"scope", "_open_to"}),
    ),
)

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where, what it says there now, what it said before."""

    guard: Guard
    line: int
    fault: str
    source: str


def without(node: ast.AST, field: str, place: int) -> Any:
    """Return a copy of a node that lacks one item of one of its lists."""
    fewer = copy.deepcopy(node)
    del getattr(fewer, field)[place]
    return fewer


def with_other(node: ast.AST, field: str, value: object) -> Any:
    """Return a copy of a node with another value in one field."""
    other = copy.deepcopy(node)
    setattr(other, field, value)
    return other


def of_comparison(node: ast.Compare) -> Faults:
    """Turn each comparison into its opposite, or move its edge."""
    for place, operator in enumerate(node.ops):
        turned = copy.deepcopy(node)
        turned.ops[place] = COMPARISONS[type(operator)]()
        yield "comparison turned", turned


def of_condition(node: ast.BoolOp) -> Faults:
    """Exchange `and` and `or`; leave out each condition."""
    yield (
        "and for or",
        with_other(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or()),
    )
    for place in range(len(node.values)):
        fewer = without(node, "values", place)
        yield "condition dropped", fewer if len(fewer.values) > 1 else fewer.values[0]


def of_operation(node: ast.BinOp) -> Faults:
    """Change the operator; leave out each side."""
    if type(node.op) in OPERATORS:
        yield "operator changed", with_other(node, "op", OPERATORS[type(node.op)]())
        yield "left side dropped", node.right
        yield "right side dropped", node.left


def of_constant(node: ast.Constant) -> Faults:
    """Turn a truth, change a number."""
    if isinstance(node.value, bool):
        yield "truth turned", ast.Constant(value=not node.value)
    elif isinstance(node.value, int):
        yield "number changed", ast.Constant(value=node.value + 1)


def of_call(node: ast.Call) -> Faults:
    """Leave out each condition of a question to the database."""
    match node.func:
        case ast.Name(id="Q") | ast.Attribute(attr="filter" | "exclude"):
            for place in range(len(node.keywords)):
                yield "filter dropped", without(node, "keywords", place)


def of_collection(node: ast.Set | ast.Dict) -> Faults:
    """Leave out each member of a set, each pair of a map."""
    if isinstance(node, ast.Set):
        for place in range(len(node.elts) if len(node.elts) > 1 else 0):
            yield "left out of a set", without(node, "elts", place)
    else:
        for place in range(len(node.keys) if len(node.keys) > 1 else 0):
            yield "left out of a map", without(without(node, "keys", place), "values", place)


def of_branch(node: ast.If) -> Faults:
    """Let a branch be taken always, and never."""
    for truth in (True, False):
        yield f"condition always {truth}", with_other(node, "test", ast.Constant(value=truth))


def of_statement(node: ast.Expr | ast.Raise) -> Faults:
    """Leave out a call made for its effect, or a refusal."""
    if isinstance(node, ast.Raise) or isinstance(node.value, ast.Call):
        yield "statement left out", ast.Pass()


def of_negation(node: ast.UnaryOp) -> Faults:
    """Drop a `not`."""
    if isinstance(node.op, ast.Not):
        yield "not dropped", node.operand


FAULTS: dict[type[ast.AST], Callable[[Any], Faults]] = {
    ast.Compare: of_comparison,
    ast.BoolOp: of_condition,
    ast.BinOp: of_operation,
    ast.Constant: of_constant,
    ast.Call: of_call,
    ast.Set: of_collection,
    ast.Dict: of_collection,
    ast.If: of_branch,
    ast.Expr: of_statement,
    ast.Raise: of_statement,
    ast.UnaryOp: of_negation,
}


class Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Swap the node that is meant; walk on through the others."""
        if node is self.old:
            return ast.copy_location(self.new, node)
        return super().generic_visit(node)


def parts(tree: ast.Module, functions: frozenset[str]) -> Iterator[ast.AST]:
    """Return the nodes that may be broken: docstrings, types and declarations of tables are not."""
    kinds = (ast.FunctionDef, ast.Assign, ast.AnnAssign)
    for top in ast.walk(tree):
        if isinstance(top, ast.FunctionDef) and (not functions or top.name in functions):
            for statement in top.body:
                yield from ast.walk(statement)
        elif not functions and top in tree.body and isinstance(top, kinds[1:]) and top.value:
            yield from ast.walk(top.value)


def mutants_of(guard: Guard) -> Iterator[Mutant]:
    """Return every mutant of a file, in the order of its lines."""
    source = (ROOT / guard.path).read_text()
    tree = ast.parse(source)
    seen: set[str] = set()
    for node in parts(tree, guard.functions):
        broken_ways = FAULTS.get(type(node))
        for fault, replacement in broken_ways(node) if broken_ways else ():
            broken = ast.unparse(ast.fix_missing_locations(Swap(node, replacement).visit(tree)))
            Swap(replacement, node).visit(tree)
            if broken not in seen:
                seen.add(broken)
                yield Mutant(guard, getattr(node, "lineno", 0), fault, broken)


def copy_tree(where: Path) -> None:
    """Copy what the tests need."""
    leave = shutil.ignore_patterns("__pycache__", "*.sqlite3*", "pictures")
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, where / name, ignore=leave)
        elif path.exists():
            shutil.copy2(path, where / name)
    (where / "var").mkdir()
    (where / ".venv").symlink_to(ROOT / ".venv")


def environment_of(tree: Path, url: str) -> dict[str, str]:
    """Return the environment in which a tree's own code is what runs, also in what it starts."""
    return {**os.environ, "SENIM_DATABASE_URL": url, "PYTHONPATH": str(tree / "src")}


def fails(guard: Guard, tree: Path) -> bool:
    """Say whether a guard's tests fail over a tree."""
    markers = "not browser and not slow and not torture and not data and not postgresql"
    command = [str(PYTEST), "-x", "-q", "-p", "no:cacheprovider", "-m", markers, *guard.tests]
    env = environment_of(tree, f"sqlite:///{tree}/var/test.sqlite3")
    try:
        done = subprocess.run(
            command, cwd=tree, env=env, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def noticed(mutant: Mutant, tree: Path) -> bool:
    """Say whether the tests fail over a mutant put into a copy of the tree."""
    path = tree / mutant.guard.path
    whole = path.read_text()
    path.write_text(mutant.source)
    try:
        return fails(mutant.guard, tree)
    finally:
        path.write_text(whole)


def chosen(*, limit: int, seed: int, only: str) -> list[Mutant]:
    """Return the mutants to try: all, or a seeded choice of `limit` of them."""
    guards = [g for g in GUARDS if only in g.path and (ROOT / g.path).exists()]
    every = [mutant for guard in guards for mutant in mutants_of(guard)]
    return random.Random(seed).sample(every, limit) if 0 < limit < len(every) else every  # noqa: S311


def main() -> int:
    """Try the mutants and print those nobody noticed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--limit", type=int, default=0, help="how many, chosen by the seed")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="part of a path")
    options.add_argument("--jobs", type=int, default=2)
    asked = options.parse_args()
    mutants = chosen(limit=asked.limit, seed=asked.seed, only=asked.only)
    with tempfile.TemporaryDirectory(prefix="senim-mutants-") as home:
        trees = [Path(home) / str(number) for number in range(asked.jobs)]
        for tree in trees:
            tree.mkdir()
            copy_tree(tree)
        for guard in dict.fromkeys(mutant.guard for mutant in mutants):
            if fails(guard, trees[0]):
                sys.exit(f"The tests of {guard.path} fail as it stands; mend that first.")
        free = list(trees)

        def attempt(mutant: Mutant) -> bool:
            tree = free.pop()
            try:
                return noticed(mutant, tree)
            finally:
                free.append(tree)

        with ThreadPoolExecutor(asked.jobs) as pool:
            found = list(pool.map(attempt, mutants))
    for mutant, caught in zip(mutants, found, strict=True):
        if not caught:
            print(f"not noticed: {mutant.guard.path}:{mutant.line} {mutant.fault}")
    share = sum(found) / max(len(found), 1)
    print(f"{len(found)} mutants, {sum(found)} noticed: {share:.1%} (seed {asked.seed})")
    return 0 if share >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
