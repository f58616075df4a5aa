package dev.sluice.bench.results;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** The fields of a JSON object; a failure names the field that is missing or of another type. */
public record JsonFields(Map<String, Object> map) {
    private <T> T get(String name, Class<T> type) {
        Object value = map.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the field '" + name + "' is missing or no "
                    + type.getSimpleName());
        }
        return type.cast(value);
    }

    public Set<String> names() {
        return map.keySet();
    }

    public String string(String name) {
        return get(name, String.class);
    }

    /** Returns empty if the field is null. */
    public Optional<String> optionalString(String name) {
        return map.containsKey(name) && map.get(name) == null
                ? Optional.empty()
                : Optional.of(string(name));
    }

    public boolean bool(String name) {
        return get(name, Boolean.class);
    }

    public long number(String name) {
        return get(name, Number.class).longValue();
    }

    public int integer(String name) {
        return Math.toIntExact(number(name));
    }

    public double decimal(String name) {
        return get(name, Number.class).doubleValue();
    }

    public JsonFields object(String name) {
        return of(get(name, Map.class));
    }

    public List<JsonFields> objects(String name) {
        return ((List<?>) get(name, List.class)).stream().map(JsonFields::of).toList();
    }

    public List<String> stringList(String name) {
        return ((List<?>) get(name, List.class)).stream().map(String.class::cast).toList();
    }

    /** Returns the list of numbers under that name. */
    public List<Double> decimals(String name) {
        return ((List<?>) get(name, List.class)).stream()
                .map(value -> ((Number) value).doubleValue()).toList();
    }

    public SequencedMap<String, String> strings() {
        SequencedMap<String, String> strings = new LinkedHashMap<>();
        map.keySet().forEach(name -> strings.put(name, string(name)));
        return strings;
    }

    private static JsonFields of(Object object) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) object).forEach((name, value) -> map.put((String) name, value));
        return new JsonFields(map);
    }
}
