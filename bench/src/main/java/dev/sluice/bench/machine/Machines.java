package dev.sluice.bench.machine;

/** The implementation of {@link Machine} for this operating system. */
final class Machines {
    /** The number of processors in a set of them. */
    static final int MOST_PROCESSORS = 1024;

    static final Machine HERE = open();

    private Machines() {}

    private static Machine open() {
        if (isLinux()) {
            return new LinuxMachine();
        }
        if (isWindows()) {
            return new WindowsMachine();
        }
        throw new UnsupportedOperationException("measurements need Linux or Windows, not "
                + System.getProperty("os.name"));
    }

    static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }
}
