"""WebSocket Messaging: comprehensive integration suite.

Real-time chat over WebSocket, from the connection to the final answer.

BVJ: Free, Early, Mid, Enterprise - Retention
Value Impact: People watch an agent work and get its answer as it happens, in their own
    chat and no other.
Strategic Impact: Real-time answers are the product; when this channel stops there is
    nothing to use or renew.
Revenue protected: $12,300,000 a year (real-time AI answers in chat)

Spec: specs/websocket_messaging.yaml (rev 5d998d)
"""

import pytest

from suiteloom.ssot import SSotAsyncTestCase


class TestWebSocketConnectionManagement(SSotAsyncTestCase):
    """WebSocket Connection Management.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 937a08)
    """

    @pytest.mark.spec("WS-001", rev="826165.9b332e")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_establishment_success(self):
        """A connection opens and greets the client with its own id.

        BVJ: Free - Conversion
        Value Impact: A visitor who types a first prompt and meets an endless spinner
            goes on to the next tool in the search results; a trial sells nothing until
            the line is open.
        Strategic Impact: First conversations turn visitors into customers.

        Given: a running chat service and a user with a valid JWT
        When: the client opens a WebSocket to the chat endpoint
        When: the same user opens a second WebSocket
        Then: each handshake completes and its first frame is a welcome with a
            connection id
        Then: the two connection ids differ
        Then: the service counts two open connections for the user, and none after both
            close
        """
        self.pending()

    @pytest.mark.spec("WS-002", rev="99c505.19e5c1")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_with_jwt_authentication(self):
        """The connection belongs to the user whom the token names.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: History, permissions and billing all hang on the name behind the
            socket; bind it loosely and people are charged for strangers and shown their
            threads.
        Strategic Impact: Everything personal in the product rests on this one binding.

        Given: a valid JWT of one user
        Given: an expired JWT, a JWT with an altered signature, and no JWT at all
        When: a client connects with each of them
        Then: the connection with the valid JWT acts as the user in its subject claim
        Then: each of the others is refused with an authentication error and gets no
            welcome
        Then: no refused attempt is counted as an open connection
        """
        self.pending()

    @pytest.mark.spec("WS-003", rev="bb2fae.0e8db1")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_failure_handling(self):
        """A refused or broken connection is explained and can be retried.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Trains, tunnels and office proxies break handshakes all day; told
            the cause and let in on the next try, mobile subscribers blame the tunnel
            and not us.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a chat service that is at its connection limit
        Given: a client whose first handshake breaks off halfway
        When: each client tries to connect, and tries again once the cause is gone
        Then: the refusal names its cause and says when to retry
        Then: a failed attempt leaves no connection, queue or agent run behind
        Then: the later attempt gets a welcome
        """
        self.pending()

    @pytest.mark.spec("WS-004", rev="ec379e.ea1a13")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_timeout_handling(self):
        """Silent connections end at their limit, and active ones stay.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Ghost connections occupy places meant for people; if they never
            expire, a quiet afternoon ends with paying customers turned away from an
            idle server.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a handshake limit and an idle limit on a clock that the test moves
        Given: a client that stops halfway through the handshake
        Given: a connected client that falls silent, and one that speaks just inside the
            limit
        When: the clock passes both limits
        Then: the halted handshake and the silent client are closed with a timeout
            reason
        Then: the client that spoke just inside the limit is still connected
        Then: everything held for the closed clients is released
        Then: the user who timed out can connect again
        """
        self.pending()


