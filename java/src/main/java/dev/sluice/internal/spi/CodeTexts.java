package dev.sluice.internal.spi;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names and texts of an operating system's error codes. */
public final class CodeTexts {
    /** The name of the constant, and a sentence without a full stop. */
    public record Entry(String name, String text) {}

    private final Map<Integer, Entry> entries;

    private CodeTexts(Map<Integer, Entry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /** Reads a table with a line for each code: number, name and text, with blanks between them. */
    public static CodeTexts of(String table) {
        Map<Integer, Entry> entries = new HashMap<>();
        for (String line : table.lines().toList()) {
            String[] parts = line.split(" ", 3);
            entries.put(Integer.parseInt(parts[0]), new Entry(parts[1], parts[2]));
        }
        return new CodeTexts(entries);
    }

    public @Nullable Entry find(int code) {
        return entries.get(code);
    }
}
