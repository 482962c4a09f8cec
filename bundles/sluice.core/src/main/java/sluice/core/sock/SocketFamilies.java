// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Slot;
import sluice.core.Stack;

/**
 * Address family → socket creation.
 *
 * @kernel net/socket.c:net_families, sock_register
 */
public final class SocketFamilies {
    private final Stack stack;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable Slot<NetProtoFamily>[] slots = new Slot[SocketConst.AF_MAX];

    public SocketFamilies(Stack stack) {
        this.stack = stack;
    }

    /** The slot of a family, made when it is not there yet. */
    public synchronized Slot<NetProtoFamily> slot(int family) {
        Slot<NetProtoFamily> s = slots[family];
        if (s == null) {
            s = new Slot<>(stack.registry(), "net_families[" + family + "]");
            s.onChange(() -> wake(family));
            slots[family] = s;
        }
        return s;
    }

    /** Callers that found their family away look again. */
    private void wake(int family) {
        for (Net net : stack.nets()) {
            for (Sock sk : net.socks().all()) {
                if (sk.family == family) {
                    sk.wakeAll();
                }
            }
        }
    }
}