class TestWebSocketMessageHandling(SSotAsyncTestCase):
    """WebSocket Message Handling.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 1fc6e8)
    """

    @pytest.mark.spec("WS-005", rev="9492a3.83f5c7")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_serialization(self):
        """Messages keep their meaning through encoding and decoding.

        BVJ: Free, Early, Mid, Enterprise - Expansion
        Value Impact: Customers write in many scripts and paste in code; one mangled
            character makes the agent answer a question nobody asked, and whole language
            markets stay closed.
        Strategic Impact: The product can be sold wherever its users' own words are safe
            in it.

        Given: messages with emoji, right-to-left text, nested data, null and empty text
        Given: a message that holds a value JSON cannot express
        When: each is encoded, sent, received and decoded
        Then: every decoded message equals the one that was sent
        Then: each frame is one JSON object in UTF-8 with a type
        Then: the value that JSON cannot express gives an error naming its field, and no
            frame is sent
        """
        self.pending()

    @pytest.mark.spec("WS-006", rev="2dc6d9.844050")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_sending(self):
        """A sent message reaches each of the user's connections once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A finished answer that is never sent is pure loss: the model has
            been paid, the screen stays empty, and the person asks for the same thing
            again.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a user with two open connections, and a third that has just closed
        When: the service sends three messages to the user
        Then: each open connection receives the three messages once and in order
        Then: the closed connection is reported as not reached and raises nothing
        Then: other users receive none of them
        """
        self.pending()

    @pytest.mark.spec("WS-007", rev="82aa59.d1ca6f")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_receiving(self):
        """Each received prompt is acknowledged and starts one agent run.

        BVJ: Early, Mid - Retention
        Value Impact: When a prompt vanishes between click and agent, people click again
            and pay twice out of their allowance; a receipt for each prompt makes one
            click enough.
        Strategic Impact: Metered plans are accepted as fair only if nothing is counted
            twice.

        Given: a connected user
        When: the client sends four chat messages without waiting for replies
        When: the client sends the last of them again with the same message id
        Then: each of the four is acknowledged with its message id
        Then: each of the four starts exactly one agent run
        Then: the repeated message is acknowledged again and starts no run
        """
        self.pending()

    @pytest.mark.spec("WS-008", rev="94a990.f84d61")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            pytest.param("hello", "invalid_json", id="plain_text"),
            pytest.param('{"type": "chat"', "invalid_json", id="cut_short"),
            pytest.param("", "invalid_json", id="empty_frame"),
            pytest.param("[1, 2]", "not_an_object", id="list_at_top"),
            pytest.param("null", "not_an_object", id="null_at_top"),
            pytest.param('{"id": "m1", "text": "hi"}', "missing_type", id="no_type"),
            pytest.param(
                '{"type": 7, "id": "m1"}',
                "unknown_type",
                id="type_is_number",
            ),
            pytest.param(
                '{"type": "launch", "id": "m1"}',
                "unknown_type",
                id="unknown_type",
            ),
            pytest.param(
                '{"type": "agent_completed", "id": "m1"}',
                "reserved_type",
                id="forged_agent_event",
            ),
            pytest.param('{"type": "chat", "id": "m1"}', "invalid_text", id="no_text"),
            pytest.param(
                '{"type": "chat", "id": "m1", "text": "  "}',
                "invalid_text",
                id="blank_text",
            ),
            pytest.param(
                '{"type": "chat", "id": "m1", "text": ["hi"]}',
                "invalid_text",
                id="text_is_list",
            ),
        ],
    )
    async def test_websocket_message_validation(self, frame, code):
        """Invalid messages are refused, each for the right reason.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A faulty browser extension or a curious attacker may send anything
            at all; an odd frame must cost its sender an error and not the worker that
            serves others.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a connected user
        When: the client sends the frame of the case
        When: the client then sends a valid chat message
        Then: the reply is an error frame with the code of the case
        Then: the invalid frame starts no agent run
        Then: the connection stays open and the valid message is acknowledged
        """
        self.pending()


