package dev.sluice.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine of its own for the peer: a network namespace behind a pair of virtual links, from which
 * it can vanish without a word. Made and removed by the test.
 */
final class VanishingPeer implements AutoCloseable {
    /** How the names of their interfaces begin. */
    static final String LINK = "slc";

    private static final long COMMAND_SECONDS = 60;

    /** Subnets of four addresses in 198.18.0.0/15, which RFC 2544 keeps for tests of networks. */
    private static final int SUBNETS = 1 << 15;

    private final String namespace;
    private final String link;
    private final String here;
    private final String there;
    private final List<Process> programs = new ArrayList<>();

    private VanishingPeer() throws IOException {
        int number = (int) (ProcessHandle.current().pid() % SUBNETS);
        namespace = "sluice-" + number;
        link = LINK + number;
        here = address(number * 4 + 1);
        there = address(number * 4 + 2);
        assumeTrue(run("ip", "netns", "add", namespace) == 0,
                "needs network namespaces: 'ip netns add' failed");
        try {
            must("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns",
                    namespace);
            must("ip", "addr", "add", here + "/30", "dev", link);
            must("ip", "link", "set", link, "up");
            must("ip", "-n", namespace, "addr", "add", there + "/30", "dev", "eth0");
            must("ip", "-n", namespace, "link", "set", "eth0", "up");
        } catch (AssertionError | IOException failure) {
            close();
            throw failure;
        }
    }

    private static String address(int offset) {
        return "198." + (18 + (offset >> 16)) + "." + (offset >> 8 & 0xFF) + "." + (offset & 0xFF);
    }

    static VanishingPeer open() throws IOException {
        Needs.root("a network namespace for the peer");
        Needs.command("ip", "it makes the namespace");
        Needs.command("bash", "it is the peer");
        Needs.nativeX86("the peer runs beside this JVM");
        return new VanishingPeer();
    }

    /** An address of this machine that the peer can reach. */
    Address here() {
        return Address.of(here, 0);
    }

    /** Connects from over there and stays silent; what it receives it reads. */
    void connect(Address to) throws IOException {
        String host = to.toString().substring(0, to.toString().lastIndexOf(':'));
        String script = "exec 3<>/dev/tcp/" + host + "/" + to.port() + "; cat <&3 >/dev/null";
        programs.add(new ProcessBuilder("ip", "netns", "exec", namespace, "bash", "-c", script)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** From now on nothing of the peer's comes back: no data, no acknowledgement, no reset. */
    void vanish() throws IOException {
        must("ip", "-n", namespace, "route", "add", "blackhole", here + "/32");
    }

    /** From now on nobody has the peer's address, and the network finds that out. */
    void giveUpItsAddress() throws IOException {
        must("ip", "-n", namespace, "addr", "del", there + "/30", "dev", "eth0");
        must("ip", "neigh", "flush", "dev", link);
    }

    /** The peer's address. */
    Address there(int port) {
        return Address.of(there, port);
    }

    private static void must(String... command) throws IOException {
        int code = run(command);
        if (code != 0) {
            throw new AssertionError(Arrays.toString(command) + " ended with " + code);
        }
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!ends(process)) {
            process.destroyForcibly();
            throw new AssertionError(Arrays.toString(command) + " does not end");
        }
        return process.exitValue();
    }

    private static boolean ends(Process process) {
        try {
            return process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Removes all of it; the virtual links go with the namespace. */
    @Override
    public void close() throws IOException {
        for (Process program : programs) {
            program.descendants().forEach(ProcessHandle::destroyForcibly);
            program.destroyForcibly();
            if (!ends(program)) {
                throw new AssertionError("the peer's program does not end");
            }
        }
        run("ip", "link", "del", link);
        run("ip", "netns", "del", namespace);
    }
}
