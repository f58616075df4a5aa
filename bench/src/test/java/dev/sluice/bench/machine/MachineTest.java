package dev.sluice.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MachineTest {
    private final Machine machine = Machine.here();
    private final long ownPid = ProcessHandle.current().pid();

    @Test
    void aListHasRangesAndSingles() {
        assertThat(LinuxMachine.parseList("0-2,5,8-9").stream()).containsExactly(0, 1, 2, 5, 8, 9);
    }

    @Test
    void rejectsInvalidProcessorLists() {
        assertThatIllegalArgumentException().isThrownBy(() -> LinuxMachine.parseList(""));
        assertThatIllegalArgumentException().isThrownBy(() -> LinuxMachine.parseList("3-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> LinuxMachine.parseList("1-2-3"));
    }

    @Test
    void aBoundThreadStaysBoundAndLeavesOthersAlone() throws Exception {
        BitSet before = machine.processors();
        BitSet one = new BitSet();
        one.set(before.nextSetBit(0));
        Callable<BitSet> bindAndLook = () -> {
            machine.bindCallingThread(one);
            return machine.processors();
        };
        try (var executor = Executors.newSingleThreadExecutor()) {
            assertThat(executor.submit(bindAndLook).get()).isEqualTo(one);
        }
        assertThat(machine.processors()).isEqualTo(before);
    }

    @Test
    void anEmptySetIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> machine.bindCallingThread(new BitSet()));
    }

    @Test
    void anotherProcessIsBoundWithItsThreads() throws Exception {
        BitSet all = machine.processors();
        BitSet one = new BitSet();
        one.set(all.nextSetBit(0));
        try {
            machine.bindProcess(ownPid, one);
            assertThat(machine.processors()).isEqualTo(one);
        } finally {
            machine.bindProcess(ownPid, all);
        }
        assertThat(machine.processors()).isEqualTo(all);
    }

    @Test
    void aSnapshotHasTheProcessesThatTakePart() throws Exception {
        Snapshot snapshot = machine.snapshot(ownPid);
        assertThat(snapshot.processNanos()).containsKey(ownPid);
        assertThat(snapshot.busyNanos()).isPositive();
        assertThat(snapshot.errorNanos()).isPositive();
    }

    @Test
    void thisProcessHasMemoryAndSwitches() throws Exception {
        assertThat(machine.residentBytes(ownPid)).isBetween(1L << 20, 1L << 40);
        assertThat(machine.contextSwitches(ownPid).byThread()).hasSizeGreaterThan(1);
    }

    @Test
    void aPauseLastsAsLongAsItIsAsked() {
        long startNanos = System.nanoTime();
        machine.pause(2_000_000);
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(1_900_000);
    }

    @Test
    void theMachineIsNamed() {
        assertThat(machine.processorModel()).isNotBlank();
        assertThat(machine.frequencyGovernor()).isNotBlank();
    }
}
