package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Consecutive ports for datagram sockets, so that a server has to announce only the first. */
final class UdpPorts {
    /** What all servers make room for. */
    static final int DATAGRAM_BYTES = 2048;

    private static final int TRIES = 100;

    private UdpPorts() {}

    /**
     * Opens a server on as many ports as it has sockets. Another process may take one of them first;
     * then others are tried.
     *
     * @param address port 0 lets the system choose
     */
    static EchoPeer open(Peers.UdpOpener opener, InetSocketAddress address, int sockets)
            throws IOException {
        if (address.getPort() != 0) {
            return opener.open(address, sockets);
        }
        IOException refused = new IOException("no " + sockets + " consecutive ports are free");
        for (int i = 0; i < TRIES; i++) {
            InetSocketAddress first = firstFree(address.getAddress(), sockets);
            if (first != null) {
                try {
                    return opener.open(first, sockets);
                } catch (PeerUnavailableException e) {
                    throw e;
                } catch (IOException e) {
                    refused = e;
                }
            }
        }
        throw refused;
    }

    private static @Nullable InetSocketAddress firstFree(InetAddress address, int sockets)
            throws IOException {
        List<DatagramSocket> held = new ArrayList<>();
        try {
            DatagramSocket first = new DatagramSocket(0, address);
            held.add(first);
            for (int i = 1; i < sockets; i++) {
                held.add(new DatagramSocket(first.getLocalPort() + i, address));
            }
            return new InetSocketAddress(address, first.getLocalPort());
        } catch (IllegalArgumentException | BindException e) {
            return null; // beyond the last port, or taken
        } finally {
            held.forEach(DatagramSocket::close);
        }
    }
}
