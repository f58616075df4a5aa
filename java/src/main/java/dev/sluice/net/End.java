package dev.sluice.net;

import dev.sluice.Status;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the stream of a connection ended. There is one object for each way without a code of the
 * system, so that reporting it needs no memory.
 */
final class End {
    private static final Map<Status, End> WITHOUT_CODE = withoutCode();

    final Status status;
    final int nativeCode;

    private End(Status status, int nativeCode) {
        this.status = status;
        this.nativeCode = nativeCode;
    }

    private static Map<Status, End> withoutCode() {
        Map<Status, End> made = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            made.put(status, new End(status, 0));
        }
        return made;
    }

    static End of(Status status, int nativeCode) {
        @Nullable
        End known = nativeCode == 0 ? WITHOUT_CODE.get(status) : null;
        return known != null ? known : new End(status, nativeCode);
    }
}
