package dev.sluice.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads the classes of the library with a call at the beginning of each method, which records the
 * class while that is asked for: on the calling thread alone, or on all threads.
 */
public final class CrossedClasses extends ClassLoader {
    private static final String OURS = "dev.sluice.";
    private static final ClassDesc SELF = ClassDesc.of(CrossedClasses.class.getName());
    private static final MethodTypeDesc ENTERED =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private static final Set<String> CROSSED = ConcurrentHashMap.newKeySet();
    private static volatile Thread recorded;
    private static volatile boolean everyThread;

    private final ClassFile files = ClassFile.of();

    CrossedClasses() {
        super(CrossedClasses.class.getClassLoader());
    }

    /** Begins to record; called by the scenario. */
    public static void begin(boolean onEveryThread) {
        CROSSED.clear();
        recorded = Thread.currentThread();
        everyThread = onEveryThread;
    }

    /** Ends it; the names of the classes whose methods ran. */
    public static SortedSet<String> end() {
        recorded = null;
        everyThread = false;
        return new TreeSet<>(CROSSED);
    }

    /** Called by each method. */
    @SuppressWarnings("ReferenceEquality") // Threads compare by identity.
    public static void entered(String name) {
        if (everyThread || recorded == Thread.currentThread()) {
            CROSSED.add(name);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.equals(CrossedClasses.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = recording(files.parse(in.readAllBytes()), name);
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private byte[] recording(ClassModel model, String name) {
        return files.transformClass(model, ClassTransform.transformingMethodBodies(
                CodeTransform.ofStateful(() -> new CodeTransform() {
                    @Override
                    public void atStart(CodeBuilder builder) {
                        builder.ldc(name).invokestatic(SELF, "entered", ENTERED);
                    }

                    @Override
                    public void accept(CodeBuilder builder, CodeElement element) {
                        builder.with(element);
                    }
                })));
    }
}
