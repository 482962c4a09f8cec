// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sluice.core.Registry;
import sluice.core.Slot;
import sluice.wire.EtherType;

/**
 * Ethertype → layer-3 protocol.
 *
 * @kernel net/core/dev.c:ptype_base, dev_add_pack
 */
public final class PacketTypes {
    private record View(int[] types, Slot<PacketType>[] slots) {}

    private final Registry registry;
    private final Slot<PacketType> ip;
    private volatile View view;

    @SuppressWarnings("unchecked")
    public PacketTypes(Registry registry) {
        this.registry = registry;
        ip = new Slot<>(registry, name(EtherType.ETH_P_IP));
        view = new View(new int[] {EtherType.ETH_P_IP}, new Slot[] {ip});
    }

    /** The slot of an ethertype, made when it is not there yet. */
    public synchronized Slot<PacketType> slot(int etherType) {
        Slot<PacketType> s = find(etherType);
        if (s == null) {
            s = new Slot<>(registry, name(etherType));
            View v = view;
            int n = v.types.length;
            int[] types = Arrays.copyOf(v.types, n + 1);
            Slot<PacketType>[] slots = Arrays.copyOf(v.slots, n + 1);
            types[n] = etherType;
            slots[n] = s;
            view = new View(types, slots);
        }
        return s;
    }

    /** The slot of an ethertype, or null when nobody ever registered for it. */
    @Nullable
    Slot<PacketType> find(int etherType) {
        if (etherType == EtherType.ETH_P_IP) {
            return ip;
        }
        View v = view;
        for (int i = 0; i < v.types.length; i++) {
            if (v.types[i] == etherType) {
                return v.slots[i];
            }
        }
        return null;
    }

    private static String name(int etherType) {
        return String.format("ptype[0x%04x]", etherType);
    }
}
