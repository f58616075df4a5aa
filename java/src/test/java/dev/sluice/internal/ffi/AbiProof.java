package dev.sluice.internal.ffi;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Holds a class of the bindings against what the C compiler said.
 *
 * <p>A class with a constant {@code STRUCT} (the C name) is a layout: its {@code SIZE} is the size
 * and every other number the offset of the field of that name, in any case. The numbers of any other
 * class are C constants under their own names. A number that has no proof is a finding, so nothing
 * can be added to the bindings that was not printed by C.
 */
public final class AbiProof {
    private static final String STRUCT = "STRUCT";
    private static final String SIZE = "SIZE";

    private AbiProof() {}

    /** Every class of the package of {@code member}, from where that class was loaded. */
    public static List<Class<?>> classesBeside(Class<?> member)
            throws IOException, URISyntaxException, ClassNotFoundException {
        URL root = member.getProtectionDomain().getCodeSource().getLocation();
        Path folder = Path.of(root.toURI()).resolve(member.getPackageName().replace('.', '/'));
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    String simple = name.substring(0, name.length() - ".class".length());
                    classes.add(Class.forName(
                            member.getPackageName() + "." + simple, false,
                            member.getClassLoader()));
                }
            }
        }
        return classes;
    }

    /** The numbers of a class that other classes can see. */
    public static List<Field> numbers(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .filter(field -> !Modifier.isPrivate(field.getModifiers()))
                .filter(field -> field.getType() == int.class || field.getType() == long.class)
                .peek(field -> field.setAccessible(true))
                .toList();
    }

    /** What differs or has no proof, one line each; empty when all is proven. */
    public static List<String> findings(Class<?> type, AbiRecord record)
            throws ReflectiveOperationException {
        List<String> findings = new ArrayList<>();
        boolean layout = Stream.of(type.getDeclaredFields())
                .anyMatch(field -> field.getName().equals(STRUCT));
        if (layout) {
            compareLayout(type, record, findings);
        } else {
            compareConstants(type, record, findings);
        }
        return findings;
    }

    private static void compareLayout(Class<?> type, AbiRecord record, List<String> findings)
            throws ReflectiveOperationException {
        String name = structName(type);
        AbiRecord.Struct struct = record.structs().get(name);
        if (struct == null) {
            findings.add(type.getSimpleName() + ": C printed nothing about " + name);
            return;
        }
        for (Field field : numbers(type)) {
            long ours = ((Number) field.get(null)).longValue();
            String fieldName = field.getName();
            Number theirs = fieldName.equals(SIZE)
                    ? Integer.valueOf(struct.size())
                    : struct.offsets().entrySet().stream()
                            .filter(entry -> entry.getKey().toUpperCase(Locale.ROOT)
                                    .equals(fieldName))
                            .map(entry -> (Number) entry.getValue())
                            .findAny().orElse(null);
            if (theirs == null || theirs.longValue() != ours) {
                findings.add(type.getSimpleName() + "." + fieldName + " is " + ours + ", in C "
                        + theirs);
            }
        }
    }

    private static String structName(Class<?> type) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(STRUCT);
        field.setAccessible(true);
        return (String) field.get(null);
    }

    private static void compareConstants(
            Class<?> type, AbiRecord record, List<String> findings)
            throws ReflectiveOperationException {
        for (Field field : numbers(type)) {
            Long theirs = record.constants().get(field.getName());
            long ours = ((Number) field.get(null)).longValue();
            if (theirs == null || !same(field, ours, theirs)) {
                findings.add(type.getSimpleName() + "." + field.getName() + " is " + ours
                        + ", in C " + theirs);
            }
        }
    }

    /** A Java int holds the bits of an unsigned C constant of 32 bits, such as EPOLLET. */
    private static boolean same(Field field, long ours, long theirs) {
        if (field.getType() == long.class) {
            return ours == theirs;
        }
        boolean fits = theirs >= Integer.MIN_VALUE && theirs <= 0xffff_ffffL;
        return fits && ours == (int) theirs;
    }
}
