package dev.sluice.cli.top;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;

/** Turns samples into tables: each shows what changed since the table before. */
final class Monitor {
    private final RunningProcess process;
    private final Screen screen;
    private final int width;
    private final boolean once;
    private final CountDownLatch ports = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    /** Of the thread that delivers events, as the other fields that are not final. */
    private Map<String, Sample> before = new HashMap<>();

    private Map<String, Sample> now = new HashMap<>();
    private volatile boolean shown;

    Monitor(RunningProcess process, Screen screen, int width, boolean once) {
        this.process = process;
        this.screen = screen;
        this.width = width;
        this.once = once;
    }

    // ---- on the thread that delivers events ------------------------------------------------------

    void add(RecordedEvent event) {
        Sample sample = Sample.of(event);
        now.put(sample.port(), sample);
        ports.countDown();
    }

    /** Called after all events that the recorder has passed on together. */
    void flush() {
        if (now.isEmpty() || end.getCount() == 0) {
            return;
        }
        List<PortRow> rows = rows();
        before = now; // A port that is closed comes no more.
        now = new HashMap<>();
        if (!rows.isEmpty()) {
            screen.show(PortTable.cut(title(), width), PortTable.lines(rows, width));
            shown = true;
            if (once) {
                end.countDown();
            }
        }
    }

    private List<PortRow> rows() {
        List<Sample> samples = new ArrayList<>(now.values());
        samples.sort(Comparator.comparingInt(Sample::number));
        List<PortRow> rows = new ArrayList<>();
        for (Sample sample : samples) {
            Sample earlier = before.get(sample.port());
            if (earlier != null && earlier.at().isBefore(sample.at())) {
                rows.add(PortRow.between(earlier, sample));
            }
        }
        return rows;
    }

    private String title() {
        LocalTime time = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        return "sluice top, " + time.toString() + ", process " + process.pid() + ": "
                + process.command();
    }

    /** Notes that no more samples come; any thread may call. */
    void ended() {
        end.countDown();
        ports.countDown();
    }

    // ---- on the command's thread -----------------------------------------------------------------

    /** Waits for a first port; returns false if none came. */
    boolean awaitPorts(long time, TimeUnit unit) throws InterruptedException {
        return ports.await(time, unit);
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    boolean hasShown() {
        return shown;
    }
}
