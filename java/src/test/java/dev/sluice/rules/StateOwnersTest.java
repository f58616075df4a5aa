package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who writes the open fields of requests and channels, and which parts of the engine know which. */
class StateOwnersTest {
    private static final String ROOT = "dev.sluice";
    private static final String ENGINE = ".internal.engine";
    private static final String SPI = ".internal.spi";
    private static final Set<String> BACKENDS = Set.of(".internal.epoll", ".internal.uring",
            ".internal.iocp");

    /** Fields that others than the engine write; a field that is not here is the engine's. */
    private static final Map<String, Set<String>> OWNERS = Map.ofEntries(
            // The question, by the public operation; the engine asks one itself, the drain.
            Map.entry("Request.channel", Set.of("", ENGINE)),
            Map.entry("Request.argument", Set.of("")),
            Map.entry("Request.pooled", Set.of("")),
            Map.entry("Request.multishot", Set.of("")),
            Map.entry("Request.detached", Set.of("")),
            // Tables and queues, which are in the same package.
            Map.entry("Request.slot", Set.of()),
            Map.entry("Request.next", Set.of()),
            Map.entry("Request.previous", Set.of()),
            Map.entry("Channel.index", Set.of()),
            Map.entry("Channel.generation", Set.of()),
            Map.entry("Channel.receives", Set.of()),
            Map.entry("Channel.sends", Set.of()),
            Map.entry("Channel.polls", Set.of()),
            // The backend that has the request; the engine clears them.
            Map.entry("Request.backendFlags", with(ENGINE, BACKENDS)),
            Map.entry("Request.foundReadiness", with(ENGINE, BACKENDS)),
            // Where the descriptor is opened and closed, an option is set, an end is met.
            Map.entry("Channel.handle", with(ENGINE, with(".internal.linux", BACKENDS))),
            Map.entry("Channel.coalesces", Set.of()),
            Map.entry("Channel.endReported", Set.of(ENGINE, ".internal.linux",
                    ".internal.iocp")),
            Map.entry("Channel.owner", Set.of("")));

    /** The parts of the engine from the highest to the lowest: each knows only those below it. */
    private static final List<String> PARTS = List.of("Engine", "PortEnd", "EventDispatcher",
            "CloseSequence", "SocketCloser", "CloseThreads", "Requests",
            "Shutdowns", "BufferWaiters", "SocketRules", "StarvedAccepts", "WaitLoop",
            "BlockingWaiter", "WaitRetries", "Tasks", "EventQueue", "PortCounters", "RecentMaximum",
            "Deadlines", "OffThreadCalls", "PoolMemory", "Submission");

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Set<String> with(String one, Set<String> others) {
        Set<String> all = new TreeSet<>(others);
        all.add(one);
        return all;
    }

    @Test
    void onlyTheOwnerWritesAField() {
        Set<String> wrong = new TreeSet<>();
        int writes = 0;
        for (Class<?> state : List.of(Request.class, Channel.class)) {
            for (JavaFieldAccess access : LIBRARY.get(state).getFieldAccessesToSelf()) {
                String field = state.getSimpleName() + "." + access.getTarget().getName();
                String writer = access.getOriginOwner().getPackageName().substring(ROOT.length());
                boolean owner = writer.equals(SPI)
                        || OWNERS.getOrDefault(field, Set.of(ENGINE)).contains(writer);
                if (access.getAccessType() != JavaFieldAccess.AccessType.SET) {
                    continue;
                }
                writes++;
                if (!owner) {
                    wrong.add(field + " is written by " + access.getOriginOwner().getName());
                }
            }
        }
        assertThat(writes).as("writes that were looked at").isGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    @Test
    void eachPartOfTheEngineKnowsOnlyThoseBelowIt() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass part : LIBRARY.getPackage(ROOT + ENGINE).getClasses()) {
            if (part.isArray()) {
                continue;
            }
            int rank = rankOf(part);
            part.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().equals(ROOT + ENGINE))
                    .filter(target -> rankOf(target) < rank)
                    .forEach(target -> wrong.add(part.getName() + " knows " + target.getName()));
        }
        assertThat(wrong).isEmpty();
    }

    /** Nested classes belong to the class around them; package-info to none. */
    private static int rankOf(JavaClass part) {
        String simple = part.getName().substring((ROOT + ENGINE).length() + 1);
        String outer = simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
        if (outer.equals("package-info")) {
            return 0;
        }
        assertThat(PARTS).as("the parts of the engine").contains(outer);
        return PARTS.indexOf(outer);
    }
}
