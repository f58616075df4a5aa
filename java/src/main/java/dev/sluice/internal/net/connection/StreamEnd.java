package dev.sluice.internal.net.connection;

import dev.sluice.Status;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a stream ended. Each status without a native code has one shared object: no allocation. */
final class StreamEnd {
    private static final Map<Status, StreamEnd> WITHOUT_CODE = withoutCode();

    final Status status;
    final int nativeCode;

    private StreamEnd(Status status, int nativeCode) {
        this.status = status;
        this.nativeCode = nativeCode;
    }

    private static Map<Status, StreamEnd> withoutCode() {
        Map<Status, StreamEnd> ends = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            ends.put(status, new StreamEnd(status, 0));
        }
        return ends;
    }

    static StreamEnd of(Status status, int nativeCode) {
        @Nullable
        StreamEnd shared = nativeCode == 0 ? WITHOUT_CODE.get(status) : null;
        return shared != null ? shared : new StreamEnd(status, nativeCode);
    }
}
