package dev.sluice;

/**
 * Receives the events of operations, one at a time, on the port's thread and from within {@link
 * CompletionPort#poll} or {@link CompletionPort#close} only. It may submit any operation, also the
 * one that has just ended.
 *
 * <p>An exception that it throws leaves {@code poll}; the next poll delivers the events that follow.
 *
 * @param <O> the operations that it handles
 */
@FunctionalInterface
public interface EventHandler<O extends Operation<?>> {
    /**
     * Handles one event. The operation's results are those of this event until the handler returns, or
     * until it submits the operation again.
     *
     * @param operation the operation that ended or, if {@link Operation#hasMore()}, made progress
     */
    void handle(O operation);
}
