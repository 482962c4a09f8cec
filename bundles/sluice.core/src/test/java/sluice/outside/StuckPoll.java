// SPDX-License-Identifier: Apache-2.0
package sluice.outside;

import java.util.concurrent.CountDownLatch;
import sluice.core.dev.Napi;
import sluice.core.dev.NapiPoll;

/** A driver's poll that does not return until it is let go; not of core, as the watchdog is to find out. */
public final class StuckPoll implements NapiPoll {
    public final CountDownLatch inside = new CountDownLatch(1);
    public final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public int poll(Napi napi, int budget) {
        inside.countDown();
        try {
            leave.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
