package dev.sluice.cli.semantics;

import dev.sluice.Close;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import java.time.Duration;
import java.util.Optional;

/** A way to end a connection: one row of the overview. */
enum Ending {
    GRACEFUL("graceful", Basis.CONTRACT,
            "Close.graceful: sends finish, FIN, then read to the peer's end"),
    HALF_CLOSE("half-close", Basis.CONTRACT,
            "Shutdown.send, Receive until the peer's end, Close.immediate"),
    IMMEDIATE("immediate", Basis.CONTRACT, "Close.immediate: cancel what is pending, then close"),
    ABORT("abort", Basis.CONTRACT, "Close.abort: cancel what is pending, then reset"),
    LINGER_OFF("linger off", Basis.SYSTEM, "LINGER off, then Close.immediate"),
    LINGER_0("linger 0 s", Basis.SYSTEM, "LINGER of 0 s, then Close.immediate"),
    LINGER_1("linger 1 s", Basis.SYSTEM, "LINGER of 1 s, then Close.immediate");

    /** Time that a graceful close gives a peer that does its part. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    /** Time that it gives one that does not. */
    static final Duration SHORT_LIMIT = Duration.ofMillis(200);

    final String title;
    final Basis basis;
    final String how;

    Ending(String title, Basis basis, String how) {
        this.title = title;
        this.basis = basis;
        this.how = how;
    }

    /** What LINGER is set to before the close, if it is. */
    Optional<Linger> linger() {
        return switch (this) {
            case GRACEFUL, HALF_CLOSE, IMMEDIATE, ABORT -> Optional.empty();
            case LINGER_OFF -> Optional.of(Linger.OFF);
            case LINGER_0 -> Optional.of(Linger.seconds(0));
            case LINGER_1 -> Optional.of(Linger.seconds(1));
        };
    }

    /** The operation with which it ends. */
    Close close(NativeSocket socket, Situation situation) {
        return switch (this) {
            case GRACEFUL -> Close.graceful(socket,
                    situation.isUncooperative() ? SHORT_LIMIT : LIMIT);
            case ABORT -> Close.abort(socket);
            case HALF_CLOSE, IMMEDIATE, LINGER_OFF, LINGER_0, LINGER_1 -> Close.immediate(socket);
        };
    }
}
