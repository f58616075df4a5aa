package dev.sluice.internal.linux;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.FileCalls;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Makes backends of Linux, whose pages come from mmap(2). */
public final class LinuxBackendFactory implements BackendFactory {
    /** Opens one kind of backend. */
    @FunctionalInterface
    public interface Opener {
        Backend open(PortContext port) throws NativeFailure;
    }

    private final Opener opener;

    public LinuxBackendFactory(Opener opener) {
        this.opener = opener;
    }

    @Override
    public MemorySegment allocatePages(long bytes, Arena arena) {
        return LinuxPages.allocate(bytes, arena);
    }

    @Override
    public FileCalls files() {
        return new LinuxFiles();
    }

    @Override
    public Backend open(PortContext port) throws NativeFailure {
        return opener.open(port);
    }
}
