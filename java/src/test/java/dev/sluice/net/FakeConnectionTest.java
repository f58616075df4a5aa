package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A user's own connection replaces that of a socket, as in a test without a network. */
class FakeConnectionTest {
    /** Reads what the test prepared and keeps what is written. */
    private static final class Fake extends FakeConnection {
        private final ByteArrayInputStream input;
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private boolean writing = true;
        private boolean late;
        private int room = Integer.MAX_VALUE;

        Fake(String input) {
            super(2);
            this.input = new ByteArrayInputStream(input.getBytes(US_ASCII));
        }

        String written() {
            return output.toString(US_ASCII);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws NetException {
            if (late) {
                throw new DeadlineException("read the fake: deadline exceeded", Status.DEADLINE, 0);
            }
            return input.read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws NetException {
            if (!writing) {
                throw new ConnectionLostException(
                        "write the fake: its end was written", Status.BROKEN_PIPE, 0);
            }
            int taken = Math.min(length, room);
            output.write(from, offset, taken);
            room -= taken;
            if (taken < length) {
                throw new DeadlineException("write the fake: no room", Status.DEADLINE, 0)
                        .bytesWritten(taken);
            }
        }

        @Override
        public void readDeadline(Duration fromNow) {
            late = fromNow.isZero() || fromNow.isNegative();
        }

        @Override
        public void clearDeadlines() {
            late = false;
        }

        @Override
        public void closeWrite() {
            writing = false;
        }

        @Override
        public String toString() {
            return "the fake";
        }
    }

    private final Fake fake = new Fake("hello, fake");

    @Test
    void aHandlerServesIt() throws Exception {
        ConnectionHandler handler = connection -> {
            connection.idleTimeout(Duration.ofSeconds(30));
            assertThat(connection.remoteAddress()).isEqualTo(Address.loopback(2));
            byte[] greeting = new byte[5];
            connection.readFully(greeting);
            connection.write("you said ".getBytes(US_ASCII));
            connection.write(ByteBuffer.wrap(greeting));
            connection.transferTo(connection);
            connection.closeWrite();
        };
        handler.serve(fake);
        assertThat(fake.written()).isEqualTo("you said hello, fake");
        assertThatThrownBy(() -> fake.write(new byte[1]))
                .isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void itsStreamsAndBuffersUseItsTwoMethods() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4);
        assertThat(fake.read(buffer)).isEqualTo(4);
        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap("hell".getBytes(US_ASCII)));
        assertThat(fake.inputStream().read()).isEqualTo('o');
        fake.write(buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(100_000);
            assertThat(fake.read(memory)).isEqualTo(6);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 'f');
            fake.write(memory);
            assertThat(fake.output.size()).as("more than one array").isEqualTo(4 + 100_000);
        }
        assertThat(fake.read(new byte[1])).isEqualTo(-1);
        assertThat(fake.inputStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> fake.readFully(new byte[2])).isInstanceOf(EOFException.class)
                .hasMessage("read the fake: end of stream after 0 of 2 bytes");
    }

    @Test
    void aWriteOfSeveralBuffersIsOneWriteAfterTheOther() throws Exception {
        ByteBuffer[] parts = {ByteBuffer.wrap("one ".getBytes(US_ASCII)), ByteBuffer.allocate(0),
            ByteBuffer.allocateDirect(3).put(0, "two".getBytes(US_ASCII))};
        fake.write(parts);
        assertThat(fake.written()).isEqualTo("one two");
        assertThat(parts[2].hasRemaining()).isFalse();
    }

    @Test
    void aFailedWriteOfSeveralBuffersCountsTheOnesBefore() throws Exception {
        ByteBuffer[] parts = {ByteBuffer.allocate(10), ByteBuffer.allocate(20)};
        fake.room = 13;
        assertThatThrownBy(() -> fake.write(parts))
                .isInstanceOfSatisfying(NetException.class,
                        failure -> assertThat(failure.bytesWritten()).isEqualTo(13));
        assertThat(parts[0].position()).isEqualTo(10);
        assertThat(parts[1].position()).isEqualTo(3);
        fake.room = 70_000;
        assertThatThrownBy(() -> fake.write(MemorySegment.ofArray(new byte[100_000])))
                .hasMessage("write the fake: no room after 70000 bytes");
    }

    @Test
    void whatIsNotWritableIsRefusedBeforeBytesAreLost() throws Exception {
        MemorySegment constant = MemorySegment.ofArray(new byte[4]).asReadOnly();
        assertThatThrownBy(() -> fake.read(constant)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("read-only");
        assertThat(fake.inputStream().readAllBytes()).hasSize(11);
    }

    @Test
    void itFailsWithTheExceptionsOfTheLayer() {
        fake.readDeadline(Duration.ZERO);
        assertThatThrownBy(() -> fake.read(new byte[1])).isInstanceOf(DeadlineException.class);
        assertThatThrownBy(() -> fake.get(SockOpt.NODELAY))
                .isInstanceOfSatisfying(NetException.class,
                        failure -> assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED))
                .hasMessage("get NODELAY of the fake: not a socket");
    }
}
