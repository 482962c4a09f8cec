// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Errno;
import sluice.core.Faults;
import sluice.core.Net;
import sluice.core.Tables.Binding;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.sock.Sock;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;

@ExtendWith(NoLeaks.class)
class HookChainTest {
    private static final int OK = 42;

    private final TestStack t = TestStack.create();
    private final List<String> asked = new ArrayList<>();
    private static @Nullable SkBuff passed;

    @AfterEach
    void close() {
        t.close();
    }

    private static int okfn(Net net, @Nullable Sock sk, SkBuff skb) {
        passed = skb;
        skb.consume();
        return OK;
    }

    private int run(SkBuff skb) {
        return run(t.net, skb);
    }

    private int run(Net net, SkBuff skb) {
        return net.hooks().ipv4(NfInetHook.NF_INET_LOCAL_IN, null, skb, null, null, HookChainTest::okfn);
    }

    /** Writes down that it was asked, then does what it is told. */
    private class Recording implements NfHook {
        private final String name;
        NfHook then;

        Recording(String name, NfHook then) {
            this.name = name;
            this.then = then;
        }

        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            asked.add(name);
            return then.hook(skb, state);
        }
    }

    @Hook(value = NfInetHook.NF_INET_LOCAL_IN, priority = Hook.PRI_RAW)
    private final class First extends Recording {
        First(NfHook then) {
            super("first", then);
        }
    }

    @Hook(NfInetHook.NF_INET_LOCAL_IN)
    private final class Second extends Recording {
        Second(NfHook then) {
            super("second", then);
        }
    }

    @Hook(value = NfInetHook.NF_INET_LOCAL_IN, priority = Hook.PRI_NAT_SRC, failOpen = true)
    private final class Open extends Recording {
        Open(NfHook then) {
            super("open", then);
        }
    }

    @Hook(value = NfInetHook.NF_INET_LOCAL_IN, net = "other")
    private final class Elsewhere extends Recording {
        Elsewhere() {
            super("elsewhere", (skb, s) -> NfVerdict.ACCEPT);
        }
    }

    private static NfVerdict accept(SkBuff skb, NfHookState state) {
        return NfVerdict.ACCEPT;
    }

    @Test
    void withoutHooksAPacketGoesOn() {
        SkBuff skb = Skbs.of((byte) 1);
        assertEquals(OK, run(skb));
        assertSame(skb, passed);
    }

    @Test
    void hooksAreAskedInOrderOfPriority() {
        t.tables.addHook(new Open(HookChainTest::accept), "c");
        t.tables.addHook(new Second(HookChainTest::accept), "b");
        Binding first = t.tables.addHook(new First(HookChainTest::accept), "a");
        assertEquals(OK, run(Skbs.of((byte) 1)));
        assertEquals(List.of("first", "second", "open"), asked);
        first.close();
        asked.clear();
        assertEquals(OK, run(Skbs.of((byte) 1)));
        assertEquals(List.of("second", "open"), asked);
    }

    @Test
    void aDroppedPacketGoesNoFurther() {
        t.tables.addHook(new First((skb, s) -> NfVerdict.DROP), "a");
        t.tables.addHook(new Second(HookChainTest::accept), "b");
        NetDevice dev = t.device("fake0");
        SkBuff skb = Skbs.of((byte) 1);
        assertEquals(
                Errno.EPERM.neg(),
                t.net.hooks().ipv4(NfInetHook.NF_INET_LOCAL_IN, null, skb, dev, null, HookChainTest::okfn));
        assertEquals(List.of("first"), asked);
        assertEquals(1, t.net.drops().get(DropReason.NETFILTER_DROP));
    }

    @Test
    void aQueuedPacketIsDroppedAsNobodyReadsTheQueue() {
        t.tables.addHook(new First((skb, s) -> NfVerdict.QUEUE), "a");
        assertEquals(Errno.EPERM.neg(), run(Skbs.of((byte) 1)));
    }

    @Test
    void aStolenPacketIsTheHooks() {
        SkBuffHead thief = new SkBuffHead();
        t.tables.addHook(
                new First((skb, s) -> {
                    thief.queueTail(skb);
                    return NfVerdict.STOLEN;
                }),
                "a");
        assertEquals(0, run(Skbs.of((byte) 1)));
        assertEquals(1, thief.purge(DropReason.NOT_SPECIFIED));
    }

    @Test
    void aHookThatWantsToBeAskedAgainIsButNotForEver() {
        t.tables.addHook(new First((skb, s) -> asked.size() < 3 ? NfVerdict.REPEAT : NfVerdict.ACCEPT), "a");
        assertEquals(OK, run(Skbs.of((byte) 1)));
        assertEquals(3, asked.size());
        asked.clear();
        t.tables.addHook(new Second((skb, s) -> NfVerdict.REPEAT), "b");
        assertEquals(OK, run(Skbs.of((byte) 1)));
        assertTrue(asked.size() < 50, "asked " + asked.size() + " times");
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    private static NfVerdict fail(SkBuff skb, NfHookState state) {
        throw new IllegalStateException("hook");
    }

    @Test
    void aPacketOfAFailedHookIsDropped() {
        t.tables.addHook(new First(HookChainTest::fail), "a");
        assertEquals(0, run(Skbs.of((byte) 1)));
    }

    @Test
    void orGoesOnWhenTheHookIsMarkedFailOpen() {
        t.tables.addHook(new Open(HookChainTest::fail), "a");
        assertEquals(OK, run(Skbs.of((byte) 1)));
    }

    @SuppressWarnings("NullAway") // what a hook written without the checker may do
    @Test
    void noVerdictIsAFault() {
        t.tables.addHook(new First((skb, s) -> null), "a");
        assertEquals(0, run(Skbs.of((byte) 1)));
    }

    @Test
    void aPacketThatAHookFreedOrTookBeforeItFailedIsNotTouched() {
        SkBuffHead thief = new SkBuffHead();
        Open hook = new Open((skb, s) -> {
            skb.consume();
            throw new IllegalStateException("after a free");
        });
        t.tables.addHook(hook, "a");
        assertEquals(0, run(Skbs.of((byte) 1)));
        hook.then = (skb, s) -> {
            thief.queueTail(skb);
            throw new IllegalStateException("after taking it");
        };
        assertEquals(0, run(Skbs.of((byte) 1)));
        assertEquals(1, thief.purge(DropReason.NOT_SPECIFIED));
    }

    @Test
    void aHookThatKeepsFailingIsSetAside() {
        t.tables.addHook(new First(HookChainTest::fail), "a");
        for (int i = 0; i < Faults.LIMIT; i++) {
            assertEquals(0, run(Skbs.of((byte) 1)));
        }
        t.stack.runSoftirq();
        assertEquals(OK, run(Skbs.of((byte) 1)));
        assertEquals(Faults.LIMIT, asked.size());
    }

    // ---- namespaces -----------------------------------------------------------------------------------------------

    @Test
    void aHookIsForAllNamespacesOrForTheOneItNames() {
        t.tables.addHook(new First(HookChainTest::accept), "a");
        t.tables.addHook(new Elsewhere(), "b");
        Net other = t.stack.addNet("other");
        run(Skbs.of((byte) 1));
        assertEquals(List.of("first"), asked);
        asked.clear();
        run(other, Skbs.of((byte) 1));
        assertEquals(List.of("first", "elsewhere"), asked);
    }

    @Test
    void aNamespaceThatEndsHoldsNoHook() {
        Binding b = t.tables.addHook(new First(HookChainTest::accept), "a");
        Net other = t.stack.addNet("other");
        t.stack.deleteNet("other");
        run(other, Skbs.of((byte) 1));
        assertEquals(List.of(), asked);
        b.close();
        run(Skbs.of((byte) 1));
        assertEquals(List.of(), asked);
    }

    @Test
    void aClassWithoutAnnotationIsRefusedByName() {
        var e = assertThrows(
                IllegalArgumentException.class, () -> t.tables.addHook(new Recording("x", HookChainTest::accept), "a"));
        assertTrue(String.valueOf(e.getMessage()).contains("Recording"), e.getMessage());
    }
}
