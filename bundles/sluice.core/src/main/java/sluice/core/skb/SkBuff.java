// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.sock.Sock;
import sluice.core.trace.PacketTrace;

/**
 * A packet: a window on slab memory and what the stack knows about it. It crosses all layers by moving offsets, never by
 * copying. Recycled: a reference must not be kept past {@link #consume} or {@link #drop}.
 *
 * <p>Owned by one thread at a time; handing it on (queues, devices) hands on ownership. The bytes may be shared by clones:
 * before writing to a packet that others may hold, see {@link #ensureWritable}.
 *
 * <pre>
 *      head        data               tail        end
 *        |  headroom |  linear bytes    |  tailroom |      + paged fragments (dataLen bytes)
 * </pre>
 *
 * <p>{@code data}, {@code tail}, {@code end} and the header offsets count from {@code head}, as in the kernel; the
 * {@code *Addr} methods give offsets into {@link Slab#MEM}.
 *
 * @kernel include/linux/skbuff.h:struct sk_buff
 */
public final class SkBuff {
    // pktType: who the frame is for. @kernel include/uapi/linux/if_packet.h
    public static final int PACKET_HOST = 0;
    public static final int PACKET_BROADCAST = 1;
    public static final int PACKET_MULTICAST = 2;
    public static final int PACKET_OTHERHOST = 3;
    public static final int PACKET_OUTGOING = 4;
    public static final int PACKET_LOOPBACK = 5;

    // ipSummed: the state of the transport checksum. @kernel include/linux/skbuff.h
    public static final int CHECKSUM_NONE = 0;
    public static final int CHECKSUM_UNNECESSARY = 1;
    public static final int CHECKSUM_COMPLETE = 2;
    public static final int CHECKSUM_PARTIAL = 3;

    // owner: what the packet is charged to.
    static final int OWNER_NONE = 0;
    static final int OWNER_SEND = 1;
    static final int OWNER_RECEIVE = 2;

