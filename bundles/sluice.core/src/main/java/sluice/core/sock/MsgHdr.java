// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.lang.foreign.MemorySegment;
import sluice.core.inet.IpcmCookie;

/**
 * A message to send or to receive: name, buffers, flags, control messages. Meant for reuse; belongs to one call at a time.
 *
 * @kernel include/linux/socket.h:struct msghdr
 */
public final class MsgHdr {
    private final SockAddr name = new SockAddr();
    private final IovIter iter = new IovIter();
    private final IpcmCookie control = new IpcmCookie().init();
    private boolean hasName;
    private boolean hasControl;
    private int flags;

    /** Becomes a message of one buffer without a name. */
    public MsgHdr buffer(MemorySegment segment, long from, int length) {
        iter.set(segment, from, length);
        hasName = false;
        hasControl = false;
        flags = 0;
        return this;
    }

    /** Sets the destination. */
    public MsgHdr to(SockAddr addr) {
        name.copyFrom(addr);
        hasName = true;
        return this;
    }

    /** Sets an IPv4 destination. */
    public MsgHdr to(int addr, int port) {
        name.set(addr, port);
        hasName = true;
        return this;
    }

    /** Whether a destination was given, or a source was filled in. */
    public boolean hasName() {
        return hasName;
    }

    /** For protocols: fills in where a received message came from. */
    public void from(int addr, int port) {
        name.set(addr, port);
        hasName = true;
    }

    public SockAddr name() {
        return name;
    }

    public IovIter iter() {
        return iter;
    }

    /** Settings for this message alone; to be filled in after {@link #withControl}. */
    public IpcmCookie control() {
        return control;
    }

    /** Says that {@link #control} holds something, and clears it for that. */
    public IpcmCookie withControl() {
        hasControl = true;
        return control.init();
    }

    public boolean hasControl() {
        return hasControl;
    }

    /** On receive: MSG_TRUNC and the like. */
    public int flags() {
        return flags;
    }

    public void setFlags(int f) {
        flags = f;
    }
}
