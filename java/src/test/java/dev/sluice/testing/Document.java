package dev.sluice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project that tests read. */
public final class Document {
    private Document() {}

    /** The text with LF at the end of each line, also where the checkout has CRLF. */
    public static String read(Path file) throws IOException {
        return withPlainLineEnds(Files.readString(file));
    }

    /** The text with LF for CRLF. */
    public static String withPlainLineEnds(String text) {
        return text.replace("\r\n", "\n");
    }
}
