// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.SkBuff;
import sluice.wire.Checksum;

/** Devices that keep what is sent by them, with the checksum filled in as hardware does it. Neighbours need no ARP. */
final class TestWire implements LinkOps, NetDeviceOps {
    final List<byte[]> frames = new ArrayList<>();
    /** Packets are not freed, as by a device whose ring is slow. */
    boolean slow;
    /** The device takes nothing. */
    boolean busy;

    private final List<SkBuff> held = new ArrayList<>();

    @Override
    public String kind() {
        return "wire";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        NetDevice dev = request.create(this);
        dev.initAddress(Frames.MAC);
        dev.initFeatures(NetDevice.F_HW_CSUM | NetDevice.F_NO_QUEUE);
        dev.changeFlags(NetDevice.IFF_NOARP, 0);
    }

    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        if (busy) {
            return TX_BUSY;
        }
        byte[] frame = new byte[skb.len];
        skb.copyBits(0, MemorySegment.ofArray(frame), 0, frame.length);
        if (skb.ipSummed == SkBuff.CHECKSUM_PARTIAL) {
            fillIn(frame, skb.csumStart - skb.data, skb.csumOffset);
        }
        frames.add(frame);
        if (slow) {
            held.add(skb);
        } else {
            skb.consume();
        }
        return TX_OK;
    }

    private static void fillIn(byte[] frame, int start, int offset) {
        int check = Checksum.fold(Checksum.partial(MemorySegment.ofArray(frame), start, frame.length - start, 0));
        int stored = check == 0 ? Checksum.CSUM_MANGLED_0 : check;
        frame[start + offset] = (byte) (stored >> 8);
        frame[start + offset + 1] = (byte) stored;
    }

    /** The ring is worked off. */
    void release() {
        held.forEach(SkBuff::consume);
        held.clear();
    }
}
