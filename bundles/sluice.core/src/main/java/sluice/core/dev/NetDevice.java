// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.inet.InDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;

/**
 * A network device: what core knows of it. What it does is its driver's {@link NetDeviceOps}. Configured by control threads
 * under {@link NetDevices}' lock, read by all.
 *
 * @kernel include/linux/netdevice.h:struct net_device
 */
public final class NetDevice {
    // Flags. @kernel include/uapi/linux/if.h
    public static final int IFF_UP = 0x1;
    public static final int IFF_BROADCAST = 0x2;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFF_POINTOPOINT = 0x10;
    public static final int IFF_NOARP = 0x80;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_ALLMULTI = 0x200;
    public static final int IFF_MULTICAST = 0x1000;

    // Features. @kernel include/linux/netdev_features.h
    /** Takes paged packets. */
    public static final long F_SG = 1;
    /** Fills in CHECKSUM_PARTIAL, or needs none. */
    public static final long F_HW_CSUM = 1 << 1;
    /** Needs no lock around {@link NetDeviceOps#startXmit}. */
    public static final long F_LLTX = 1 << 2;
    /** Has no queue of its own: packets go to the driver at once. */
    public static final long F_NO_QUEUE = 1 << 3;

    // Link-layer types. @kernel include/uapi/linux/if_arp.h
    public static final int ARPHRD_ETHER = 1;
    public static final int ARPHRD_LOOPBACK = 772;

    public static final int DEFAULT_MTU = 1500;
    public static final int DEFAULT_TX_QUEUE_LEN = 1000;

    private final Net net;
    private final String kind;
    private final DevStats stats = new DevStats();
    private final InDevice inet;
    private volatile NetDeviceOps ops;
    private volatile String name;
    private volatile int ifindex;
    private volatile int flags = IFF_BROADCAST | IFF_MULTICAST;
    private volatile boolean carrier = true;
    private volatile int mtu = DEFAULT_MTU;
    private volatile long address;
    private volatile boolean present;
    private int type = ARPHRD_ETHER;
    private int hardHeaderLen = 14;
    private long broadcast = 0xffff_ffff_ffffL;
    private long features;
    private int txQueueLen = DEFAULT_TX_QUEUE_LEN;
    private TxQueue[] txQueues;
    private Map<String, String> linkArguments = Map.of();
    private @Nullable NetDevice peer;
    private boolean primary;
    private volatile @Nullable Registration<LinkOps> driver;
    private final CopyOnWriteArrayList<Napi> napis = new CopyOnWriteArrayList<>();
    private Softnet softnet;

    NetDevice(Net net, String name, String kind, NetDeviceOps ops) {
        this.net = net;
        this.name = name;
        this.kind = kind;
        this.ops = ops;
        inet = new InDevice(this);
        softnet = net.stack().softnet(0);
        txQueues = new TxQueue[] {new TxQueue(this, 0)};
    }

    public Net net() {
        return net;
    }

    public String name() {
        return name;
    }

    void rename(String to) {
        name = to;
    }

    /** {@code veth}, {@code tap} … */
    public String kind() {
        return kind;
    }

    /** Positive once registered; unique in the namespace. */
    public int ifindex() {
        return ifindex;
    }

    void setIfindex(int index) {
        ifindex = index;
    }

    public NetDeviceOps ops() {
        return ops;
    }

    /** Lets go of the driver: what still refers to the device (a socket's cached route) must not keep its bundle. */
    void detachDriver() {
        present = false;
        ops = GoneOps.INSTANCE;
        driver = null;
        napis.clear();
    }

    /** No polls from now on; a grace period later none is under way. */
    void detachNapis() {
        napis.forEach(Napi::detach);
    }

    /** The driver's registration, to which faults are counted; null for a device that is going. */
    @Nullable
    Registration<LinkOps> driver() {
        return driver;
    }

    void setDriver(@Nullable Registration<LinkOps> d) {
        driver = d;
    }

    /** Symbolic name of the driver's bundle, or {@code ""}. */
    public String driverName() {
        Registration<LinkOps> d = driver;
        return d == null ? "" : d.provider();
    }

    public DevStats stats() {
        return stats;
    }

    /** The device's IPv4 configuration. @kernel include/linux/inetdevice.h:struct in_device */
    public InDevice inet() {
        return inet;
    }

    public int flags() {
        return flags;
    }

