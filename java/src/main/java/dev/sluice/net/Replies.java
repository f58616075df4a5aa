package dev.sluice.net;

import dev.sluice.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Waiting for an answer of a port's thread. */
final class Replies {
    private Replies() {}

    /** Asks, and parks until the answer is there. What was asked for goes on after an interrupt. */
    static <T> T await(String what, Consumer<CompletableFuture<T>> question) throws NetException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        question.accept(answer);
        return await(what, answer);
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
            throw new IllegalStateException(what + ": " + failure.getCause(), failure);
        }
    }
}
