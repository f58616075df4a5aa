package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that is left is found. */
@Timeout(300)
class LiveThreadsTest {
    @Test
    void threadsThatLiveAreSeenAndThoseThatEndedAreNot() throws Exception {
        LiveThreads before = LiveThreads.now();
        Thread virtual = Thread.ofVirtual().start(LockSupport::park);
        Thread platform = Thread.ofPlatform().name("sluice-left").start(LockSupport::park);
        LiveThreads during = LiveThreads.now();
        assertThat(during.own()).containsKey(virtual.threadId())
                .containsEntry(platform.threadId(), "sluice-left");
        for (Thread each : new Thread[]{virtual, platform}) {
            LockSupport.unpark(each);
            each.join();
        }
        before.awaitNoneMore();
        assertThat(before.own()).doesNotContainKey(virtual.threadId());
    }
}
