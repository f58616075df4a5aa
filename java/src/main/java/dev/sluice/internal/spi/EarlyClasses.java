package dev.sluice.internal.spi;

/**
 * Loads classes early that are first needed while connections are served. Loading a class from a folder
 * needs a descriptor, and there may be none left by then.
 */
public final class EarlyClasses {
    static {
        load(UseCount.class, TcpSnapshot.class, Channel.Closing.class, Channel.ClosePhase.class,
                Request.Extra.class);
    }

    private EarlyClasses() {}

    /** Loads the classes: naming them has done it. */
    public static void load(Class<?>... classes) {
        assert classes.length > 0 : "no classes";
    }
}
