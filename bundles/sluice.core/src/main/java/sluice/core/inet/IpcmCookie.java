// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

/**
 * Per-send settings: a socket's, overruled by control messages. Callers keep one for reuse.
 *
 * @kernel include/net/ip.h:struct ipcm_cookie
 */
public final class IpcmCookie {
    /** Source address, 0 to choose. */
    public int addr;
    /** Index of the device to leave by, 0 for any. */
    public int oif;
    /** 0 for the socket's. */
    public int ttl;
    /** -1 for the socket's. */
    public int tos;

    public int mark;
    public int priority;

    /** Back to nothing asked for. */
    public IpcmCookie init() {
        addr = 0;
        oif = 0;
        ttl = 0;
        tos = -1;
        mark = 0;
        priority = 0;
        return this;
    }
}
