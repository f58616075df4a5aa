package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.doctor.SystemFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpTableTest {
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";
    private static final String REST = " 00000000:00000000 03:0000073A 00000000     0        0 0\n";

    @TempDir
    private Path root;

    @Test
    void timeWaitIsFoundOnItsSide() throws Exception {
        write("tcp", HEADING + "   0: 0100007F:0050 0100007F:1F90 06" + REST);
        assertThat(table().leftOf(0x50, 0x1F90)).isEqualTo(TimeWait.HERE);
        assertThat(table().leftOf(0x1F90, 0x50)).isEqualTo(TimeWait.PEER);
        assertThat(table().leftOf(0x50, 0x1F91)).isEqualTo(TimeWait.NONE);
    }

    @Test
    void mappedAddressesCountToo() throws Exception {
        write("tcp", HEADING);
        write("tcp6", HEADING + "   0: 0000000000000000FFFF00000100007F:0050"
                + " 0000000000000000FFFF00000100007F:1F90 06" + REST);
        assertThat(table().leftOf(0x50, 0x1F90)).isEqualTo(TimeWait.HERE);
    }

    @Test
    void anOpenConnectionIsNotInTimeWait() throws Exception {
        write("tcp", HEADING + "   0: 0100007F:0050 0100007F:1F90 01" + REST);
        assertThat(table().leftOf(0x50, 0x1F90)).isEqualTo(TimeWait.NONE);
        assertThat(table().states(0x50, 0x1F90)).containsExactly(1);
    }

    @Test
    void aSystemWithoutTheTableDoesNotTell() throws Exception {
        assertThat(table().leftOf(1, 2)).isEqualTo(TimeWait.UNKNOWN);
    }

    private TcpTable table() {
        return new TcpTable(new SystemFiles(root));
    }

    private void write(String file, String text) throws Exception {
        Path folder = root.resolve("proc/net");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(file), text);
    }
}
