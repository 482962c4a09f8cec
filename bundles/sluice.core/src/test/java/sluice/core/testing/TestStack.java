// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

/** A stack without threads, on a clock of the test's own, and shorthands for what tests do to it. */
public final class TestStack implements AutoCloseable {
    public static final String PROVIDER = "test.bundle";

    /** Faults are what many tests are about; a reference of its own, or the level would be lost with the logger. */
    private static final Logger LOG = Logger.getLogger("sluice.core");

    static {
        LOG.setLevel(Level.OFF);
    }

    public final ManualClock clock = new ManualClock();
    public final Stack stack = Stack.manual(clock, new SeededSource(1));
    public final Tables tables = stack.tables();
    public final Net net = stack.init();
    public final FakeLinks links = new FakeLinks();

    private TestStack() {}

    /** One with devices of kind {@code fake} and with header operations. */
    public static TestStack create() {
        TestStack t = new TestStack();
        t.tables.addLinkOps(t.links, PROVIDER, 0);
        t.tables.addHeaderOps(new FakeHeaders(), PROVIDER, 0);
        return t;
    }

    /** A device that is up. */
    public NetDevice device(String name) {
        return device(name, Map.of());
    }

    /** @param arguments see {@link FakeLinks} */
    public NetDevice device(String name, Map<String, String> arguments) {
        try {
            NetDevice dev = tables.links()
                    .create(new LinkRequest(net, name, FakeLinks.KIND, arguments))
                    .getFirst();
            net.devices().open(dev);
            return dev;
        } catch (LinkException e) {
            throw new AssertionError(e);
        }
    }

    /** The driver of a device. */
    public static FakeDriver driver(NetDevice dev) {
        return (FakeDriver) dev.ops();
    }

    /** Puts the clock forward and does what is due. */
    public void advance(long nanos) {
        clock.advance(nanos);
        stack.runSoftirq();
    }

    /** Runs something in a bh section. */
    public void bh(Runnable work) {
        int token = stack.bhDisable();
        try {
            work.run();
        } finally {
            stack.bhEnable(token);
        }
    }

    @Override
    public void close() {
        stack.close();
    }
}
