// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;

class InetFamilyTest {
    private final InetLab lab = new InetLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 17", "17, 17", "136, 136"})
    void theProtocolIsFoundOrTheDefault(int asked, int given) throws ErrnoException {
        try (Socket s = lab.open(SocketConst.SOCK_DGRAM, asked)) {
            assertEquals(given, s.sk().protocol);
            assertEquals(SocketConst.AF_INET, s.sk().family);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOCK_DGRAM, 2, 99, EPROTONOSUPPORT",
        "SOCK_STREAM, 1, 0, ESOCKTNOSUPPORT",
        "SOCK_SEQPACKET, 5, 17, ESOCKTNOSUPPORT"
    })
    void whatIsNotThereIsRefused(String name, int type, int protocol, Errno expected) {
        ErrnoException e = assertThrows(ErrnoException.class, () -> lab.open(type, protocol), name);
        assertEquals(expected.name(), Errno.name(e.errno()));
    }

    @Test
    void aSockThatCanNotBeginIsNotOpened() {
        lab.prot.initResult = Errno.ENOMEM.neg();
        ErrnoException e = assertThrows(ErrnoException.class, () -> lab.open(SocketConst.SOCK_DGRAM, 0));
        assertEquals(Errno.ENOMEM.number, Math.abs(e.errno()));
        assertEquals(List.of(), lab.net.socks().all());
    }

    @Test
    void aClosedSocketIsToldToItsProtocolAndForgotten() {
        lab.datagram().close();
        assertEquals(List.of("close"), lab.prot.calls);
        assertEquals(List.of(), lab.net.socks().all());
    }
}
