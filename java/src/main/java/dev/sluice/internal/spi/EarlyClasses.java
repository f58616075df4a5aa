package dev.sluice.internal.spi;

/**
 * Loads classes that are first needed while connections are served. A class that lies in a folder
 * needs a descriptor to be loaded, and there may be none left by then.
 */
public final class EarlyClasses {
    static {
        load(UseCount.class, TcpSnapshot.class, Channel.Closing.class, Channel.ClosePhase.class,
                Request.Extra.class);
    }

    private EarlyClasses() {}

    /** To name a class is to load it, so there is nothing left to do. */
    public static void load(Class<?>... classes) {
        assert classes.length > 0 : "no classes";
    }
}
