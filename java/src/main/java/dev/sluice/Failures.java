package dev.sluice;

import org.jspecify.annotations.Nullable;

/** Keeps what handlers threw while a port closed, so that the close comes to its end first. */
final class Failures {
    private @Nullable Throwable first;

    @SuppressWarnings("ReferenceEquality") // An exception cannot suppress itself.
    void add(Throwable failure) {
        if (first == null) {
            first = failure;
        } else if (first != failure) {
            first.addSuppressed(failure);
        }
    }

    void throwIfAny() {
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
