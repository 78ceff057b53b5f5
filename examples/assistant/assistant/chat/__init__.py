"""Chat over WebSocket: connections, messages, and the agents that answer them.

`wire`, `events` and `limits` know nothing of one another's users; `runs` keeps the events
of one run, `agents` is what an agent sees, `connection` is one open line, `book` all runs,
`service` the whole. `demo` is an agent that works without a model.
"""

from assistant.chat.agents import (
    Agent,
    AgentError,
    AgentRequest,
    Emit,
    ProviderError,
    Tool,
    ToolOutcome,
)
from assistant.chat.demo import DemoAgent
from assistant.chat.events import EventError
from assistant.chat.service import ChatService, Delivery
from assistant.chat.wire import PROTOCOL, Close, EncodingError, FrameError

__all__ = [
    "PROTOCOL",
    "Agent",
    "AgentError",
    "AgentRequest",
    "ChatService",
    "Close",
    "Delivery",
    "DemoAgent",
    "Emit",
    "EncodingError",
    "EventError",
    "FrameError",
    "ProviderError",
    "Tool",
    "ToolOutcome",
]
