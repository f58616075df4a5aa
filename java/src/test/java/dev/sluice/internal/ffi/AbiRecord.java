package dev.sluice.internal.ffi;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the C compiler of one platform printed with native/abi: sizes, offsets, constants. */
public record AbiRecord(
        String platform,
        Map<String, Struct> structs,
        Map<String, Long> constants,
        Map<String, String> texts) {

    /** One C structure; the offsets are by field name. */
    public record Struct(int size, Map<String, Integer> offsets) {}

    /** Reads the recorded file of {@code platform}, such as {@code linux-x86_64}. */
    public static AbiRecord load(String platform) throws IOException {
        String resource = "/abi/" + platform + ".json";
        try (InputStream file = AbiRecord.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IOException("There is no recorded " + resource);
            }
            Map<String, Object> root = JSON.std.mapFrom(file);
            Map<String, Struct> structs = new LinkedHashMap<>();
            entries(root, "structs").forEach((name, value) -> structs.put(name, struct(value)));
            Map<String, Long> constants = new HashMap<>();
            entries(root, "constants").forEach(
                    (name, value) -> constants.put(name, ((Number) value).longValue()));
            Map<String, String> texts = new HashMap<>();
            entries(root, "texts").forEach((name, value) -> texts.put(name, (String) value));
            return new AbiRecord((String) root.get("platform"), structs, constants, texts);
        }
    }

    private static Struct struct(Object value) {
        Map<?, ?> struct = (Map<?, ?>) value;
        Map<String, Integer> offsets = new HashMap<>();
        entries(struct, "fields").forEach(
                (name, offset) -> offsets.put(name, ((Number) offset).intValue()));
        return new Struct(((Number) struct.get("size")).intValue(), offsets);
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private static Map<String, Object> entries(Map<?, ?> parent, String name) {
        return (Map<String, Object>) parent.get(name);
    }
}
