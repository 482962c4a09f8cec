// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An entry of the switch by which {@code socket(AF_INET, type, protocol)} finds its protocol.
 *
 * @kernel include/net/protocol.h:struct inet_protosw
 */
@ConsumerType
public interface InetProtosw {
    /** The default of its type. @kernel INET_PROTOSW_PERMANENT */
    int PERMANENT = 2;

    /** Has connections. @kernel INET_PROTOSW_ICSK */
    int ICSK = 4;

    /** SOCK_STREAM … */
    int type();

    /** IPPROTO_UDP … */
    int protocol();

    Proto prot();

    int flags();
}
