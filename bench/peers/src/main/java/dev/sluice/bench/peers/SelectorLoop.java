package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/**
 * The JDK's Selector on one thread. Keys are handled while they are selected, so no selected-key set
 * has to be cleared.
 */
final class SelectorLoop implements Runnable {
    private final Selector selector;
    private final Consumer<SelectionKey> action; // one object, not one per turn
    private final Thread thread;
    private volatile boolean closing;

    SelectorLoop(String name, Selector selector, Consumer<SelectionKey> action) {
        this.selector = selector;
        this.action = action;
        this.thread = Thread.ofPlatform().name(name).unstarted(this);
    }

    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                selector.select(action);
            }
            closeAll();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
    }

    /** Closes all channels and the selector; on the loop's thread, or before it is started. */
    void closeAll() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** Ends the loop and waits for that. */
    void stop() {
        closing = true;
        selector.wakeup();
        Threads.join(thread);
    }
}
