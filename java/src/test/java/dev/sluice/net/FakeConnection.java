package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import java.time.Duration;

/** A connection without a socket: it can be closed, and has neither deadlines nor half-closes. */
abstract class FakeConnection implements Connection {
    private final Address remote;
    private boolean open = true;

    /** Takes the port of the peer. */
    FakeConnection(int port) {
        this.remote = Address.loopback(port);
    }

    @Override
    public void readDeadline(Duration fromNow) {}

    @Override
    public void writeDeadline(Duration fromNow) {}

    @Override
    public void clearDeadlines() {}

    @Override
    public void idleTimeout(Duration timeout) {}

    @Override
    public void heartbeat(Duration interval, HeartbeatAction whenIdle) {}

    @Override
    public void beat() {}

    @Override
    public void closeWrite() {}

    @Override
    public void closeRead() {}

    @Override
    public void close() {
        open = false;
    }

    @Override
    public Status closeGracefully(Duration bound) {
        close();
        return Status.OK;
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Address localAddress() {
        return Address.loopback(1);
    }

    @Override
    public Address remoteAddress() {
        return remote;
    }
}
