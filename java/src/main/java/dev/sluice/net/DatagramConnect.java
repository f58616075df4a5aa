package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Connect;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Fixes the peer of a datagram socket, on the port's thread.
 *
 * @param what the operation, for messages
 * @param connected gets the peer as the system names it, to recognise datagrams that came from
 *     others before
 * @param done completed with OK, or with a NetException
 */
record DatagramConnect(
        Poller poller,
        NativeSocket socket,
        Address peer,
        String what,
        Consumer<Address> connected,
        CompletableFuture<Status> done) {
    void submit() {
        if (!socket.isOpen()) {
            done.completeExceptionally(NetException.of(what, Status.CLOSED_LOCALLY, 0));
            return;
        }
        try {
            poller.port().submit(new Connect(socket, peer).onCompletion(this::ended));
        } catch (LimitExceededException refused) {
            done.completeExceptionally(NetException.of(what, refused));
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
            throw failure;
        }
    }

    private void ended(Connect event) {
        if (!event.isOk()) {
            done.completeExceptionally(
                    NetException.of(what, event.status(), event.nativeCode()));
            return;
        }
        try {
            connected.accept(socket.peerAddress());
            done.complete(Status.OK);
        } catch (SystemCallException gone) {
            done.completeExceptionally(NetException.of(what, gone));
        }
    }
}
