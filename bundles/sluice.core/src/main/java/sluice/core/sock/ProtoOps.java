// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The socket calls as an address family sees them; ends in the {@link Proto}. Everything runs in a bh section and must not
 * block.
 *
 * @kernel include/linux/net.h:struct proto_ops
 */
@ConsumerType
public interface ProtoOps {
    /** @return 0 or -errno, as all that follow */
    int bind(Sock sk, Proto prot, SockAddr addr);

    int connect(Sock sk, Proto prot, SockAddr addr);

    int listen(Sock sk, Proto prot, int backlog);

    int shutdown(Sock sk, Proto prot, int how);

    int release(Sock sk, Proto prot);

    int sendmsg(Sock sk, Proto prot, MsgHdr msg, int flags);

    int recvmsg(Sock sk, Proto prot, MsgHdr msg, int flags);

    int setsockopt(Sock sk, Proto prot, int level, int name, int value);

    /** @return the value, or -errno */
    long getsockopt(Sock sk, Proto prot, int level, int name);

    int getname(Sock sk, SockAddr addr, boolean peer);
}
