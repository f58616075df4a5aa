package dev.sluice.cli.prove;

import java.io.IOException;

/**
 * Something about which documents and emulators leave a doubt.
 *
 * @param name short, for the column of a table; it identifies the question in files
 * @param asking how the system is asked
 */
record OpenQuestion(String name, Asking asking) {
    /** Asks on a workbench of its own. */
    @FunctionalInterface
    interface Asking {
        /**
         * Returns what was seen, in words.
         *
         * @throws IOException if the system refuses a step; its message is the answer then
         */
        String ask(Workbench bench) throws IOException;
    }
}