    /** Adds and removes flags; {@link #IFF_UP} is {@link NetDevices#open}'s and {@link NetDevices#close}'s. */
    public synchronized void changeFlags(int add, int remove) {
        flags = (flags | add) & ~remove;
    }

    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    public boolean isLoopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    /** Whether the link below is there. */
    public boolean hasCarrier() {
        return carrier;
    }

    /** @kernel net/sched/sch_generic.c:netif_carrier_on, netif_carrier_off */
    public void setCarrier(boolean on) {
        carrier = on;
    }

    /** Registered and its driver there. */
    public boolean isPresent() {
        return present;
    }

    void setPresent(boolean on) {
        present = on;
    }

    /** Largest layer-3 packet, bytes. */
    public int mtu() {
        return mtu;
    }

    /** For drivers at creation and {@link NetDevices#setMtu}. */
    public void initMtu(int bytes) {
        mtu = bytes;
    }

    /** Link-layer address, the 48 bits of a MAC address. */
    public long address() {
        return address;
    }

    /** For drivers at creation and {@link NetDevices#setAddress}. */
    public void initAddress(long mac) {
        address = mac;
    }

    /** Link-layer broadcast address. */
    public long broadcast() {
        return broadcast;
    }

    /** {@link #ARPHRD_ETHER} … */
    public int type() {
        return type;
    }

    /** For drivers at creation: the link-layer type, its header's length in bytes and its broadcast address. */
    public void initType(int arphrd, int headerLength, long broadcastAddress) {
        type = arphrd;
        hardHeaderLen = headerLength;
        broadcast = broadcastAddress;
    }

    /** Bytes of the link-layer header. */
    public int hardHeaderLen() {
        return hardHeaderLen;
    }

    public long features() {
        return features;
    }

    public boolean has(long feature) {
        return (features & feature) != 0;
    }

    public void initFeatures(long f) {
        features = f;
    }

    /** Packets a queueing discipline may hold; 0 for none. */
    public int txQueueLen() {
        return txQueueLen;
    }

    public void initTxQueueLen(int packets) {
        txQueueLen = packets;
    }

    /** Transmit queues; one unless the driver asked for more. */
    public TxQueue txQueue(int index) {
        return txQueues[index];
    }

    public int txQueueCount() {
        return txQueues.length;
    }

    /** For drivers at creation. */
    public void initTxQueues(int n) {
        txQueues = new TxQueue[n];
        for (int i = 0; i < n; i++) {
            txQueues[i] = new TxQueue(this, i);
        }
    }

    /** What the device was made with, to make it again. */
    Map<String, String> linkArguments() {
        return linkArguments;
    }

    void setLinkArguments(Map<String, String> arguments) {
        linkArguments = arguments;
    }

    /** The other end of a pair, or null. */
    public @Nullable NetDevice peer() {
        return peer;
    }

    /** For drivers of pairs at creation: the two go, and come back, together. */
    public void initPeer(NetDevice other) {
        peer = other;
        other.peer = this;
        primary = true;
    }

    /** Whether this end of a pair is the one that the user asked for. */
    boolean isPrimary() {
        return primary;
    }

    /** The softirq context that receives for this device. */
    public Softnet softnet() {
        return softnet;
    }

    /** For drivers at creation. */
    public void initSoftnet(Softnet s) {
        softnet = s;
    }

    /** A poll context of this device for its driver. */
    public Napi napi(NapiPoll poll) {
        Napi n = new Napi(softnet, this, poll);
        track(n);
        return n;
    }

    void track(Napi n) {
        napis.addIfAbsent(n);
    }

    void forget(Napi n) {
        napis.remove(n);
    }

    /**
     * A packet without a queue of its own enters the stack: on to the softirq's backlog. The mac header is at {@code data}.
     *
     * @kernel net/core/dev.c:netif_rx
     */
    public void netifRx(SkBuff skb) {
        skb.dev = this;
        softnet.enqueueBacklog(skb);
    }

    /**
     * A driver's poll hands a packet up, its mac header at {@code data}.
     *
     * @kernel net/core/dev.c:napi_gro_receive
     */
    public void receive(SkBuff skb) {
        skb.dev = this;
        DevReceive.fromDriver(skb, this);
    }

    /** Counts and frees a packet that the driver received but can't use. */
    public void dropReceived(SkBuff skb, DropReason reason) {
        stats.add(DevStats.Counter.RX_DROPPED, 1);
        skb.drop(reason, this);
    }

    @Override
    public String toString() {
        return name;
    }
}