class TestAgentIntegration(SSotAsyncTestCase):
    """Agent Integration.

    BVJ: Free, Early, Mid, Enterprise - Conversion
    Value Impact: The five events let a person see an agent start, think, use tools and
        answer.
    Strategic Impact: Seeing an agent work on one's own problem is what turns a trial
        into a plan.

    Spec: specs/websocket_messaging.yaml (rev a73e84)
    """

    @pytest.mark.spec("WS-009", rev="13ccf9.1564fc")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_started_event(self):
        """agent_started opens the run and names its agent.

        BVJ: Free - Conversion
        Value Impact: The moment after pressing send decides whether a newcomer believes
            that anything is happening; an early sign of life keeps the tab open until
            the agent can impress.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: a connected user with no run in progress
        When: the user sends a chat message
        When: the user sends a message that validation refuses
        Then: agent_started arrives before every other event of the run
        Then: it carries the run id, the thread id, the id of the message and the
            agent's name
        Then: the refused message brings no agent_started
        """
        self.pending()

    @pytest.mark.spec("WS-010", rev="fc6a07.40804e")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_thinking_event(self):
        """agent_thinking shows the reasoning while the run goes on.

        BVJ: Free, Early - Conversion
        Value Impact: Visible reasoning turns waiting into watching: people on small
            plans see how their own problem is taken apart, and that is our best
            argument for a larger plan.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: a connected user and an agent that reasons in three steps
        Given: an agent that answers without any intermediate step
        When: each agent handles a chat message
        Then: three agent_thinking events arrive in step order between agent_started and
            agent_completed
        Then: each carries the run id and a text that is not empty
        Then: they arrive while the agent is still running, and not in one batch at the
            end
        Then: the agent without steps still sends one agent_thinking
        """
        self.pending()

    @pytest.mark.spec("WS-011", rev="9bff56.0a124f")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_tool_executing_event(self):
        """tool_executing announces a tool before the tool does anything.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: A company lets agents touch its own systems only if staff can see
            which tool acts and on what; this announcement is what their security
            officer signs off.
        Strategic Impact: Agents with access to company systems are what larger
            contracts are made of.

        Given: an agent that calls one tool with a password among its arguments
        Given: an agent that calls no tool
        When: each agent handles a chat message
        Then: tool_executing arrives before the tool starts its work
        Then: it carries the run id, a call id, the tool's name and its arguments with
            the password masked
        Then: the agent that calls no tool sends no tool_executing
        """
        self.pending()

    @pytest.mark.spec("WS-012", rev="d1a2b9.5b29a1")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_tool_completed_event(self):
        """tool_completed delivers the result of the tool that was announced.

        BVJ: Early, Mid - Retention
        Value Impact: Half an answer is already worth having: analysts act on what a
            tool found while the agent is still writing, and this head start is what
            their manager pays for.
        Strategic Impact: Users who act on results early build their working day around
            the product.

        Given: an agent that calls one tool which succeeds and one which fails
        When: the agent handles a chat message
        Then: each tool_completed carries the call id of its tool_executing and follows
            it
        Then: that of the first tool has success true, a result and a duration
        Then: that of the second has success false and an error text that is safe to
            show
        Then: the run goes on after the failed tool
        """
        self.pending()

    @pytest.mark.spec("WS-013", rev="26db40.e3d7ed")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_completed_event(self):
        """agent_completed delivers the final answer exactly once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: The final answer is the thing we sell: lose it, and everything the
            run has cost us and its owner has bought a blank space under a question.
        Strategic Impact: Answers that always arrive are the habit on which renewals
            rest.

        Given: one run that succeeds, one whose agent raises, and one whose client drops
            before the end
        When: all three runs end, and the dropped client resumes
        Then: agent_completed is the last event of each run and comes once
        Then: the run that succeeded carries the full answer, and the failed one has
            status failed
        Then: the resumed client receives the agent_completed that it missed
        """
        self.pending()

    @pytest.mark.spec("WS-014", rev="a57ba3.f3802b")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_complete_agent_event_flow(self):
        """All five events arrive in order and nothing follows the last.

        BVJ: Free, Early, Mid, Enterprise - Conversion
        Value Impact: The $12.3M a year that live answers earn rests on this rhythm;
            with one beat missing the agent looks stuck, and a prospect who is about to
            decide decides against us.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: an agent that uses one tool and an agent that uses two tools one after
            another
        When: each handles a chat message of a connected user
        Then: agent_started, agent_thinking, tool_executing, tool_completed and
            agent_completed come in this order
        Then: with two tools each tool_executing is followed by its own tool_completed
            before the next
        Then: the sequence numbers of a run rise by one without a gap
        Then: no event of a run arrives after its agent_completed
        """
        self.pending()


