package dev.sluice.bench.peers;

/** Waits for the end of a thread. */
final class Threads {
    private Threads() {}

    /** Waits for the end of the thread; an interrupt stops the waiting and stays set. */
    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
