package dev.sluice.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file a request asks for.
 *
 * @param first the offset of the first one
 * @param length their number
 * @param isPart true if the answer must name the range
 */
record FileRange(long first, long length, boolean isPart) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Returns the range of a field of HTTP, the whole file without one, or null if the file has none of the bytes. A
     * field that is not understood, such as one with several ranges, is ignored: RFC 9110, 14.2.
     */
    static @Nullable FileRange parse(String field, long size) {
        Matcher range = ONE_RANGE.matcher(field);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new FileRange(0, size, false);
        }
        if (range.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(range.group(2)), size);
            return last == 0 ? null : new FileRange(size - last, last, true);
        }
        long first = Long.parseLong(range.group(1));
        long end = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
        if (end < first && !range.group(2).isEmpty()) {
            return new FileRange(0, size, false);
        }
        return first >= size
                ? null
                : new FileRange(first, Math.min(end, size - 1) - first + 1, true);
    }

    /** Returns the value of Content-Range. */
    String text(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
