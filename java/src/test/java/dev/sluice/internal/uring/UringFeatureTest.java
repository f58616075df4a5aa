package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The switches. No port is opened here: others are, meanwhile or later, with what is set. */
class UringFeatureTest {
    private static final UringFeature FEATURE = UringFeature.BUFFER_RING;

    @AfterEach
    void unset() {
        System.clearProperty(FEATURE.property());
    }

    @Test
    void eachFeatureHasASwitchOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (UringFeature feature : UringFeature.values()) {
            assertThat(feature.property()).matches("sluice\\.uring\\.[a-z_]+");
            assertThat(feature.environment()).matches("SLUICE_URING_[A-Z_]+");
            names.add(feature.property());
            names.add(feature.environment());
        }
        assertThat(names).hasSize(2 * UringFeature.values().length);
    }

    @Test
    void offAndNothingElseSwitchesOff() {
        for (String on : new String[]{"", "on", "no", "0", "offline"}) {
            System.setProperty(FEATURE.property(), on);
            assertThat(FEATURE.switchedOffBy()).as("<%s>", on).isEmpty();
        }
        for (String off : new String[]{"off", "OFF", " Off "}) {
            System.setProperty(FEATURE.property(), off);
            assertThat(FEATURE.switchedOffBy()).isEqualTo("sluice.uring.buffer_ring=off");
        }
    }

    @Test
    void anOlderKindOfRingIsTriedUntilTheOldest() {
        RingKind kind = RingKind.OWNER_BOUND;
        Set<RingKind> tried = new HashSet<>();
        while (tried.add(kind)) {
            kind = kind.older();
        }
        assertThat(tried).containsExactlyInAnyOrder(RingKind.values());
        assertThat(RingKind.OLD.older()).isEqualTo(RingKind.OLD);
    }
}
