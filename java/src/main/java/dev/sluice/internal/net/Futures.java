package dev.sluice.internal.net;

import dev.sluice.Status;
import dev.sluice.net.CancelledException;
import dev.sluice.net.NetException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Waits for results that a port's thread produces. */
public final class Futures {
    private Futures() {}

    /**
     * Waits for a result. An interrupt ends the wait, not the work.
     *
     * @param operation begins the message of an exception
     */
    public static <T> T await(String operation, CompletableFuture<T> result) throws NetException {
        try {
            return result.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetErrors.of(operation, Status.CANCELLED, 0);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NetException known) {
                throw known;
            }
            if (failure.getCause() instanceof IllegalArgumentException wrong) {
                throw new IllegalArgumentException(operation + ": " + wrong.getMessage(), wrong);
            }
            throw new IllegalStateException(operation + ": " + failure.getCause(), failure);
        }
    }

    /** As {@link #await}, but an interrupt does not end the wait: the flag stays set. */
    public static <T> T awaitThroughInterrupts(String operation, CompletableFuture<T> result)
            throws NetException {
        try {
            result.join();
        } catch (CompletionException failed) {
            return await(operation, result); // which throws its cause
        }
        return await(operation, result);
    }

    /** As {@link #await}, and after an interrupt closes the result when it arrives. */
    public static <T> T awaitClosing(
            String operation, CompletableFuture<T> result, Consumer<? super T> close)
            throws NetException {
        try {
            return await(operation, result);
        } catch (CancelledException interrupted) {
            // Not on the port's thread: a close waits for that thread.
            Thread.ofVirtual().name("sluice-unwanted").start(() -> closeUnwanted(result, close));
            throw interrupted;
        }
    }

    private static <T> void closeUnwanted(
            CompletableFuture<T> result, Consumer<? super T> close) {
        T unwanted;
        try {
            unwanted = result.join();
        } catch (CompletionException failed) {
            return; // There is nothing to close.
        }
        close.accept(unwanted);
    }
}
