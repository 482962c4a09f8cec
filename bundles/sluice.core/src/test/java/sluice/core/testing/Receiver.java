// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import sluice.core.dev.NetDevice;
import sluice.core.dev.PacketType;
import sluice.core.skb.SkBuff;

/** A layer-3 protocol that writes down the first byte of what it gets, and frees it. */
public final class Receiver implements PacketType {
    public static final int TYPE = 0x88b5;

    public final AtomicInteger count = new AtomicInteger();
    public final List<Integer> firstBytes = new ArrayList<>();

    /** Called with each packet first; may throw. */
    public volatile Consumer<SkBuff> then = skb -> {};

    @Override
    public int etherType() {
        return TYPE;
    }

    @Override
    public int rcv(SkBuff skb, NetDevice dev) {
        then.accept(skb);
        firstBytes.add((int) Skbs.bytes(skb)[0]);
        count.incrementAndGet();
        skb.consume();
        return 0;
    }
}
