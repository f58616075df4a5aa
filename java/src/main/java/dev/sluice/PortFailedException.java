package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * A port cannot go on: the system keeps refusing to wait for its events. It was asked again for about
 * two seconds. Nothing more can be submitted or polled; {@link CompletionPort#close} ends every
 * operation with {@link Status#CLOSED_LOCALLY} and gives the sockets back.
 */
public final class PortFailedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
