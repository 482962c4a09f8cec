// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.SkBuff;

/** A driver that keeps a copy of the bytes it was given, is busy when told so, and throws what it is told to. */
public final class FakeDriver implements NetDeviceOps {
    /** What it was given, oldest first. */
    public final List<byte[]> sent = new ArrayList<>();

    /** What it was called for: {@code open}, {@code stop}, {@code uninit}. */
    public final List<String> calls = new ArrayList<>();

    /** How many times it is busy before it takes a packet. */
    public volatile int busy;

    /** Whether it stops its queue when it is busy. */
    public volatile boolean stopsWhenBusy;

    /** Called with each packet before anything else; may throw. */
    public volatile Consumer<SkBuff> onXmit = skb -> {};

    /** Thrown by the control calls. */
    public volatile boolean failsControl;

    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        if (busy > 0) {
            busy--;
            if (stopsWhenBusy) {
                dev.txQueue(0).stop();
            }
            return TX_BUSY;
        }
        onXmit.accept(skb);
        synchronized (sent) {
            sent.add(Skbs.bytes(skb));
        }
        skb.consume();
        return TX_OK;
    }

    /** The first byte of every packet that it was given. */
    public List<Integer> firstBytes() {
        synchronized (sent) {
            return sent.stream().map(b -> (int) b[0]).toList();
        }
    }

    @Override
    public int open(NetDevice dev) {
        return control("open");
    }

    @Override
    public void stop(NetDevice dev) {
        control("stop");
    }

    @Override
    public void uninit(NetDevice dev) {
        control("uninit");
    }

    private int control(String call) {
        calls.add(call);
        if (failsControl) {
            throw new IllegalStateException(call);
        }
        return 0;
    }
}