class TestMultiUserIsolation(SSotAsyncTestCase):
    """Multi-User Isolation.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Each user's conversation stays with that user, however many are
        connected.
    Strategic Impact: Companies put confidential work into chat only where nobody else
        can read it.

    Spec: specs/websocket_messaging.yaml (rev 77fa1b)
    """

    @pytest.mark.spec("WS-015", rev="47a9ba.cd4e3b")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_multi_user_websocket_isolation(self):
        """Events of one user never reach another user.

        BVJ: Mid, Enterprise - Security
        Value Impact: An event that strays into a neighbor's chat shows one client's
            business to another; no company that has watched a stranger's data scroll by
            stays on.
        Strategic Impact: Companies put confidential work into chat only where nobody
            else can read it.

        Given: two connected users, each with a thread of the same title
        When: both start agent runs at the same moment
        When: one user asks to join the other's thread by its id
        When: one user disconnects in the middle of the run
        Then: each user receives events of the own run ids only
        Then: the request for the other's thread is refused and reveals nothing about it
        Then: the run of the user who stays is complete and in order
        """
        self.pending()

    @pytest.mark.spec("WS-016", rev="8bb6a3.429e4e")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_authentication_security(self):
        """Expired, revoked or false identities lose their connection.

        BVJ: Enterprise - Security
        Value Impact: Sockets outlive logins: someone who left the client's company in
            the morning must not go on reading its agents at noon through a tab that was
            never closed.
        Strategic Impact: Companies put confidential work into chat only where nobody
            else can read it.

        Given: a connection whose token expires while it is open
        Given: a connection whose token is revoked while it is open
        Given: a connected user who sends a message with another user's id in it
        When: the clock passes the expiry, the revocation takes place and the message is
            sent
        Then: the first two connections are closed with an authentication reason
        Then: an agent run of a closed connection sends it nothing more
        Then: the false id is refused and recorded as a security event
        Then: no frame and no log line contains a token
        """
        self.pending()

    @pytest.mark.spec("WS-017", rev="d852c7.e1b2fd")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_concurrent_connections(self):
        """Many users work at once, each with a complete run.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: A department that tries chat together is deciding how many
            licenses to order; the colleague who is refused or kept waiting argues for
            the smaller number.
        Strategic Impact: Large groups are won on the day they first log in together.

        Given: fifty users, and a limit of five connections for each user
        When: all connect and send one chat message at the same moment
        When: one of them opens connections beyond the limit
        Then: each user receives the complete event sequence of one run and nothing else
        Then: the connection beyond the limit is refused with a clear reason and closes
            no other
        Then: no connection or run remains after all have left
        """
        self.pending()


