"""An agent that needs no model: it reckons, tells the time and counts words."""

import ast
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime

from assistant.chat.agents import AgentRequest, Emit, Tool
from assistant.clock import Clock
from assistant.errors import AssistantError

HELP = (
    "I can work out an expression such as 2 * (3 + 4), tell the time, and count the"
    " words of a text that you put after `count:`."
)

_EXPRESSION = re.compile(r"[\d(][\d\s.()+*/-]*[+*/-][\d\s.()+*/-]*[\d)]")
_TIME = re.compile(r"\b(time|date|today|now)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bcount:(.*)", re.IGNORECASE | re.DOTALL)

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class CalculationError(AssistantError):
    """An expression has no value. Code: `calculation_failed`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="calculation_failed")


def calculate(expression: str) -> float:
    """Return the value of an expression of numbers, brackets, `+`, `-`, `*` and `/`.

    Raises:
        CalculationError: It is not such an expression, or it divides by zero.
    """
    try:
        return _value(ast.parse(expression.strip(), mode="eval").body)
    except ZeroDivisionError:
        raise CalculationError("nothing can be divided by zero") from None
    except (SyntaxError, OverflowError, RecursionError):
        raise CalculationError("this is no expression that I know") from None


def _value(node: ast.AST) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left), _value(right))
    raise SyntaxError


class DemoAgent:
    """Answers with tools alone, and streams the answer word by word.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def run(self, request: AgentRequest, emit: Emit) -> str:
        """Use each tool that the prompt asks for, one after another, and answer."""
        plan = self._plan(request.text)
        names = ", then ".join(tool.name for tool, _ in plan) or "no tool"
        await emit.thinking(f"This needs {names}.")
        said = []
        for tool, arguments in plan:
            outcome = await emit.tool(tool, arguments)
            said.append(f"{tool.name}: {outcome.result or outcome.error}")
        answer = "\n".join(said) or HELP
        for piece in re.findall(r"\s*\S+\s*$|\s*\S+", answer):
            await emit.piece(piece)
        return answer

    def _plan(self, text: str) -> list[tuple[Tool, dict[str, str]]]:
        plan: list[tuple[Tool, dict[str, str]]] = []
        counted = _COUNT.search(text)
        asked = text if counted is None else text[: counted.start()]
        if _TIME.search(asked):
            plan.append((Tool("clock", self._time), {}))
        if (found := _EXPRESSION.search(asked)) is not None:
            plan.append((Tool("calculator", _calculator), {"expression": found[0]}))
        if counted is not None:
            plan.append((Tool("text_statistics", _statistics), {"text": counted[1]}))
        return plan

    async def _time(self) -> str:
        return datetime.fromtimestamp(self._clock.now(), UTC).isoformat(" ", "seconds")


async def _calculator(expression: str) -> str:
    return f"{expression.strip()} = {calculate(expression):g}"


async def _statistics(text: str) -> str:
    lines = len(text.strip().splitlines())
    return f"{len(text.split())} words, {len(text.strip())} characters, {lines} lines"
