package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;

/** Opens a listener on a group whose port cannot wait, and prints how that fails. */
final class FailedGroupProcess {
    private FailedGroupProcess() {}

    /** Takes the backend's name. */
    public static void main(String[] args) throws NetException {
        try (PortGroup group = PortGroup.open(1, dev.sluice.PortOptions.DEFAULT.backend(
                Backend.named(args[0])))) {
            try (Listener listener = Listener.open(
                    Address.loopback(0), ListenerOptions.DEFAULT.group(group))) {
                listener.accept();
            }
        } catch (NetException failure) {
            System.out.println(failure.getClass().getSimpleName() + ": " + failure.getMessage());
        }
    }
}
