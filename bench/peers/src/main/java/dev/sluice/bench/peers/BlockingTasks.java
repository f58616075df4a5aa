package dev.sluice.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** The tasks besides echo, for the peers with a thread per connection. */
final class BlockingTasks {
    /** The size of the buffer of a connection that mostly waits. */
    private static final int CONNECTION_BYTES = 16 * 1024;

    /** How many answers are written at once. */
    private static final int MOST_ANSWERS = 16;

    private static final byte[] ANSWERS = repeat(HttpRequests.ANSWER, MOST_ANSWERS);

    private BlockingTasks() {}

    /** A connection of any class. */
    interface Stream {
        /** Reads as InputStream does. */
        int read(byte[] into, int offset, int length) throws IOException;

        /** Writes everything, as OutputStream does. */
        void write(byte[] from, int offset, int length) throws IOException;
    }

    /** Serves one connection until its end. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Stream stream) throws IOException;
    }

    /** Returns the behaviour for all connections of one server. */
    static Behaviour of(Task task) {
        return switch (task) {
            case ECHO -> throw new IllegalArgumentException("each peer has an echo of its own");
            case RECEIVE -> BlockingTasks::receive;
            case SEND -> BlockingTasks::send;
            case FAN_OUT -> new FanOut()::serve;
            case REQUEST -> BlockingTasks::answer;
            case TLS -> BlockingTasks::echo;
            case FILE -> throw new IllegalArgumentException("a file has its own servers");
            case PROXY -> throw new IllegalArgumentException("a proxy has two connections");
            case UDP, UDP_BULK ->
                throw new IllegalArgumentException("a datagram socket is no stream");
        };
    }

    private static void echo(Stream stream) throws IOException {
        byte[] buffer = new byte[CONNECTION_BYTES];
        int count = stream.read(buffer, 0, buffer.length);
        while (count >= 0) {
            stream.write(buffer, 0, count);
            count = stream.read(buffer, 0, buffer.length);
        }
    }

    private static void receive(Stream stream) throws IOException {
        byte[] buffer = new byte[Task.BUFFER_BYTES];
        int count;
        do {
            count = stream.read(buffer, 0, buffer.length);
        } while (count >= 0);
    }

    private static void send(Stream stream) throws IOException {
        byte[] bytes = new byte[Task.BUFFER_BYTES];
        byte[] number = new byte[Task.COUNT_BYTES];
        while (readFully(stream, number)) {
            long left = ByteBuffer.wrap(number).getLong();
            while (left > 0) {
                int length = (int) Math.min(left, bytes.length);
                stream.write(bytes, 0, length);
                left -= length;
            }
        }
    }

    private static void answer(Stream stream) throws IOException {
        HttpRequests requests = new HttpRequests();
        byte[] buffer = new byte[CONNECTION_BYTES];
        while (!requests.isOver()) {
            int count = stream.read(buffer, 0, buffer.length);
            if (count < 0) {
                return;
            }
            int owed = requests.parse(buffer, count);
            while (owed > 0) {
                int now = Math.min(owed, MOST_ANSWERS);
                stream.write(ANSWERS, 0, now * HttpRequests.ANSWER.length);
                owed -= now;
            }
        }
        if (requests.isRefused()) {
            stream.write(HttpRequests.REFUSAL, 0, HttpRequests.REFUSAL.length);
        }
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] all = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    /** Returns false if the stream ends first. */
    private static boolean readFully(Stream stream, byte[] into) throws IOException {
        int filled = 0;
        while (filled < into.length) {
            int count = stream.read(into, filled, into.length - filled);
            if (count < 0) {
                return false;
            }
            filled += count;
        }
        return true;
    }

    /**
     * The sender's thread writes to all others, so it reads on when they have taken the message.
     */
    private static final class FanOut {
        private final List<Member> members = new CopyOnWriteArrayList<>();

        void serve(Stream stream) throws IOException {
            Member self = new Member(stream);
            members.add(self);
            try {
                byte[] buffer = new byte[CONNECTION_BYTES];
                int count = stream.read(buffer, 0, buffer.length);
                while (count >= 0) {
                    sendToOthers(self, buffer, count);
                    count = stream.read(buffer, 0, buffer.length);
                }
            } finally {
                members.remove(self);
            }
        }

        private void sendToOthers(Member self, byte[] bytes, int count) {
            for (Member member : members) {
                if (member != self) {
                    member.take(bytes, count);
                }
            }
        }
    }

    /** A member that takes messages of several threads, one after the other. */
    private static final class Member {
        private final Stream stream;
        private final ReentrantLock lock = new ReentrantLock();

        Member(Stream stream) {
            this.stream = stream;
        }

        void take(byte[] bytes, int count) {
            lock.lock();
            try {
                stream.write(bytes, 0, count);
            } catch (IOException e) {
                return; // reset by its peer; its own thread finds that out and ends it
            } finally {
                lock.unlock();
            }
        }
    }
}
