package dev.sluice.rules;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that records the classes of the library whose methods run: each method begins with a
 * call of {@link #note}.
 */
public final class CrossedClassesAgent {
    private static final String LIBRARY = "dev/sluice/";
    private static final Set<String> TESTS = Set.of("dev/sluice/rules/", "dev/sluice/testing/",
            "dev/sluice/conformance/");
    private static final ClassDesc SELF =
            ClassDesc.of(CrossedClassesAgent.class.getName());
    private static final MethodTypeDesc NOTE =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    /** Null while nothing is recorded; the thread that records sets it. */
    private static @Nullable Set<String> crossed;

    private static @Nullable Thread recording;

    private CrossedClassesAgent() {}

    /** Called by the JVM for -javaagent. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new Transformer());
    }

    /** Called at the beginning of each method of the library. */
    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    public static void note(String name) {
        Set<String> present = crossed;
        if (present != null && Thread.currentThread() == recording) {
            present.add(name);
        }
    }

    /** Records what the calling thread runs from now on. */
    static void begin() {
        recording = Thread.currentThread();
        crossed = new TreeSet<>();
    }

    /** Returns the classes that ran since {@link #begin}. */
    static Set<String> end() {
        Set<String> present = crossed;
        crossed = null;
        return present == null ? Set.of() : present;
    }

    private static final class Transformer implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (loader == null || !name.startsWith(LIBRARY)
                    || TESTS.stream().anyMatch(name::startsWith)) {
                return null;
            }
            ClassFile classFile = ClassFile.of(ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(loader)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            return classFile.transformClass(classFile.parse(bytes),
                    ClassTransform.transformingMethodBodies(new NoteFirst(name)));
        }
    }

    /** Begins a method with a call of {@link #note}. */
    private record NoteFirst(String name) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.loadConstant(name.substring(LIBRARY.length()).replace('/', '.'))
                    .invokestatic(SELF, "note", NOTE);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
