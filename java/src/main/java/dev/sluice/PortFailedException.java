package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * A port has failed: the kernel refused to wait for its events for about two seconds. Each further
 * submit and poll throws this exception too. {@link CompletionPort#close} ends every operation with
 * {@link Status#CLOSED_LOCALLY}, resets the open streams, and gives the sockets back.
 */
public final class PortFailedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
