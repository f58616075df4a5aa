package dev.sluice.cli.top;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.sluice.cli.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.RemoteRecordingStream;

/**
 * Another Java process of this machine, whose recorder is asked through its management agent. Nothing
 * needs to be prepared in it: the agent is started by the JVM's attach mechanism.
 */
final class RunningProcess implements AutoCloseable {
    /** What the recording keeps in the process if this command is killed before it ends it. */
    private static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final long pid;
    private final String command;
    private final JMXConnector connector;

    private RunningProcess(long pid, String command, JMXConnector connector) {
        this.pid = pid;
        this.command = command;
        this.connector = connector;
    }

    /**
     * Connects to a process.
     *
     * @throws CommandFailure with the cause and the remedy
     */
    @SuppressWarnings("BanJNDI") // The address is that of the process itself, not a user's text.
    static RunningProcess connect(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow(() -> new CommandFailure(
                "there is no process " + pid + ": jps -l lists the Java processes of this user"));
        requireSameUser(process);
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
            try {
                String address = machine.startLocalManagementAgent();
                String command =
                        machine.getSystemProperties().getProperty("sun.java.command", "java");
                JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
                return new RunningProcess(pid, command, connector);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException refused) {
            throw new CommandFailure(refusal(process), refused);
        } catch (IOException failure) {
            throw new CommandFailure("cannot attach to process " + pid + ": "
                    + failure.getMessage(), failure);
        }
    }

    /** A JVM answers its own user and root only. */
    private static void requireSameUser(ProcessHandle process) {
        String ours = ProcessHandle.current().info().user().orElse("");
        String its = process.info().user().orElse(ours);
        if (!its.equals(ours) && !ours.equals("root")) {
            throw new CommandFailure("process " + process.pid() + " belongs to user " + its
                    + ": run sluice top as that user, or as root");
        }
    }

    private static String refusal(ProcessHandle process) {
        String program = process.info().command().map(path -> " (" + path + ")").orElse("");
        return "process " + process.pid() + program + " is no Java process that can be attached to:"
                + " jps -l lists those of this user; one that was started with"
                + " -XX:+DisableAttachMechanism must be started without it";
    }

    /** Returns the class or jar that the process runs, and its arguments. */
    String command() {
        return command;
    }

    long pid() {
        return pid;
    }

    /** Runs an action once the process has ended. The recorder's stream does not notice a crash. */
    CompletableFuture<Void> onExit(Runnable action) {
        return ProcessHandle.of(pid).map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null)).thenRun(action);
    }

    /** Returns a recording of the process that is not started. */
    RemoteRecordingStream record(Duration interval) {
        try {
            RemoteRecordingStream stream =
                    new RemoteRecordingStream(connector.getMBeanServerConnection());
            stream.setMaxAge(MAX_AGE);
            stream.enable(Sample.EVENT).withPeriod(interval);
            return stream;
        } catch (IOException failure) {
            throw new CommandFailure("process " + pid + " has no JDK Flight Recorder: "
                    + failure.getMessage() + "; its runtime image needs the module"
                    + " jdk.management.jfr", failure);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException gone) {
            // The process has ended, and the connection with it.
            assert !gone.toString().isEmpty();
        }
    }
}
