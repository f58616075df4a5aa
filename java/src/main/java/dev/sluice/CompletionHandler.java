package dev.sluice;

/**
 * Receives the events of operations, one at a time, on the port's thread and from within {@link
 * CompletionPort#poll} only. It may submit, also the same operation again once it has ended.
 *
 * <p>What it throws leaves {@code poll}; the events that follow are delivered by the next poll.
 *
 * @param <O> the operations that it understands
 */
@FunctionalInterface
public interface CompletionHandler<O extends Operation<?>> {
    /**
     * Takes one event. The operation's results are those of this event until the handler returns, or
     * until the operation is submitted again.
     *
     * @param operation the operation that ended or, while {@link Operation#hasMore()}, made progress
     */
    void completed(O operation);
}
