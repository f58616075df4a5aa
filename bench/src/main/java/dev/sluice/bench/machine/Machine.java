package dev.sluice.bench.machine;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

/** This machine, as its operating system describes it. Any thread may use it. */
public interface Machine {
    /** Returns the implementation for this operating system. */
    static Machine here() {
        return Machines.HERE;
    }

    /** True if there is an implementation for this operating system; else {@link #here} fails. */
    static boolean isKnown() {
        return Machines.isLinux() || Machines.isWindows();
    }

    /** The CPU time of a process since it started; empty if there is no process of that id. */
    OptionalLong cpuNanos(long pid) throws IOException;

    /** What the reader of figures from this machine must know about them. */
    List<String> notes();

    /**
     * Reads how busy the machine was until now. Takes well under a millisecond; costs the caller, not
     * the servers.
     *
     * @param participants the processes that take part in the measurement
     */
    Snapshot snapshot(long... participants) throws IOException;

    /** The processors that the calling thread may use. */
    BitSet processors() throws IOException;

    /** Binds the calling thread to processors. */
    void bindCallingThread(BitSet processors) throws IOException;

    /** Binds every thread that a process has now; later threads inherit from those. */
    void bindProcess(long pid, BitSet processors) throws IOException;

    /** How often the threads of a process were switched. */
    ContextSwitches contextSwitches(long pid) throws IOException;

    /** The bytes of a process that are in memory. */
    long residentBytes(long pid) throws IOException;

    /** Waits for less than a few milliseconds, as precisely as the system can. */
    void pause(long nanos);

    /** The model of the processor, and whether it is a virtual one. */
    String processorModel();

    /** How the frequency of the processors is governed, or a note that this is not visible. */
    String frequencyGovernor();
}
