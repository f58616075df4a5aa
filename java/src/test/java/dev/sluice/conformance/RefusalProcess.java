package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;

/** Says what becomes of io_uring here: in the report, by default, and when it is asked for. */
final class RefusalProcess {
    private RefusalProcess() {}

    public static void main(String[] args) throws SystemCallException {
        for (Capabilities.Support support : Capabilities.report()) {
            System.out.println("report " + support.backend() + " " + support.cause());
            for (Capabilities.Feature feature : support.features()) {
                System.out.println(support.backend() + " feature "
                        + feature.available() + " " + feature.detail());
            }
        }
        for (int i = 0; i < 3; i++) {
            try (CompletionPort port = CompletionPort.open()) {
                System.out.println("default " + port.backend());
            }
        }
        PortOptions options = PortOptions.DEFAULT.backend(Backend.IO_URING);
        try (CompletionPort port = CompletionPort.open(options)) {
            System.out.println("explicit " + port.backend());
        } catch (SystemCallException refusal) {
            System.out.println("explicit " + refusal.status() + " " + refusal.getMessage());
        }
    }
}