    /** Heap bytes that an skb and its head's object stand for in {@link #truesize}. */
    public static final int OVERHEAD = 256;

    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(SkBuff.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Links of the one list that the packet is on.
    public @Nullable SkBuff next;
    public @Nullable SkBuff prev;

    @Nullable
    SkBuffHead list;

    public @Nullable NetDevice dev;
    public @Nullable DstEntry dst;
    public @Nullable Sock sk;
    public @Nullable PacketTrace trace;
    int owner;
    private volatile int users;
    private int generation;

    // Geometry; see the class comment.
    SkbHead shinfo = NO_HEAD;
    long head;
    public int data;
    public int tail;
    public int end;
    /** All bytes, linear and paged. */
    public int len;
    /** Bytes in fragments. */
    public int dataLen;

    public int truesize;
    public int macHeader;
    public int networkHeader;
    public int transportHeader;
    boolean cloned;

    /** Ethertype, host order. */
    public int protocol;

    public int pktType;
    public int ipSummed;
    /** CHECKSUM_COMPLETE: the unfolded sum of all bytes from {@code data}. */
    public int csum;
    /** CHECKSUM_PARTIAL: where the sum starts, from {@code head}. */
    public int csumStart;
    /** CHECKSUM_PARTIAL: where it is stored, from {@link #csumStart}. */
    public int csumOffset;

    public int mark;
    public int priority;
    public int hash;
    public int queueMapping;
    /** Index of the device that the packet came in by, 0 when it was made here. */
    public int skbIif;
    /** Receive or send time, wall-clock ns since the epoch; 0 when not taken. */
    public long tstamp;

    /** Scratch of the layer that owns the packet. @kernel include/linux/skbuff.h:struct sk_buff cb */
    public long cb0;

    public long cb1;
    public long cb2;
    public long cb3;
    public long cb4;
    public long cb5;

    private static final SkbHead NO_HEAD = new SkbHead(HeadPool.SMALL, -1);

    SkBuff() {}

    /**
     * A packet with {@code size} bytes of room and nothing in it.
     *
     * @param size bytes, at most 67,584
     * @return null when the slab is exhausted
     * @kernel net/core/skbuff.c:alloc_skb
     */
    public static @Nullable SkBuff alloc(int size) {
        return SkBuffPool.alloc(size);
    }

    /** As {@link #alloc}, with {@code headroom} bytes in front for headers. */
    public static @Nullable SkBuff alloc(int headroom, int size) {
        SkBuff skb = SkBuffPool.alloc(headroom + size);
        if (skb != null) {
            skb.reserve(headroom);
        }
        return skb;
    }

    void attach(SkbHead h) {
        shinfo = h;
        head = h.offset;
        initGeometry();
    }

    void initGeometry() {
        data = 0;
        tail = 0;
        end = shinfo.size();
        truesize = end + OVERHEAD;
        USERS.setRelease(this, 1);
    }

    /** Everything that would say something wrong about the next packet; geometry is set at allocation. */
    void reset() {
        next = null;
        prev = null;
        list = null;
        dev = null;
        len = 0;
        dataLen = 0;
        macHeader = 0;
        networkHeader = 0;
        transportHeader = 0;
        cloned = false;
        protocol = 0;
        pktType = 0;
        ipSummed = 0;
        csum = 0;
        csumStart = 0;
        csumOffset = 0;
        mark = 0;
        priority = 0;
        hash = 0;
        queueMapping = 0;
        skbIif = 0;
        tstamp = 0;
        cb0 = 0;
        cb1 = 0;
        cb2 = 0;
        cb3 = 0;
        cb4 = 0;
        cb5 = 0;
        generation++;
    }

    // ---- geometry -------------------------------------------------------------------------------------------------

    /** Slab offset of the first byte of data. */
    public long dataAddr() {
        return head + data;
    }

    /** Slab offset of byte {@code offset} counted from {@code head}. */
    public long headAddr(int offset) {
        return head + offset;
    }

    public long macAddr() {
        return head + macHeader;
    }

    public long networkAddr() {
        return head + networkHeader;
    }

    public long transportAddr() {
        return head + transportHeader;
    }

    /** Linear bytes. @kernel include/linux/skbuff.h:skb_headlen */
    public int headlen() {
        return len - dataLen;
    }

    public int headroom() {
        return data;
    }

    /** 0 for a packet with paged data. */
    public int tailroom() {
        return dataLen != 0 ? 0 : end - tail;
    }

    /** Makes head room in an empty packet. */
    public void reserve(int n) {
        data += n;
        tail += n;
    }

    /**
     * Appends {@code n} bytes; returns the slab offset of the first. As {@link #push} and {@link #pull} it throws {@link
     * IndexOutOfBoundsException} when they do not fit: a mistake in one component must not reach into other packets.
     */
    public long put(int n) {
        if (n < 0 || dataLen != 0 || n > end - tail) {
            throw misfit("put", n);
        }
        long at = head + tail;
        tail += n;
        len += n;
        return at;
    }

    /** Prepends {@code n} bytes; returns the slab offset of the first. */
    public long push(int n) {
        if (n < 0 || n > data) {
            throw misfit("push", n);
        }
        data -= n;
        len += n;
        return head + data;
    }

    /** Drops {@code n} linear bytes from the front; returns the slab offset of what is first then. */
    public long pull(int n) {
        if (n < 0 || n > headlen()) {
            throw misfit("pull", n);
        }
        data += n;
        len -= n;
        return head + data;
    }

    private IndexOutOfBoundsException misfit(String what, int n) {
        return new IndexOutOfBoundsException(what + " of " + n + " bytes: " + data + " in front, " + headlen()
                + " linear, " + tailroom() + " behind");
    }

    /**
     * Cuts the packet to {@code n} bytes; does nothing when it is shorter.
     *
     * @return false without memory, which only a clone with paged bytes needs; the packet is unchanged then
     * @kernel net/core/skbuff.c:pskb_trim
     */
    public boolean trim(int n) {
        if (n >= len) {
            return true;
        }
        if (n < 0) {
            throw misfit("trim", n);
        }
        if (dataLen != 0 && !SkbPaged.trim(this, Math.max(n, headlen()))) {
            return false;
        }
        if (n < len) {
            tail = data + n;
            len = n;
        }
        return true;
    }

    /**
     * Whether the first {@code n} bytes are there, moving paged bytes into the linear part when need be.
     *
     * @kernel include/linux/skbuff.h:pskb_may_pull
     */
    public boolean mayPull(int n) {
        if (n <= headlen()) {
            return true;
        }
        return n <= len && SkbPaged.pullTail(this, n - headlen());
    }

    public void resetMacHeader() {
        macHeader = data;
    }

    public void resetNetworkHeader() {
        networkHeader = data;
    }

    public void resetTransportHeader() {
        transportHeader = data;
    }

    /** Bytes from {@code data} to the transport header. */
    public int transportOffset() {
        return transportHeader - data;
    }

    /** Bytes from {@code data} to the network header. */
    public int networkOffset() {
        return networkHeader - data;
    }

    public SkbHead shinfo() {
        return shinfo;
    }

    public boolean isNonlinear() {
        return dataLen != 0;
    }

    // ---- sharing --------------------------------------------------------------------------------------------------

    /** Another user of the same packet. @kernel include/linux/skbuff.h:skb_get */
    public SkBuff get() {
        USERS.getAndAdd(this, 1);
        return this;
    }

    public boolean isShared() {
        return users != 1;
    }

    /** Whether other packets look at the same bytes. @kernel include/linux/skbuff.h:skb_cloned */
    public boolean isCloned() {
        return cloned && shinfo.isShared();
    }

    /** A packet of its own on the same bytes, or null without memory. @kernel net/core/skbuff.c:skb_clone */
    public @Nullable SkBuff cloneSkb() {
        return SkbCopy.clone(this);
    }

    /** A linear packet with bytes of its own, or null without memory. @kernel net/core/skbuff.c:skb_copy */
    public @Nullable SkBuff copy() {
        return SkbCopy.copy(this, headroom(), tailroom());
    }

    /** As {@link #copy}, with other room around. @kernel net/core/skbuff.c:skb_copy_expand */
    public @Nullable SkBuff copyExpand(int headroom, int tailroom) {
        return SkbCopy.copy(this, headroom, tailroom);
    }

    /**
     * Makes the first {@code n} bytes linear and private to this packet, with at least {@code headroom} bytes in front.
     *
     * @return false without memory; the packet is unchanged then
     * @kernel include/linux/skbuff.h:skb_ensure_writable, skb_cow_head
     */
    public boolean ensureWritable(int n, int headroom) {
        if (!mayPull(n)) {
            return false;
        }
        return (headroom() >= headroom && !isCloned()) || SkbCopy.expandHead(this, headroom, 0);
    }

    /** Moves all bytes into the linear part. False without memory. @kernel include/linux/skbuff.h:skb_linearize */
    public boolean linearize() {
        return dataLen == 0 || mayPull(len);
    }

    /**
     * Splits the packet: it keeps the first {@code n} bytes, {@code rest} (empty, with room for the linear ones) gets the
     * others.
     *
     * @return false without memory, which only a clone or a packet with a fragment list needs
     * @kernel net/core/skbuff.c:skb_split
     */
    public boolean split(SkBuff rest, int n) {
        return SkbPaged.split(this, rest, n);
    }

    // ---- bytes ----------------------------------------------------------------------------------------------------

    /** Copies bytes out, from linear and paged parts. @kernel net/core/skbuff.c:skb_copy_bits */
    public void copyBits(int offset, MemorySegment to, long toOffset, int n) {
        int linear = headlen();
        if (offset + n <= linear) {
            MemorySegment.copy(Slab.MEM, head + data + offset, to, toOffset, n);
        } else {
            SkbPaged.copyBits(this, offset, to, toOffset, n);
        }
    }

    /** The unfolded one's-complement sum of {@code n} bytes. @kernel net/core/skbuff.c:skb_checksum */
    public int checksum(int offset, int n, int sum) {
        return SkbPaged.checksum(this, offset, n, sum);
    }

    /**
     * Fills in the checksum of a CHECKSUM_PARTIAL packet in software.
     *
     * @return 0, -ENOMEM, or -EINVAL when the sum's place is not within the packet
     * @kernel net/core/dev.c:skb_checksum_help
     */
    public int checksumHelp() {
        return SkbPaged.checksumHelp(this);
    }

    // ---- ownership ------------------------------------------------------------------------------------------------

    /** Charges the packet to the socket's send buffer until it is freed. @kernel net/core/sock.c:skb_set_owner_w */
    public void setOwnerW(Sock s) {
        orphan();
        sk = s;
        owner = OWNER_SEND;
        s.chargeSend(truesize);
    }

    /** Charges the packet to the socket's receive buffer. @kernel include/net/sock.h:skb_set_owner_r */
    public void setOwnerR(Sock s) {
        orphan();
        sk = s;
        owner = OWNER_RECEIVE;
        s.chargeReceive(truesize);
    }

    /** Ends the charge to a socket. @kernel include/linux/skbuff.h:skb_orphan */
    public void orphan() {
        Sock s = sk;
        if (s == null) {
            return;
        }
        sk = null;
        int o = owner;
        owner = OWNER_NONE;
        if (o == OWNER_SEND) {
            s.unchargeSend(truesize);
        } else if (o == OWNER_RECEIVE) {
            s.unchargeReceive(truesize);
        }
    }

    /** Forgets what a packet must not carry into another namespace. @kernel net/core/skbuff.c:skb_scrub_packet */
    public void scrub() {
        orphan();
        dst = null;
        mark = 0;
        skbIif = 0;
        priority = 0;
        tstamp = 0;
        pktType = PACKET_HOST;
    }

    /** The end of a packet that reached its goal. @kernel net/core/skbuff.c:consume_skb */
    public void consume() {
        if (unref()) {
            SkBuffPool.release(this);
        }
    }

    /** The end of a packet that did not, counted in the namespace of its device. @kernel kfree_skb_reason */
    public void drop(DropReason reason) {
        drop(reason, dev);
    }

    /** As {@link #drop(DropReason)}, for a packet whose {@link #dev} is not (or no longer) the one to count at. */
    public void drop(DropReason reason, @Nullable NetDevice at) {
        if (!unref()) {
            return;
        }
        if (at != null) {
            at.net().drops().count(reason);
        } else if (sk != null) {
            sk.net.drops().count(reason);
        }
        if (trace != null) {
            trace.dropped(reason);
        }
        SkBuffPool.release(this);
    }

    private boolean unref() {
        if (users == 1) {
            USERS.setOpaque(this, 0); // so that a second free is found out
            return true;
        }
        int before = (int) USERS.getAndAdd(this, -1);
        assert before > 0 : "packet freed twice";
        return before == 1;
    }

    /**
     * Changes each time the packet is freed, queued or handed over: tells who lent or gave it to a component whether it is
     * still the caller's.
     */
    public int generation() {
        return generation;
    }

    /** Whether it has neither been freed nor passed on since it was of that generation. */
    public boolean isLooseSince(int generation) {
        return this.generation == generation && next == null;
    }

    /** It passes to another thread, or into a queue, by other means than a {@link SkBuffHead}: before it does. */
    public void handOver() {
        generation++;
    }
}
