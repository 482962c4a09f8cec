// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.inet.IcmpOps;
import sluice.core.skb.SkBuff;

/** Asks the ICMP bundle, if it is there, to tell a packet's sender of an error. */
final class IcmpErrors {
    private IcmpErrors() {}

    static void send(Net net, SkBuff about, int type, int code, int info) {
        Registration<IcmpOps> r = net.stack().tables().icmp().current();
        if (r == null) {
            return;
        }
        try {
            r.impl.send(net, about, type, code, info);
        } catch (Throwable t) {
            net.stack().faults().record(r, t, about);
        }
    }
}
