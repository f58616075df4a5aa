package dev.sluice.internal.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.Connection;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** Which thread releases the buffers of a closed connection. */
class InboundRecordsTest {
    private final AtomicBoolean reading = new AtomicBoolean();

    /** Returns records of which one has begun to arrive. */
    private static InboundRecords begun() throws Exception {
        Connection unused = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[]{Connection.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        InboundRecords records = new InboundRecords(engine, unused,
                new OutboundRecords(engine, unused, new TlsDeadlines(unused)));
        assertThat(records.lend().byteSize()).isPositive();
        assertThat(records.isEmpty()).isFalse();
        return records;
    }

    @Test
    void noBufferIsReleasedWhileAThreadReads() throws Exception {
        InboundRecords records = begun();
        reading.set(true);
        ReentrantLock handshaking = new ReentrantLock();
        records.releaseUnlessUsed(handshaking, reading);
        assertThat(records.isEmpty()).isFalse();
        reading.set(false);
        records.releaseUnlessUsed(handshaking, reading);
        assertThat(records.isEmpty()).isTrue();
        assertThat(reading).isFalse();
        assertThat(handshaking.isLocked()).isFalse();
    }

    @Test
    void buffersOfAReaderThatEndsBeforeTheUnlockAreReleased() throws Exception {
        InboundRecords records = begun();
        reading.set(true);
        records.releaseUnlessUsed(new ReentrantLock() {
            @Override
            public void unlock() {
                reading.set(false); // The reader finds this lock held, and leaves.
                super.unlock();
            }
        }, reading);
        assertThat(records.isEmpty()).isTrue();
    }
}
