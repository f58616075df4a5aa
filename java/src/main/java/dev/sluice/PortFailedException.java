package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * A port has failed: the kernel refused for about two seconds to wait for its events. Every later submit
 * and poll throws this exception too. {@link CompletionPort#close} ends every operation with {@link
 * Status#CLOSED_LOCALLY}, resets the open streams, and closes the sockets.
 */
public final class PortFailedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
