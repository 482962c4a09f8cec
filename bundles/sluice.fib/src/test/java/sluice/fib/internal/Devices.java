// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

/** Devices that lead nowhere, all up, for routes to name. */
final class Devices implements LinkOps, NetDeviceOps, AutoCloseable {
    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));

    Devices() {
        stack.tables().addLinkOps(this, "test", 0);
    }

    @Override
    public String kind() {
        return "nowhere";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        request.create(this);
    }

    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        skb.drop(DropReason.NOT_SPECIFIED, dev);
        return TX_OK;
    }

    NetDevice add(String name) {
        try {
            NetDevice dev = stack.tables()
                    .links()
                    .create(new LinkRequest(stack.init(), name, kind(), Map.of()))
                    .getFirst();
            up(dev);
            return dev;
        } catch (LinkException e) {
            throw new AssertionError(e);
        }
    }

    void up(NetDevice dev) {
        dev.net().devices().open(dev);
    }

    void down(NetDevice dev) {
        dev.net().devices().close(dev);
    }

    List<NetDevice> add(int n) {
        return IntStream.range(0, n).mapToObj(i -> add("d" + i)).toList();
    }

    @Override
    public void close() {
        stack.close();
    }
}
