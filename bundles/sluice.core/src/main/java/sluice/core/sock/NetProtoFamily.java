// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An address family; a service of a bundle such as {@code sluice.inet}.
 *
 * @kernel include/linux/net.h:struct net_proto_family
 */
@ConsumerType
public interface NetProtoFamily {
    /** AF_INET … */
    int family();

    /**
     * Gives a new socket its sock.
     *
     * @return 0, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT …
     */
    int create(Socket sock, int protocol);

    /** The calls of sockets of a type. */
    ProtoOps ops(int type);
}
