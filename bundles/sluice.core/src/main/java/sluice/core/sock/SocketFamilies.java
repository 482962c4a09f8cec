// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.Registry;
import sluice.core.Slot;

/**
 * Address family → socket creation.
 *
 * @kernel net/socket.c:net_families, sock_register
 */
public final class SocketFamilies {
    private final Registry registry;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable Slot<NetProtoFamily>[] slots = new Slot[SocketConst.AF_MAX];

    public SocketFamilies(Registry registry) {
        this.registry = registry;
    }

    /** The slot of a family, made when it is not there yet. */
    public synchronized Slot<NetProtoFamily> slot(int family) {
        Slot<NetProtoFamily> s = slots[family];
        if (s == null) {
            s = new Slot<>(registry, "net_families[" + family + "]");
            slots[family] = s;
        }
        return s;
    }
}
