// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import sluice.core.Tables.Binding;
import sluice.core.dev.DevStats.Counter;
import sluice.core.dev.LinkOps;
import sluice.core.dev.NetDevice;
import sluice.posix.KernelSocket;

/** The driver in a class loader of its own, as a framework loads it. */
class TapUnloadTest {
    private static final String PACKAGE = TapLink.class.getPackageName() + ".";

    /** The driver's classes afresh, all others from the parent. */
    private static final class DriverLoader extends ClassLoader {
        DriverLoader() {
            super(TapLink.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        LinkOps driver() throws ReflectiveOperationException {
            return (LinkOps) loadClass(TapLink.class.getName()).getConstructor().newInstance();
        }
    }

    @Test
    void nothingHoldsADriverThatIsGone() throws Exception {
        WeakReference<ClassLoader> loader;
        try (TapFixture tap = TapFixture.assume(new TapLink())) {
            tap.stopDriver();
            loader = useDriver(tap);
            TapFixture.await(() -> isCollected(loader), "the driver is still held");
            assertTrue(tap.stack.tables().links().parkedNames().contains("init:tap0"));
        }
    }

    private static boolean isCollected(WeakReference<?> r) {
        System.gc();
        return r.get() == null;
    }

    /** Binds it, has traffic both ways, and stops it while more comes in. */
    private static WeakReference<ClassLoader> useDriver(TapFixture tap) throws Exception {
        DriverLoader loader = new DriverLoader();
        LinkOps ops = loader.driver();
        assertNotSame(TapLink.class, ops.getClass());
        Binding binding = tap.stack.tables().addLinkOps(ops, "sluice.driver.tap", 0);
        NetDevice dev = tap.createUp();
        tap.listen(TapFixture.ETH_P_TEST);
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            socket.send(TapFixture.frame(60, 1));
            assertArrayEquals(TapFixture.frame(60, 1), tap.nextReceived());
            tap.send(dev, TapFixture.frame(60, 2));
            assertTrue(socket.receive(TapFixture.SOON) != null);
            assertEquals(0, dev.stats().get(Counter.TX_DROPPED));
            for (int i = 0; i < 200; i++) {
                socket.send(TapFixture.frame(60, i));
            }
        }
        binding.close();
        return new WeakReference<>(loader);
    }
}