class TestPerformanceResilience(SSotAsyncTestCase):
    """Performance & Resilience.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: The channel keeps its pace and comes back by itself when load or
        networks are bad.
    Strategic Impact: Service that holds under strain can be promised in contracts.

    Spec: specs/websocket_messaging.yaml (rev 9df790)
    """

    @pytest.mark.spec("WS-018", rev="2223a8.bdd01f")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_throughput(self):
        """A fast stream arrives whole while slow and greedy clients wait.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Long reports come as a flood of small pieces; a channel that
            cannot keep up makes a fast model look slow, and heavy users compare vendors
            on just that.
        Strategic Impact: Heavy users set the opinion of their whole company.

        Given: a run that streams a thousand events to a client that reads at once
        Given: a client beside it that reads slowly
        Given: a client that sends more messages than its rate limit allows
        When: all three work at the same time
        Then: the first client receives each event once and in order
        Then: the slow client does not delay the first
        Then: the third client gets a rate_limited error and stays connected
        Then: the measured rate and the longest delay are recorded as metrics
        """
        self.pending()

    @pytest.mark.spec("WS-019", rev="e6fc87.230adb")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_resilience(self):
        """A dropped client resumes where its stream broke off.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: Losing a long run to a moment of bad Wi-Fi means buying it again;
            a stream that picks up where it broke keeps traveling professionals on their
            plan.
        Strategic Impact: Work that survives a bad network makes chat a tool for the
            whole day.

        Given: a run in progress and a client that has received three of its events
        When: the connection drops and the client resumes with its last sequence number
        When: another user tries to resume that run
        When: the client tries to resume after the resume window has closed
        Then: the missed events arrive in order, none twice and none left out
        Then: the run went on while the client was away
        Then: the other user is refused
        Then: after the window the client is told so and gets the final state of the run
        """
        self.pending()

    @pytest.mark.spec("WS-020", rev="7a5099.ae1727")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_memory_usage_tracking(self):
        """Memory held for connections returns to its level when they end.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Memory kept for people who left is rented for nobody, until a
            server falls over at the busiest hour and takes every conversation on it
            along.
        Strategic Impact: Service that holds under strain can be promised in contracts.

        Given: the numbers of connections, queues and buffered bytes at the start
        When: a hundred clients connect, run an agent and leave, half of them without a
            close frame
        Then: all three numbers are back at their start once the clients are gone
        Then: no connection ever buffers more than its limit of bytes
        Then: the highest number of buffered bytes is recorded as a metric
        """
        self.pending()

    @pytest.mark.spec("WS-021", rev="20b7a6.7f9bd9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_error_handling_comprehensive(self):
        """Every failure of a run is told to its user and harms no other.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Silence is the most expensive error of all: told plainly what went
            wrong and that trying again is safe, an annoyed user is still a user.
        Strategic Impact: Honest failures are forgiven, so a bad day does not become a
            lost account.

        Given: an agent that raises, a tool that never returns and a model provider that
            fails once
        When: a connected user starts a run with each, and then a run that succeeds
        Then: the first two give an error event with a code and a text that is safe to
            show
        Then: the run with the provider that fails once is retried and succeeds
        Then: each run ends with exactly one agent_completed
        Then: the connection stays open and the last run is complete
        Then: no frame contains a stack trace or a secret
        """
        self.pending()


class TestEventValidation(SSotAsyncTestCase):
    """Event Validation.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev c187e4)
    """

    @pytest.mark.spec("WS-022", rev="b79ce9.027925")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_event_type_validation(self):
        """Only known and complete events reach a client.

        BVJ: Platform - Velocity
        Value Impact: The chat page is built on event names as on a contract; a
            misspelled one shows people a blank step in the middle of a run and costs an
            engineer the day to find.
        Strategic Impact: Front end and agents can be changed apart from each other, and
            so more often.

        Given: an agent that emits the five known events, an unknown type and an event
            without a run id
        When: the agent handles a chat message
        Then: the five known events reach the client
        Then: the unknown type is refused before it reaches the client and is recorded
            by name
        Then: the event without a run id is refused with an error that names the field
        """
        self.pending()

    @pytest.mark.spec("WS-023", rev="a4ea82.158aa0")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_integrity(self):
        """Content arrives exactly as the agent produced it.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A character lost from a contract draft or a line of code does its
            harm later, in the customer's own business, and returns to us as a canceled
            subscription.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: an answer with code blocks, control characters and text just under the
            size limit
        Given: a chat message one byte over the size limit
        When: the answer is streamed in pieces, and the client sends the long message
        Then: the assembled pieces equal the answer byte for byte
        Then: the checksum in agent_completed is that of the assembled answer
        Then: the long message gets a too_large error, starts no run and leaves the
            connection open
        """
        self.pending()

    @pytest.mark.spec("WS-024", rev="a31ce7.c6eef9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_event_ordering(self):
        """Events of a run are delivered in order, whatever order they came in.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A result shown before the step that produced it makes sound work
            look invented, and users who doubt a run's story stop handing real tasks to
            the agent.
        Strategic Impact: Delegated work is the use that people pay for, and it rests on
            trust.

        Given: two parallel runs of one user
        Given: events of the first run that reach the service late and out of order
        When: both runs are delivered to the user's connection
        When: an event is published for a run that has completed
        Then: the sequence numbers of each run rise by one at the client
        Then: an early event waits until those before it have arrived
        Then: the second run is not delayed by the first
        Then: the event after completion is refused
        """
        self.pending()


class TestAdvancedWebSocketFeatures(SSotAsyncTestCase):
    """Advanced WebSocket Features.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 30ae11)
    """

    @pytest.mark.spec("WS-025", rev="73f70a.b44e8f")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_heartbeat_mechanism(self):
        """Heartbeats keep quiet connections open and find dead ones.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Office firewalls quietly cut lines that carry no traffic; a steady
            pulse spares people who stop to read and think from coming back to a dead
            chat.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a heartbeat interval and a number of allowed misses, on a clock that the
            test moves
        Given: a client that answers each ping without sending chat, and one that stops
            answering
        When: the clock passes more intervals than there are allowed misses
        Then: each client gets a ping at every interval while it is connected
        Then: the client that answers is still connected
        Then: the other is closed with a heartbeat reason once the misses are used up
        Then: its user can connect again and resume the run
        """
        self.pending()

    @pytest.mark.spec("WS-026", rev="9dd385.78a2b4")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_queuing_system(self):
        """Queued messages survive a pause, and a full queue slows the sender.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A laptop that slept through the end of a run ought to wake to the
            whole answer; what was held in the queue need not be asked for, or computed,
            again.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a queue limit of ten messages for each connection
        Given: a client that stops reading, then reads again
        Given: a client that never reads again
        When: a run emits thirty events to each
        Then: the queue never holds more than ten messages, and the run is held back
            while it is full
        Then: the client that reads again receives all thirty events in order,
            agent_completed among them
        Then: the client that never reads is closed with an overload reason after the
            allowed wait
        Then: that user's later resume delivers the events which were not received, in
            order
        """
        self.pending()
