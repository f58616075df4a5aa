package dev.sluice.internal;

import dev.sluice.internal.epoll.EpollBackend;
import dev.sluice.internal.epoll.EpollProbe;
import dev.sluice.internal.iocp.IocpBackend;
import dev.sluice.internal.iocp.IocpProbe;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.BackendReport;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.FileCalls;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.uring.UringBackend;
import dev.sluice.internal.uring.UringProbe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses a backend: the only place that names an operating system. */
public final class Backends {
    private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    private static final boolean LINUX = SYSTEM.contains("linux");
    private static final boolean WINDOWS = SYSTEM.contains("windows");

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final AtomicBoolean FALLBACK_LOGGED = new AtomicBoolean();
    private static final BackendFactory BEST_OF_LINUX = new BestOfLinux();

    private Backends() {}

    /**
     * Returns the factory of a backend, or of the best one that works here if the name is empty.
     *
     * @throws NativeFailure with the cause, for the one that was named or for all
     */
    public static BackendFactory factory(String name) throws NativeFailure {
        String denied = NativeAccess.refusal();
        if (!denied.isEmpty()) {
            throw new NativeFailure(
                    name.isEmpty() ? "no backend works here" : name,
                    Outcome.UNSUPPORTED,
                    0,
                    denied);
        }
        if (LINUX && name.isEmpty()) {
            return BEST_OF_LINUX;
        }
        if (LINUX && name.equals("io_uring")) {
            return UringBackend.FACTORY;
        }
        if (LINUX && name.equals("epoll")) {
            return EpollBackend.FACTORY;
        }
        if (WINDOWS && (name.isEmpty() || name.equals("iocp"))) {
            return IocpBackend.FACTORY;
        }
        List<String> causes = new ArrayList<>();
        for (BackendReport report : reports()) {
            if (name.isEmpty() || name.equals(report.name())) {
                causes.add(report.name() + " " + report.cause());
            }
        }
        throw new NativeFailure(
                name.isEmpty() ? "no backend works here" : name,
                Outcome.UNSUPPORTED,
                0,
                String.join("; ", causes));
    }

    /** Opens io_uring, or else epoll; logs that once, since an unknown filter may be the cause. */
    private static final class BestOfLinux implements BackendFactory {
        @Override
        public MemorySegment allocatePages(long bytes, Arena arena) {
            return EpollBackend.FACTORY.allocatePages(bytes, arena);
        }

        @Override
        public FileCalls files() {
            return EpollBackend.FACTORY.files();
        }

        @Override
        public Backend open(PortContext port) throws NativeFailure {
            try {
                return UringBackend.FACTORY.open(port);
            } catch (NativeFailure refusal) {
                if (FALLBACK_LOGGED.compareAndSet(false, true)) {
                    LOG.info("epoll is used instead of io_uring: {}", refusal.getMessage());
                }
                return EpollBackend.FACTORY.open(port);
            }
        }
    }

    /**
     * Returns the calls on files.
     *
     * @throws NativeFailure with the cause if no backend works here
     */
    public static FileCalls files() throws NativeFailure {
        return factory("").files();
    }

    /** Returns what each backend offers on this machine, in the order of preference. */
    public static List<BackendReport> reports() {
        String denied = NativeAccess.refusal();
        if (!denied.isEmpty()) {
            return List.of(
                    absent("io_uring", denied), absent("epoll", denied), absent("iocp", denied));
        }
        List<BackendReport> reports = new ArrayList<>();
        reports.add(LINUX ? UringProbe.probe() : absent("io_uring", "needs Linux"));
        reports.add(LINUX ? EpollProbe.probe() : absent("epoll", "needs Linux"));
        reports.add(WINDOWS ? IocpProbe.probe() : absent("iocp", "needs Windows"));
        return reports;
    }

    /** What the backend of a name can do, whether it works here or not. */
    public static Set<Capability> capabilities(String name) {
        return switch (name) {
            case "io_uring" -> UringBackend.CAPABILITIES;
            case "epoll" -> EpollBackend.CAPABILITIES;
            case "iocp" -> IocpBackend.CAPABILITIES;
            default -> throw new IllegalArgumentException("unknown backend '" + name + "'");
        };
    }

    private static BackendReport absent(String name, String cause) {
        return new BackendReport(name, false, cause, List.of());
    }
}
