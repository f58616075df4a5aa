package dev.sluice.internal.spi;

import java.util.List;

/**
 * What one backend offers on this machine.
 *
 * @param name epoll, io_uring or iocp
 * @param available true if a port can be opened with it
 * @param cause why not, empty if it can
 * @param features what it offers, each with the cause of a refusal
 */
public record BackendReport(String name, boolean available, String cause, List<Feature> features) {
    public BackendReport {
        features = List.copyOf(features);
    }
}
