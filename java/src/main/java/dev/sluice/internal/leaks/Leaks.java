package dev.sluice.internal.leaks;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Reports objects that became unreachable before they were closed. Nothing is done to what they left
 * open: a call may still be in progress on it, and the report is what helps to find the mistake.
 *
 * <p>The system property {@code sluice.leaks} is {@code stack} to remember where each object was
 * opened, or {@code off} to watch none. Watching costs about 100 bytes of heap an object, and
 * nothing when the object is used.
 */
public final class Leaks {
    private static final String SETTING = System.getProperty("sluice.leaks", "on");

    /** What can be dropped. */
    public enum Kind {
        /** A stream that was dialled or accepted. */
        CONNECTION("connection"),
        /** What takes connections. */
        LISTENER("listener"),
        /** A datagram socket of the net layer. */
        DATAGRAMS("datagram socket"),
        /** The ports of the net layer. */
        PORT_GROUP("port group"),
        /** A port of the core. */
        COMPLETION_PORT("completion port"),
        /** A file to send. */
        FILE("file");

        @SuppressWarnings("ImmutableEnumChecker") // A counter for each kind; it has a lock.
        final DroppedObjects dropped;

        Kind(String name) {
            this.dropped = new DroppedObjects(name);
        }
    }

    /** What is left of an object that is gone. It must not refer to that object. */
    @FunctionalInterface
    public interface Remains {
        /** How the object is called in the report; null if it was closed. */
        @Nullable
        String openName();
    }

    private Leaks() {}

    /** Has its thread made with the first object that is watched. */
    private static final class Watcher {
        static final Cleaner CLEANER = Cleaner.create(
                task -> Thread.ofPlatform().daemon().name("sluice-leaks").unstarted(task));
    }

    /**
     * Reports the object if it becomes unreachable while the remains are open.
     *
     * @return ends the watch once the object is closed, so that no collection deals with it; null if
     *     nothing is watched
     */
    public static Cleaner.@Nullable Cleanable watch(Kind kind, Object object, Remains remains) {
        if (SETTING.equals("off")) {
            return null;
        }
        Throwable opened = SETTING.equals("stack") ? new Throwable("it was opened here") : null;
        return Watcher.CLEANER.register(object, new Watch(kind, remains, opened));
    }

    /** Watches an object that knows itself whether it is open. */
    public static Life begin(Kind kind, Object object) {
        Life life = new Life(Thread.currentThread().getName());
        watch(kind, object, life);
        return life;
    }

    /** Whether an object is open, kept apart from it. Any thread may ask. */
    public static final class Life implements Remains {
        private final String thread;
        private volatile boolean over;

        private Life(String thread) {
            this.thread = thread;
        }

        /** The object was closed. */
        public void end() {
            over = true;
        }

        /** Whether it was. */
        public boolean isOver() {
            return over;
        }

        @Override
        public @Nullable String openName() {
            return over ? null : "of thread " + thread;
        }
    }

    /** Runs once the object is gone. */
    private record Watch(Kind kind, Remains remains, @Nullable Throwable opened)
            implements Runnable {
        @Override
        public void run() {
            String name = remains.openName();
            if (name != null) {
                kind.dropped.add(name, opened);
            }
        }
    }
}
