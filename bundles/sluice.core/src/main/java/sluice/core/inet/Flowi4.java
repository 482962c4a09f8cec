// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

/**
 * What a route is looked up by, and what the look-up fills in. Callers keep one for reuse.
 *
 * @kernel include/net/flow.h:struct flowi4
 */
public final class Flowi4 {
    public int daddr;
    public int saddr;
    /** Index of the device to leave by, 0 for any. */
    public int oif;

    public int iif;
    public int tos;
    public int mark;
    public int protocol;
    public int sport;
    public int dport;
    public Scope scope = Scope.UNIVERSE;
    /** -errno of a look-up that failed. */
    public int error;

    /** Back to a flow from anywhere to {@code to}. */
    public Flowi4 init(int to, int from, int proto) {
        daddr = to;
        saddr = from;
        protocol = proto;
        oif = 0;
        iif = 0;
        tos = 0;
        mark = 0;
        sport = 0;
        dport = 0;
        scope = Scope.UNIVERSE;
        error = 0;
        return this;
    }
}
