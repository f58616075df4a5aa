package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SockOpt;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A write that fails half way reports how many bytes were taken, however it ended. */
class PartialWriteTest extends TlsFixture {
    /** More than the buffers of both sides hold. */
    private static final int LARGE = 4 << 20;

    private static final int BUFFER = 128 * 1024;

    /** What ends a write that waits for room. */
    enum Ending {
        DEADLINE(DeadlineException.class) {
            @Override
            void end(Ended write) {
                write.client().writeDeadline(SHORT);
            }
        },
        IDLE(DeadlineException.class) {
            @Override
            void end(Ended write) {
                write.client().idleTimeout(SHORT);
            }
        },
        RESET(ConnectionLostException.class) {
            @Override
            void end(Ended write) {
                write.server().abort();
            }
        },
        CLOSED(ClosedException.class) {
            @Override
            void end(Ended write) {
                write.client().close();
            }
        },
        ABORTED(ClosedException.class) {
            @Override
            void end(Ended write) {
                write.client().abort();
            }
        },
        GROUP_CLOSED(ClosedException.class) {
            @Override
            void end(Ended write) {
                write.own().close();
            }
        },
        INTERRUPTED(CancelledException.class) {
            @Override
            void end(Ended write) {
                write.thread().interrupt();
            }
        };

        private final Class<? extends NetException> expected;

        Ending(Class<? extends NetException> expected) {
            this.expected = expected;
        }

        abstract void end(Ended write);
    }

    /** A write that waits. */
    record Ended(Connection client, Connection server, PortGroup own, Thread thread) {}

    /** How the bytes are passed. */
    enum Form {
        ARRAY {
            @Override
            void write(Connection connection) throws NetException {
                connection.write(new byte[LARGE]);
            }
        },
        SEGMENT {
            @Override
            void write(Connection connection) throws NetException {
                connection.write(MemorySegment.ofArray(new byte[LARGE]));
            }
        },
        BUFFERS {
            @Override
            void write(Connection connection) throws NetException {
                ByteBuffer header = ByteBuffer.allocate(100);
                ByteBuffer body = ByteBuffer.allocateDirect(LARGE - 100);
                try {
                    connection.write(header, body);
                } catch (NetException failure) {
                    assertThat(header.position() + body.position())
                            .isEqualTo((int) failure.bytesWritten());
                    throw failure;
                }
            }
        },
        TRANSFER {
            @Override
            void write(Connection connection) throws NetException {
                zeros().transferTo(connection);
            }
        };

        abstract void write(Connection connection) throws NetException;
    }

    /** Returns a connection whose reads never end. */
    private static Connection zeros() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[]{Connection.class},
                (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(
                                proxy, method, arguments);
                    }
                    return arguments.length == 3 ? arguments[2] : 0;
                });
    }

    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Arguments> cases() {
        return Stream.of(Ending.values()).flatMap(ending -> Stream.of(Form.values())
                .map(form -> Arguments.of(ending, form)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFailureHasTheNumberOfBytesTaken(Ending ending, Form form) throws Exception {
        ends(ending, form, false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void overTlsItCountsTheBytesThatTheEngineTook(Ending ending, Form form) throws Exception {
        ends(ending, form, true);
    }

    private void ends(Ending ending, Form form, boolean tls) throws Exception {
        try (PortGroup own = kind.open(1);
                Listener listener = Listener.open(OwnLoopback.ANY_PORT,
                        listening().control(socket -> socket.set(SockOpt.RCVBUF, BUFFER)));
                Connection client = Dialer.DEFAULT.group(own)
                        .control(socket -> socket.set(SockOpt.SNDBUF, BUFFER))
                        .dial(listener.address());
                Connection server = listener.accept()) {
            Connection writing = tls ? dialling.over(client) : client;
            Connection reading = tls ? serving.over(server) : server;
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            CompletableFuture<Boolean> written = background(() -> {
                thread.complete(Thread.currentThread());
                form.write(writing);
                return true;
            });
            reading.readFully(new byte[1]); // So the kernel has some of them.
            ending.end(new Ended(writing, reading, own, result(thread)));
            assertThat(failureOf(written)).isInstanceOfSatisfying(ending.expected, failure -> {
                assertThat(failure.bytesWritten()).isPositive();
                assertThat(failure.getMessage())
                        .endsWith(" after " + failure.bytesWritten() + " bytes");
                if (form != Form.TRANSFER) {
                    assertThat(failure.bytesWritten()).isLessThan(LARGE);
                }
            });
        }
    }
}
