package dev.sluice.net;

import dev.sluice.Status;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the stream of a connection ended. There is one object for each way without a code of the
 * system, so that reporting it needs no memory.
 */
final class StreamEnd {
    private static final Map<Status, StreamEnd> WITHOUT_CODE = withoutCode();

    final Status status;
    final int nativeCode;

    private StreamEnd(Status status, int nativeCode) {
        this.status = status;
        this.nativeCode = nativeCode;
    }

    private static Map<Status, StreamEnd> withoutCode() {
        Map<Status, StreamEnd> made = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            made.put(status, new StreamEnd(status, 0));
        }
        return made;
    }

    static StreamEnd of(Status status, int nativeCode) {
        @Nullable
        StreamEnd known = nativeCode == 0 ? WITHOUT_CODE.get(status) : null;
        return known != null ? known : new StreamEnd(status, nativeCode);
    }
}
