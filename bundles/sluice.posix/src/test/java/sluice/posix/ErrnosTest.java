// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErrnosTest {
    @Test
    void namesAndTextsOfErrnosAndOfResults() {
        assertEquals("EACCES", Errnos.name(13));
        assertEquals("EACCES", Errnos.name(-13));
        assertEquals("Permission denied", Errnos.text(13));
        assertEquals("Connection refused (ECONNREFUSED)", Errnos.describe(-Errnos.ECONNREFUSED));
        assertEquals("EHWPOISON", Errnos.name(Errnos.EHWPOISON));
    }

    @Test
    void unknownNumbersAreNamedToo() {
        assertEquals("Unknown error 4000 (errno 4000)", Errnos.describe(4000));
    }

    @Test
    void checkPassesResultsOnAndExplainsFailures() throws PosixException {
        assertEquals(7, PosixException.check(7, "count"));
        PosixException e = assertThrows(PosixException.class, () -> PosixException.check(-Errnos.ENOENT, "open x"));
        assertEquals(Errnos.ENOENT, e.errno());
        assertTrue(e.getMessage().startsWith("cannot open x: No such file or directory (ENOENT)"), e.getMessage());
    }

    @Test
    void aMissingRightComesWithAdvice() {
        PosixException e = PosixException.ofPrivileged(-Errnos.EPERM, "do it", "CAP_NET_ADMIN");
        assertTrue(e.getMessage().startsWith("cannot do it: Operation not permitted (EPERM); "), e.getMessage());
    }
}
