package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.CompletionPort;
import dev.sluice.SystemCallException;

/** Opens a port where that may be forbidden, and prints the result. */
final class NativeAccessProcess {
    private NativeAccessProcess() {}

    public static void main(String[] args) {
        try (CompletionPort port = CompletionPort.open()) {
            System.out.println("opened " + port.backend());
        } catch (SystemCallException refused) {
            System.out.println(refused.status() + " " + refused.getMessage());
        }
        for (Capabilities.Support support : Capabilities.report()) {
            if (support.backend() == Backend.EPOLL) {
                System.out.println(support.cause());
            }
        }
    }
}
