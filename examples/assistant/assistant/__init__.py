"""A small AI-chat service for several users at once.

Imports go down only, siblings on a line do not import each other:

    __main__
    platform                       the parts put together
    web/                           HTTP and the chat page
    auth/    chat/                 accounts and tokens; WebSockets and agent runs
    core/                          database, conversations, health, peers, input
    startup/    config/
    serving, client, metrics, logs, identity
    clock, masking, errors
"""

__version__ = "0.1.0"
