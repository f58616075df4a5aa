package dev.sluice.net;

import dev.sluice.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Waiting for an answer of a port's thread. */
final class Futures {
    private Futures() {}

    /** Asks, and parks until the answer is there. What was asked for goes on after an interrupt. */
    static <T> T await(String what, Consumer<CompletableFuture<T>> question) throws NetException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        question.accept(answer);
        return await(what, answer);
    }

    /**
     * As below, for something that is to be closed: where the one who asked does not wait for it any
     * more, it is closed when it comes.
     */
    static <T> T await(String what, CompletableFuture<T> answer, Consumer<? super T> close)
            throws NetException {
        try {
            return await(what, answer);
        } catch (CancelledException interrupted) {
            // Not on the port's thread: a close waits for that one.
            Thread.ofVirtual().name("sluice-unwanted").start(() -> closeUnwanted(answer, close));
            throw interrupted;
        }
    }

    private static <T> void closeUnwanted(
            CompletableFuture<T> answer, Consumer<? super T> close) {
        T unwanted;
        try {
            unwanted = answer.join();
        } catch (CompletionException failed) {
            return; // Nothing was made.
        }
        close.accept(unwanted);
    }

    static <T> T await(String what, CompletableFuture<T> answer) throws NetException {
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetException.of(what, Status.CANCELLED, 0);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NetException known) {
                throw known;
            }
            if (failure.getCause() instanceof IllegalArgumentException wrong) {
                throw new IllegalArgumentException(what + ": " + wrong.getMessage(), wrong);
            }
            throw new IllegalStateException(what + ": " + failure.getCause(), failure);
        }
    }
}
